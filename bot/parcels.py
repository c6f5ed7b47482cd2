"""What was done to a result so that it fits, in a sentence or two."""

from bot.amounts import say_size
from bot.words import Say
from core.delivery import Coding, Parcel, Rung, Why


def say_parcel(parcel: Parcel, platform: str, say: Say) -> str:
    """What was done to one file and why; nothing for one that goes out as it is."""
    if parcel.rung is Rung.AS_IS:
        return ""
    size = say(
        "fit-size",
        kind=parcel.product.label.rpartition(".")[2].upper(),
        size=say_size(parcel.product.size, say),
        place=say.find(f"platform-{platform}", platform.capitalize()),
        limit=say_size(parcel.limit, say),
    )
    if parcel.coding is None:
        return _say_link(parcel, size, say)
    if parcel.rung is Rung.SMALLER:
        return _say_smaller(parcel, parcel.coding, size, say)
    parts = say(
        "fit-parts",
        size=size,
        count=len(parcel.files),
        codec=parcel.coding.codec,
        rate=parcel.coding.rate,
    )
    return f"{parts} {say('fit-split', count=parcel.split)}" if parcel.split else parts


def _say_smaller(parcel: Parcel, coding: Coding, size: str, say: Say) -> str:
    codec, rate = coding.codec, coding.rate
    if parcel.product.role != "video":
        return say("fit-sound", size=size, codec=codec, rate=rate)
    if not coding.height:
        return say("fit-video-sound", size=size, codec=codec, rate=rate)
    return say("fit-video", size=size, height=coding.height, codec=codec, rate=rate)


def _say_link(parcel: Parcel, size: str, say: Say) -> str:
    match parcel.why:
        case Why.PARTS:
            return say("fit-link-parts", size=size)
        case Why.TROUBLE:
            return say("fit-link-trouble", size=size)
    return say("fit-link", size=size)
