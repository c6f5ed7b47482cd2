"""yt-dlp's own extractors, with this site where the network was."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

from yt_dlp.extractor.bandcamp import BandcampAlbumIE as RealAlbum
from yt_dlp.extractor.common import InfoExtractor
from yt_dlp.extractor.youtube import YoutubeIE as RealVideo
from yt_dlp.extractor.youtube import YoutubePlaylistIE as RealPlaylist
from yt_dlp.extractor.youtube import YoutubeTabIE as RealTab
from yt_dlp.extractor.youtube import _video as marks
from yt_dlp.globals import extractors
from yt_dlp.networking.exceptions import HTTPError
from yt_dlp.utils import ExtractorError

_SITE = {"address": ""}


def register(address: str) -> None:
    """Put these in the place of the real ones, wherever yt-dlp looks for them from now on."""
    _SITE["address"] = address
    for extractor in (YoutubeIE, YoutubeTabIE, BandcampAlbumIE):
        # What is there before yt-dlp lists its own stays there.
        extractors.value[extractor.__name__] = extractor


# The classes have the names of the real ones, because yt-dlp makes its keys from these.
class YoutubeIE(RealVideo):  # type: ignore[misc] # yt-dlp has no types
    """The real extractor; only where its answers come from is ours."""

    def _initial_extract(
        self,
        url: str,
        smuggled_data: Any,
        webpage_url: str,
        webpage_client: str,
        video_id: str,
    ) -> tuple[Any, ...]:
        page = self._download_json(
            f"{_SITE['address']}/youtubei/v1/player",
            video_id,
            query={"videoId": video_id},
            note="Downloading player API JSON",
            errnote="Unable to download API page",
        )
        player = page["player"]
        self._mark(player.setdefault("streamingData", {}))
        return None, {}, page["next"], False, [player], None

    @staticmethod
    def _mark(streaming: dict[str, Any]) -> None:
        """What the real extractor notes beside each answer: here one that needs no token."""
        streaming[marks.STREAMING_DATA_CLIENT_NAME] = "android_vr"
        streaming[marks.STREAMING_DATA_FETCH_GVS_PO_TOKEN] = lambda **_: None
        streaming[marks.STREAMING_DATA_FETCH_SUBS_PO_TOKEN] = lambda **_: None
        streaming[marks.STREAMING_DATA_PLAYER_TOKEN_PROVIDED] = True
        streaming[marks.STREAMING_DATA_IS_PREMIUM_SUBSCRIBER] = False
        streaming[marks.STREAMING_DATA_AVAILABLE_AT_TIMESTAMP] = 0

    def _real_extract(self, url: str) -> dict[str, Any]:
        found: dict[str, Any] = super()._real_extract(url)
        # The real one adds addresses of thumbnails that it only guesses to be there.
        ours = [each for each in found["thumbnails"] if each["url"].startswith(_SITE["address"])]
        return found | {"thumbnails": ours}


class YoutubeTabIE(InfoExtractor):  # type: ignore[misc] # yt-dlp has no types
    """Playlists, and videos in the light of a playlist."""

    IE_NAME = "youtube:tab"
    _VALID_URL = RealTab._VALID_URL

    @classmethod
    def suitable(cls, url: str) -> bool:
        return bool(RealTab.suitable(url) or RealPlaylist.suitable(url))

    def _real_extract(self, url: str) -> dict[str, Any]:
        query = parse_qs(urlsplit(url).query)
        id, video = query["list"][0], query.get("v", [""])[0]
        if video and self.get_param("noplaylist"):
            return self._link(video)
        found = _read_list(self, id)
        if found is None:
            raise ExtractorError("YouTube said: The playlist does not exist.", expected=True)
        entries = [
            self._link(entry["id"]) | {"title": entry["title"], "duration": entry.get("seconds")}
            for entry in found["entries"]
        ]
        return dict(self.playlist_result(entries, id, found["title"]))

    def _link(self, video: str) -> dict[str, Any]:
        return dict(self.url_result(f"https://www.youtube.com/watch?v={video}", YoutubeIE, video))


class BandcampAlbumIE(InfoExtractor):  # type: ignore[misc] # yt-dlp has no types
    """Albums of a site that has nothing but sound."""

    IE_NAME = "Bandcamp:album"
    _VALID_URL = RealAlbum._VALID_URL

    def _real_extract(self, url: str) -> dict[str, Any]:
        id = self._match_id(url)
        album = _read_list(self, id)
        if album is None:
            raise ExtractorError("The page doesn't contain any tracks")
        entries = [self._track(each) for each in album["tracks"]]
        return dict(self.playlist_result(entries, id, album["title"], artist=album["artist"]))

    def _track(self, track: dict[str, Any]) -> dict[str, Any]:
        return {
            "id": track["id"],
            "title": f"{track['artist']} - {track['title']}",
            "track": track["title"],
            "artist": track["artist"],
            "album": track["album"],
            "track_number": track["number"],
            "duration": track["seconds"],
            "thumbnail": track["cover"],
            "webpage_url": f"https://aband.bandcamp.com/track/{track['id']}",
            "extractor": "Bandcamp",
            "extractor_key": "Bandcamp",
            "formats": [
                {
                    "format_id": "mp3-128",
                    "url": track["url"],
                    "ext": "mp3",
                    "vcodec": "none",
                    "acodec": "mp3",
                    "abr": 128,
                    "filesize": track["size"],
                }
            ],
        }


def _read_list(extractor: Any, id: str) -> Any:
    """A playlist or album of the site; None when it has none of that name."""
    try:
        return extractor._download_json(f"{_SITE['address']}/lists/{id}", id)
    except ExtractorError as error:
        if isinstance(error.cause, HTTPError) and error.cause.status == 404:
            return None
        raise
