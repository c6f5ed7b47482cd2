"""The product's own child for links, with the tests' sites in the place of the real ones.

`python -m tests.doubles.tube.child ADDRESS` does what `python -m adapters.ytdlp.child` does.
"""

import runpy
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType

import adapters.ytdlp.guard


class _Swap:
    """Puts our extractors there just before yt-dlp lists its own, and not when it never does."""

    def __init__(self, address: str) -> None:
        self._address = address

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name == "yt_dlp.extractor.extractors":
            sys.meta_path.remove(self)
            # Not before: it imports yt-dlp, which takes a second and is not always needed.
            from tests.doubles.tube.extractors import register

            register(self._address)
        return None


def _is_site(address: str) -> bool:
    """The site stands for the internet; another loopback address is as private as ever."""
    return address == "127.0.0.1"


def main() -> None:
    sys.meta_path.insert(0, _Swap(sys.argv.pop(1)))
    adapters.ytdlp.guard.is_reachable = _is_site
    runpy.run_module("adapters.ytdlp.child", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
