"""The sentences about what was done so that a result fits."""

from dataclasses import replace

import pytest

from bot.parcels import say_parcel
from bot.words import Words
from core.delivery import Codec, Coding, Parcel, Rung, Why
from core.jobs import Product

SAY = Words().to("en")
MP3 = Product("audio", "/x/a.mp3", "late-night.mp3", 61_000_000, 1990.0)
MP4 = replace(MP3, role="video", label="late-night.mp4", size=95_000_000)
OPUS = Coding(codec=Codec.OPUS, rate=64)
AAC = Coding(codec=Codec.AAC, rate=96)
SMALL = Coding(codec=Codec.AAC, rate=96, height=720, picture=20)
KEPT = "The original is in your library."
LIMIT = 10_485_760


@pytest.mark.parametrize(
    ("parcel", "sentence"),
    [
        (
            Parcel(product=MP3, rung=Rung.SMALLER, coding=OPUS, files=(MP3,)),
            f"The MP3 has 61 MB and Discord takes 10 MB here, so this is Opus at 64 kb/s. {KEPT}",
        ),
        (
            Parcel(product=MP4, rung=Rung.SMALLER, coding=AAC, files=(MP4,)),
            "The MP4 has 95 MB and Discord takes 10 MB here, so its sound is AAC at 96 kb/s; "
            f"the picture is as it was. {KEPT}",
        ),
        (
            Parcel(product=MP4, rung=Rung.SMALLER, coding=SMALL, files=(MP4,)),
            "The MP4 has 95 MB and Discord takes 10 MB here, so its picture has 720 lines and "
            f"its sound is AAC at 96 kb/s. {KEPT}",
        ),
        (
            Parcel(product=MP3, rung=Rung.PARTS, coding=OPUS, files=(MP3,) * 3),
            "The MP3 has 61 MB and Discord takes 10 MB here, so it comes in 3 parts, Opus at "
            f"64 kb/s each. {KEPT}",
        ),
        (
            Parcel(product=MP3, rung=Rung.PARTS, coding=OPUS, files=(MP3,) * 3, split=1),
            "The MP3 has 61 MB and Discord takes 10 MB here, so it comes in 3 parts, Opus at "
            f"64 kb/s each. {KEPT} One track is too long for one part, so it is cut where it is "
            "quiet.",
        ),
        (
            Parcel(product=MP3, rung=Rung.LINK, why=Why.WISH, link="https://x"),
            "The MP3 has 61 MB and Discord takes 10 MB here, so here is a link.",
        ),
        (
            Parcel(product=MP3, rung=Rung.LINK, why=Why.PARTS, link="https://x"),
            "The MP3 has 61 MB and Discord takes 10 MB here. It would take too many parts, so "
            "here is a link.",
        ),
        (
            Parcel(product=MP3, rung=Rung.LINK, why=Why.TROUBLE, link="https://x"),
            "The MP3 has 61 MB and Discord takes 10 MB here. Making it smaller failed, so here "
            "is a link to all of it.",
        ),
    ],
)
def test_what_was_done_and_why_is_one_sentence(parcel: Parcel, sentence: str) -> None:
    assert say_parcel(replace(parcel, limit=LIMIT), "discord", SAY) == sentence


def test_what_goes_out_as_it_is_needs_no_words() -> None:
    whole = Parcel(product=MP3, rung=Rung.AS_IS, files=(MP3,), limit=LIMIT)
    assert say_parcel(whole, "discord", SAY) == ""


def test_the_web_chat_is_called_by_its_name() -> None:
    link = Parcel(product=MP3, rung=Rung.LINK, limit=LIMIT, why=Why.KIND)
    assert "and the web chat takes 10 MB here" in say_parcel(link, "web", SAY)
