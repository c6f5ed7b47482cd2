"""The `tapedeck` program with this site in the place of the real ones.

`python -m tests.doubles.tube.program SITE ARGUMENT...`
"""

import functools
import sys

import bot.app
from adapters.ytdlp import YtDlp
from bot.__main__ import main

if __name__ == "__main__":
    command = (sys.executable, "-m", "tests.doubles.tube.child", sys.argv.pop(1))
    vars(bot.app)["YtDlp"] = functools.partial(YtDlp, command=command)
    sys.exit(main())
