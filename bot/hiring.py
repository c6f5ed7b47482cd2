"""Who looks at photos and who makes music, by what the operator has set."""

from collections.abc import Sequence
from functools import cache

from adapters.ffmpeg.pool import Pool
from adapters.pictures.looking import ColourEye, shrink_photo
from adapters.plain import Bounds, PlainFetcher
from adapters.synth.fluid import find_soundfont
from bot.pipelines.composing import Composer
from bot.pipelines.seeing import Eyes
from bot.pipelines.soundtrack import Soundtracks
from config.settings import Settings
from core.ports import Eye, Musician

_MOST_BYTES = 60_000_000
_MOST_SECONDS = 120.0
"""What a finished piece of theirs may take to be brought here."""


def hire_eyes(settings: Settings) -> Eyes:
    """Claude when there is a key for it, and colours."""
    return Eyes(last=ColourEye(), hire=cache(lambda: _list_eyes(settings)))


def hire_soundtracks(settings: Settings, *, ffmpeg: str, pool: Pool) -> Soundtracks:
    """Every service that there is a key for, and the composer."""
    return Soundtracks(
        ffmpeg=ffmpeg,
        pool=pool,
        composer=Composer(soundfont=find_soundfont(settings.soundfont), pool=pool),
        hire=cache(lambda: _list_musicians(settings)),
        most_cents=settings.soundtrack_cents,
    )


# Vendors' libraries take a second to import and 100 MB to hold: only who has a key for one pays,
# and only when it is needed.


def _list_eyes(settings: Settings) -> Sequence[Eye]:
    key = settings.anthropic_key.get_secret_value()
    if not key:
        return ()
    from adapters.claude import ClaudeEye

    return (
        ClaudeEye(
            key, model=settings.claude_model, shrink=shrink_photo, url=settings.anthropic_url
        ),
    )


def _list_musicians(settings: Settings) -> Sequence[Musician]:
    """The best first."""
    fetcher = PlainFetcher(Bounds(bytes=_MOST_BYTES, seconds=_MOST_SECONDS))
    musicians: list[Musician] = []
    if key := settings.elevenlabs_key.get_secret_value():
        from adapters.elevenlabs import ElevenLabs

        musicians.append(
            ElevenLabs(key, cents=settings.elevenlabs_cents, url=settings.elevenlabs_url)
        )
    if key := settings.gemini_key.get_secret_value():
        from adapters.lyria import Lyria

        musicians.append(
            Lyria(
                key,
                model=settings.lyria_model,
                shrink=shrink_photo,
                fetcher=fetcher,
                cents=settings.lyria_cents,
                url=settings.gemini_url,
            )
        )
    if settings.sunolike_url:
        from adapters.sunolike import SunoLike

        musicians.append(
            SunoLike(
                settings.sunolike_url,
                settings.sunolike_key.get_secret_value(),
                fetcher=fetcher,
                cents=settings.sunolike_cents,
            )
        )
    return musicians
