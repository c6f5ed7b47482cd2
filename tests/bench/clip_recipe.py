"""The usual recipe for clips: whole videos by yt-dlp, then pydub cuts, joins and exports.

`python -m tests.bench.clip_recipe FFMPEG SITE ROWS FOLDER FORMAT`; ROWS is a CSV of link, start and
end, FORMAT what yt-dlp is to fetch.
"""

import csv
import subprocess
import sys
from pathlib import Path

import yt_dlp
from pydub import AudioSegment

from tests.doubles.tube.extractors import register

_FADE = 3000


def main() -> None:
    ffmpeg, site, table, folder, form = sys.argv[1:]
    register(site)
    with Path(table).open(newline="") as file:
        rows = [(link, float(start), float(end)) for link, start, end, *_ in csv.reader(file)]
    AudioSegment.converter = ffmpeg
    sounds = {
        link: _load(ffmpeg, _fetch(link, folder, form=form)) for link in {row[0] for row in rows}
    }
    clips = [sounds[link][round(start * 1000) : round(end * 1000)] for link, start, end in rows]
    whole = clips[0]
    for clip in clips[1:]:
        whole = whole.append(clip, crossfade=_FADE)
    whole.export(f"{folder}/clips.mp3", format="mp3", bitrate="192k")


def _fetch(link: str, folder: str, *, form: str) -> str:
    options = {
        "quiet": True,
        "noprogress": True,
        "format": form,
        "cachedir": False,
        "paths": {"home": folder},
        "outtmpl": "%(id)s.%(ext)s",
    }
    with yt_dlp.YoutubeDL(options) as downloader:
        found = downloader.extract_info(link)
    return str(Path(found["requested_downloads"][0]["filepath"]))


def _load(ffmpeg: str, path: str) -> AudioSegment:
    """Decode without ffprobe, which the wheel's ffmpeg comes without."""
    command = [
        ffmpeg, "-nostdin", "-v", "error", "-i", path, "-map", "0:a:0",
        "-f", "s16le", "-ar", "44100", "-ac", "2", "pipe:1",
    ]  # fmt: skip
    decoded = subprocess.run(command, check=True, capture_output=True).stdout
    return AudioSegment(data=decoded, sample_width=2, frame_rate=44100, channels=2)


if __name__ == "__main__":
    main()
