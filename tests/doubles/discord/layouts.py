"""Embeds and components as Discord sends them back: with defaults, and files by their address."""

import copy
from collections.abc import Callable

from tests.doubles.discord.refusals import Payload
from tests.doubles.discord.rules.components import (
    CONTAINER,
    FILE,
    GALLERY,
    SECTION,
    SELECTS,
    SEPARATOR,
    THUMBNAIL,
)  # fmt: skip
from tests.doubles.discord.world import Attachment, fit_name

Sign = Callable[[Attachment], str]

_DEFAULTS: dict[int, Payload] = {
    CONTAINER: {"accent_color": None, "spoiler": False},
    SEPARATOR: {"divider": True, "spacing": 1},
    THUMBNAIL: {"description": None, "spoiler": False},
    **{kind: {"min_values": 1, "max_values": 1} for kind in SELECTS},
    FILE: {"name": None, "size": None, "spoiler": False},
}


def embed_payload(embed: Payload, files: dict[str, Attachment], sign: Sign) -> Payload:
    payload = copy.deepcopy(embed) | {"type": "rich"}
    for key in ("image", "thumbnail"):
        if payload.get(key):
            url = _media(payload[key]["url"], files, sign)["url"]
            payload[key] = {"url": url, "proxy_url": url}
    return payload


def component_payload(component: Payload, files: dict[str, Attachment], sign: Sign) -> Payload:
    given = {key: value for key, value in component.items() if value is not None}
    payload = _DEFAULTS.get(component["type"], {}) | given
    if component["type"] == FILE:
        payload["file"] = _media(component["file"]["url"], files, sign)
        named = files[fit_name(component["file"]["url"].removeprefix("attachment://"))]
        payload |= {"name": named.filename, "size": named.size}
    elif component["type"] == THUMBNAIL:
        payload["media"] = _media(component["media"]["url"], files, sign)
    elif component["type"] == GALLERY:
        payload["items"] = [
            {"description": None, "spoiler": False}
            | item
            | {"media": _media(item["media"]["url"], files, sign)}
            for item in component["items"]
        ]
    if component.get("components"):
        inner = component["components"]
        payload["components"] = [component_payload(each, files, sign) for each in inner]
    if component["type"] == SECTION:
        payload["accessory"] = component_payload(component["accessory"], files, sign)
    return payload


def _media(url: str, files: dict[str, Attachment], sign: Sign) -> Payload:
    if not url.startswith("attachment://"):
        return {"id": "0", "url": url, "proxy_url": url}
    attachment = files[fit_name(url.removeprefix("attachment://"))]
    signed = sign(attachment)
    return {
        "id": attachment.id, "url": signed, "proxy_url": signed, "attachment_id": attachment.id,
        "content_type": attachment.content_type, "width": None, "height": None,
    }  # fmt: skip
