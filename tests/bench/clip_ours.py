"""`tapedeck` with the offline site in the place of YouTube.

`python -m tests.bench.clip_ours SITE ARGUMENT...`
"""

import functools
import sys

import bot.app
from adapters.ytdlp import YtDlp
from bot.__main__ import main
from tests.doubles.tube.site import child_of

if __name__ == "__main__":
    command = child_of(sys.argv.pop(1))
    vars(bot.app)["YtDlp"] = functools.partial(YtDlp, command=command)
    sys.exit(main())
