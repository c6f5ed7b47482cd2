"""The site itself: pages and media on loopback, each as well or as badly as its video says."""

import json
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Self
from urllib.parse import parse_qs

from tests.doubles.tube.media import Stream, make_cover, make_song, make_streams
from tests.doubles.tube.pages import (
    Page,
    write_album,
    write_player,
    write_playlist,
    write_unknown,
)
from tests.doubles.tube.videos import PAGE_TROUBLES, Album, Playlist, State, Trouble, Video
from tests.doubles.web import (
    Answer,
    Asked,
    Exchange,
    Web,
    cut,
    drip,
    endless,
    file,
    lie_about_size,
    page,
    redirect,
    stall,
)

_LISTS = "/lists/"
_PLAYER = "/youtubei/v1/player"
_MEDIA = "/videoplayback/"
_LIVE_SEGMENTS = 3
_SPOILT: Mapping[Trouble, Callable[[Path, int], Answer]] = MappingProxyType(
    {
        Trouble.LIMITED: lambda path, half: page(429, Retry_After="120"),
        Trouble.FORBIDDEN: lambda path, half: page(403),
        Trouble.GONE: lambda path, half: page(404),
        Trouble.SLOW: lambda path, half: drip(path, pieces=16),
        Trouble.STALLED: lambda path, half: stall(path, after=half),
        Trouble.CUT: lambda path, half: cut(path, after=max(1, half // 8)),
        Trouble.CUT_ONCE: lambda path, half: cut(path, after=half, times=1),
        Trouble.ENDLESS: lambda path, half: endless(),
        Trouble.LONGER: lambda path, half: lie_about_size(path, by=10_000),
    }
)
"""How the media is sent by what goes wrong with it, given its file and half of its bytes."""


@dataclass(slots=True)
class _Shelf:
    """A video with what was made for it; `answers` keep count of what they have done so far."""

    video: Video
    streams: tuple[Stream, ...]
    answers: dict[str, Answer] = field(default_factory=dict)


class Tube:
    """The site for the length of a `with` block. `asked` are all requests in their order."""

    def __init__(self) -> None:
        self._web = Web()
        self._videos: dict[str, _Shelf] = {}
        self._playlists: dict[str, Playlist] = {}
        self._albums: dict[str, Album] = {}
        self._web.routes |= {
            _PLAYER: self._show_player,
            _LISTS: self._show_list,
            _MEDIA: self._send_media,
            "/vi/": self._send_cover,
            "/songs/": self._send_song,
            "/live/": self._send_live,
        }

    def __enter__(self) -> Self:
        self._web.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._web.__exit__(kind, error, trace)

    @property
    def address(self) -> str:
        return self._web.address

    @property
    def child(self) -> tuple[str, ...]:
        """The command of the product's child for links, with this site in the place of YouTube."""
        return (sys.executable, "-m", "tests.doubles.tube.child", self.address)

    @property
    def asked(self) -> list[Asked]:
        return self._web.asked

    @property
    def sent(self) -> Counter[str]:
        """Bytes of media by the id of the video (or `album/number` of a song)."""
        counted: Counter[str] = Counter()
        for path, count in self._web.sent.items():
            parts = path.strip("/").split("/")
            if parts[0] == "videoplayback":
                counted[parts[1]] += count
            elif parts[0] == "songs":
                counted["/".join(parts[1:])] += count
        return counted

    def sizes(self, video: str) -> dict[int, int]:
        """Bytes of each format of a video, by its number."""
        return {stream.itag: stream.size for stream in self._videos[video].streams}

    def paths(self, video: str) -> dict[int, Path]:
        """The files of a video by the number of the format; do not change them."""
        return {stream.itag: stream.path for stream in self._videos[video].streams}

    def add(self, video: Video) -> str:
        """Put a video there, or another in its place; returns its address."""
        plays = video.state in (State.OK, State.LIVE, State.PROTECTED)
        streams = self._make(video) if plays else ()
        self._videos[video.id] = _Shelf(video, streams)
        return self.url(video.id)

    @staticmethod
    def _make(video: Video) -> tuple[Stream, ...]:
        return make_streams(
            video.seconds, video.heights, seed=video.seed, opus=video.opus, bits=video.bits
        )

    def add_playlist(self, playlist: Playlist) -> str:
        self._playlists[playlist.id] = playlist
        return f"https://www.youtube.com/playlist?list={playlist.id}"

    def add_album(self, album: Album) -> str:
        self._albums[album.id] = album
        return f"https://aband.bandcamp.com/album/{album.id}"

    @staticmethod
    def url(video: str) -> str:
        return f"https://www.youtube.com/watch?v={video}"

    async def _show_player(self, exchange: Exchange) -> None:
        query = parse_qs(exchange.asked.target.partition("?")[2])
        id = query.get("videoId", [""])[0]
        shelf = self._videos.get(id)
        if shelf is None:
            await _tell(exchange, write_unknown(id))
        elif shelf.video.trouble in PAGE_TROUBLES:
            await _spoil(exchange, shelf.video.trouble)
        else:
            await _tell(exchange, write_player(shelf.video, shelf.streams, self.address))

    async def _show_list(self, exchange: Exchange) -> None:
        id = exchange.asked.path.rpartition("/")[2]
        videos = {id: shelf.video for id, shelf in self._videos.items()}
        playlist, album = self._playlists.get(id), self._albums.get(id)
        if playlist is not None and not playlist.missing:
            await _tell(exchange, write_playlist(playlist, videos))
        elif album is not None:
            size = make_song(album.seconds, 0).stat().st_size
            await _tell(exchange, write_album(album, size, self.address))
        else:
            await page(404)(exchange)

    async def _send_media(self, exchange: Exchange) -> None:
        _, id, itag, *rest = exchange.asked.path.strip("/").split("/")
        shelf = self._videos.get(id)
        stream = (
            next((one for one in shelf.streams if str(one.itag) == itag), None) if shelf else None
        )
        if shelf is None or stream is None:
            await page(404)(exchange)
            return
        kind = stream.mime.partition(";")[0]
        honest = file(stream.path, kind=kind, rate=shelf.video.rate)
        if not rest and itag not in shelf.answers:
            shelf.answers[itag] = self._choose(shelf.video, stream, honest)
        await (honest if rest else shelf.answers[itag])(exchange)

    def _choose(self, video: Video, stream: Stream, honest: Answer) -> Answer:
        """How the media of a video is sent."""
        match video.trouble:
            case Trouble.MOVED:
                return redirect(f"{self.address}{_MEDIA}{video.id}/{stream.itag}/moved")
            case Trouble.LURED:
                # No part of the site: to the tests' child this address is a private one.
                return redirect(f"http://127.0.0.2:{self._web.port}/admin")
            case Trouble.NO_RANGES:
                return file(stream.path, ranges=False, rate=video.rate)
            case Trouble.FAILING_ONCE:
                return _first(page(503), honest)
            case _:
                spoil = _SPOILT.get(video.trouble)
                return spoil(stream.path, stream.size // 2) if spoil else honest

    async def _send_cover(self, exchange: Exchange) -> None:
        shelf = self._videos.get(exchange.asked.path.split("/")[2])
        await file(make_cover(shelf.video.seed if shelf else 0), kind="image/jpeg")(exchange)

    async def _send_song(self, exchange: Exchange) -> None:
        album = self._albums.get(exchange.asked.path.split("/")[2])
        seconds = album.seconds if album else 1.0
        await file(make_song(seconds, 0), kind="audio/mpeg")(exchange)

    async def _send_live(self, exchange: Exchange) -> None:
        """A live stream: a manifest that has no end."""
        lines = ["#EXTM3U", "#EXT-X-VERSION:3", "#EXT-X-TARGETDURATION:5"]
        if exchange.asked.path.endswith("/index.m3u8"):
            lines = ["#EXTM3U", "#EXT-X-STREAM-INF:BANDWIDTH=500000,RESOLUTION=640x360"]
            lines.append("itag/93/media.m3u8")
        else:
            for number in range(_LIVE_SEGMENTS):
                lines += ["#EXTINF:5.0,", f"segment{number}.ts"]
        await page(200, "\n".join(lines), Content_Type="application/vnd.apple.mpegurl")(exchange)


def _first(bad: Answer, honest: Answer) -> Answer:
    asked = 0

    async def answer(exchange: Exchange) -> None:
        nonlocal asked
        asked += 1
        await (bad if asked == 1 else honest)(exchange)

    return answer


async def _tell(exchange: Exchange, told: Page) -> None:
    await page(200, json.dumps(told), Content_Type="application/json")(exchange)


async def _spoil(exchange: Exchange, trouble: Trouble) -> None:
    match trouble:
        case Trouble.PAGE_LIMITED:
            await page(429, Retry_After="120")(exchange)
        case Trouble.PAGE_FAILING:
            await page(500)(exchange)
        case Trouble.PAGE_BROKEN:
            await _tell(exchange, {"unheard of": True})
        case Trouble.PAGE_STALLED:
            await exchange.gone()
        case _:
            await exchange.head(200, {"Content-Length": "1000"})
            await exchange.body(b'{"player": ')
