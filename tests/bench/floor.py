"""The floor: decode every input, encode the same PCM to MP3 and to AAC; nothing else.

`python -m tests.bench.floor FFMPEG PCM RATE CODER TRACK...`: the mix's own PCM is at hand.
"""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from adapters.ffmpeg.render import AAC_ARGUMENTS, MP3_ARGUMENTS

_PLAIN_AAC = ("-c:a", "aac", "-b:a", "192k")


def main() -> None:
    ffmpeg, pcm, rate, coder, *tracks = sys.argv[1:]
    source = ["-f", "f32le", "-ar", rate, "-ac", "2", "-i", pcm]
    aac = AAC_ARGUMENTS if coder == "ours" else _PLAIN_AAC
    work = [
        [*source, "-c:a", "libmp3lame", *MP3_ARGUMENTS, "-f", "mp3"],
        [*source, *aac, "-f", "adts"],
        *(["-i", path, "-map", "0:a:0", "-ac", "2", "-ar", rate, "-f", "f32le"] for path in tracks),
    ]

    def run(arguments: list[str]) -> None:
        command = [ffmpeg, "-nostdin", "-v", "error", "-threads", "1", "-y", *arguments]
        subprocess.run([*command, "/dev/null"], check=True)

    with ThreadPoolExecutor() as pool:
        list(pool.map(run, work))


if __name__ == "__main__":
    main()
