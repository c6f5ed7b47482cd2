"""The JSON that a pipeline's steps hand on, and how rejected files are told."""

from collections.abc import Mapping, Sequence
from typing import Any

from core.errors import UserError
from core.jobs import Json
from core.tracks import label_of

_MOST_REASONS = 20


def as_mapping(value: Json) -> Mapping[str, Any]:
    assert isinstance(value, Mapping)  # noqa: S101  a step's own result
    return value


def as_list(value: Any) -> list[Any]:
    return list(value)


def require_some(usable: Sequence[object], rejected: Sequence[Any]) -> None:
    """Raise `UserError` that names every file and its reason when none is left."""
    if usable:
        return
    reasons = [f"{label_of(item['source'])} {item['reason'].rstrip('.')}" for item in rejected]
    if len(reasons) > _MOST_REASONS:
        reasons[_MOST_REASONS:] = [f"and {len(reasons) - _MOST_REASONS} more"]
    listed = "; ".join(reasons)
    if len(rejected) == 1:
        raise UserError(f"{listed}.")
    raise UserError(f"None of the {len(rejected)} files can be used: {listed}.")


def reject(file: Mapping[str, Any], error: UserError) -> dict[str, Json]:
    return {"source": file["label"], "reason": str(error)}
