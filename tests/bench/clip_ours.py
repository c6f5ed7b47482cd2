"""`tapedeck` with the offline site in the place of YouTube.

`python -m tests.bench.clip_ours SITE ARGUMENT...`
"""

import functools
import sys

import bot.app
from adapters.ytdlp import YtDlp
from bot.__main__ import main

if __name__ == "__main__":
    # Not by way of the site itself: what that takes would count as ours.
    command = (sys.executable, "-m", "tests.doubles.tube.child", sys.argv.pop(1))
    vars(bot.app)["YtDlp"] = functools.partial(YtDlp, command=command)
    sys.exit(main())
