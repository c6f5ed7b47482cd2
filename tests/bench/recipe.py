"""The usual recipe: pydub with linear fades into an MP3, then a picture held by ffmpeg -loop.

`python -m tests.bench.recipe FFMPEG COVER OUT TRACK...`
"""

import subprocess
import sys

from pydub import AudioSegment

_FADE = 6000


def main() -> None:
    ffmpeg, cover, out, *tracks = sys.argv[1:]
    AudioSegment.converter = ffmpeg
    mix = _load(ffmpeg, tracks[0])
    for path in tracks[1:]:
        track = _load(ffmpeg, path)
        # crossfade by hand, as the usual recipe does it: fade, then lay one over the other
        head = mix[:-_FADE]
        overlap = mix[-_FADE:].fade_out(_FADE).overlay(track[:_FADE].fade_in(_FADE))
        mix = head + overlap + track[_FADE:]
    mix.export(f"{out}.mp3", format="mp3", bitrate="128k")
    subprocess.run(
        [
            ffmpeg, "-nostdin", "-v", "error", "-y", "-loop", "1", "-r", "1", "-i", cover,
            "-i", f"{out}.mp3", "-vf", "scale=1280:720", "-c:v", "libx264", "-tune", "stillimage",
            "-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", "192k", "-shortest", f"{out}.mp4",
        ],
        check=True,
    )  # fmt: skip


def _load(ffmpeg: str, path: str) -> AudioSegment:
    """Decode without ffprobe, which the wheel's ffmpeg comes without."""
    command = [
        ffmpeg, "-nostdin", "-v", "error", "-i", path, "-map", "0:a:0",
        "-f", "s16le", "-ar", "44100", "-ac", "2", "pipe:1",
    ]  # fmt: skip
    decoded = subprocess.run(command, check=True, capture_output=True).stdout
    segment = AudioSegment(data=decoded, sample_width=2, frame_rate=44100, channels=2)
    return segment.low_pass_filter(16000)


if __name__ == "__main__":
    main()
