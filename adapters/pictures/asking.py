"""Having a child open pictures: within limits, and with a sentence when it cannot."""

import json
import sys
from collections.abc import Mapping
from typing import Any

from adapters.process import MEGABYTE, Limits, ProgramError, ProgramTimeoutError, run
from core.errors import ServiceError, UserError

# Pictures are hostile: a file of 284 bytes was seen to take 654 MB. Of this address space some
# 70 MB are libraries, so that less than 400 MB are ever in memory.
_LIMITS = Limits(seconds=30, cpu_seconds=20, memory=460 * MEGABYTE, written=40 * MEGABYTE)


async def ask_child(
    request: Mapping[str, object], *, program: str = "adapters.pictures.child"
) -> dict[str, Any]:
    """What the child answers. Raises `UserError` with the sentence that says why it cannot."""
    command = [sys.executable, "-I", "-m", program, json.dumps(request)]
    try:
        printed = await run(command, limits=_LIMITS)
    except ProgramTimeoutError as error:
        raise UserError("The picture takes too long to open: send another one.") from error
    except ProgramError as error:
        if any("No space left on device" in line for line in error.lines):
            raise ServiceError("There is no room left on the disk for the cover.") from error
        raise UserError("The picture is damaged or cannot be opened: send another one.") from error
    answer: dict[str, Any] = json.loads(printed.out)
    if answer["sentence"]:
        raise UserError(answer["sentence"])
    return answer
