"""Limits of a message's text, embeds and files.

Source: Discord's documentation, "Create Message" and "Embed Limits".
"""

from tests.doubles.discord.refusals import Form, Payload, empty_message
from tests.doubles.discord.rules.components import check_components
from tests.doubles.discord.world import COMPONENTS_V2, fit_name, media_urls

MOST_FILES = 10
_MOST_CONTENT = 2000
_EMBED_TEXTS = {"title": 256, "description": 4096}
_MOST_EMBED_TEXT = 6000


def check_message(body: Payload, *, files: list[str], layout: bool) -> None:
    """Refuse what Discord refuses in a body. `files` are the names that the message will have."""
    form = Form()
    components = body.get("components") or []
    form.length("content", body.get("content"), _MOST_CONTENT)
    form.count("attachments", files, MOST_FILES)
    form.count("embeds", body.get("embeds"), 10)
    _check_embeds(form, body.get("embeds") or [])
    check_components(form, components, layout=layout)
    if layout:
        _check_layout(form, body)
    _check_references(form, body, files)
    _check_mentions(form, body.get("allowed_mentions") or {})
    nonce = body.get("nonce")
    if isinstance(nonce, str):
        form.length("nonce", nonce, 25)
    form.finish()


def check_not_empty(body: Payload, *, files: list[str]) -> None:
    """Raises `RefusalError` when nothing would be seen."""
    given = (body.get("content"), body.get("embeds"), body.get("components"), files)
    if not any(given):
        raise empty_message()


def wants_layout(body: Payload) -> bool:
    return bool((body.get("flags") or 0) & COMPONENTS_V2)


def _check_layout(form: Form, body: Payload) -> None:
    for field in ("content", "embeds", "poll", "sticker_ids"):
        if body.get(field):
            form.wrong(
                field, "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
                f"The '{field}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2",
            )  # fmt: skip


def _check_embeds(form: Form, embeds: list[Payload]) -> None:
    if sum(_embed_size(embed) for embed in embeds) > _MOST_EMBED_TEXT:
        form.wrong(
            "embeds", "MAX_EMBED_SIZE_EXCEEDED",
            f"Embed size exceeds maximum size of {_MOST_EMBED_TEXT}",
        )  # fmt: skip
    for index, embed in enumerate(embeds):
        at = f"embeds.{index}"
        for key, most in _EMBED_TEXTS.items():
            form.length(f"{at}.{key}", embed.get(key), most)
        form.length(f"{at}.footer.text", (embed.get("footer") or {}).get("text"), 2048)
        form.length(f"{at}.author.name", (embed.get("author") or {}).get("name"), 256)
        form.count(f"{at}.fields", embed.get("fields"), 25)
        for number, field in enumerate(embed.get("fields") or []):
            form.length(f"{at}.fields.{number}.name", field.get("name"), 256, least=1)
            form.length(f"{at}.fields.{number}.value", field.get("value"), 1024, least=1)


def _embed_size(embed: Payload) -> int:
    texts = [embed.get("title"), embed.get("description")]
    texts += [(embed.get("footer") or {}).get("text"), (embed.get("author") or {}).get("name")]
    for field in embed.get("fields") or []:
        texts += [field.get("name"), field.get("value")]
    return sum(len(text or "") for text in texts)


def _check_mentions(form: Form, allowed: Payload) -> None:
    for key in ("users", "roles"):
        form.count(f"allowed_mentions.{key}", allowed.get(key), 100)
        if allowed.get(key) and key in (allowed.get("parse") or []):
            form.wrong(
                f"allowed_mentions.{key}",
                "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
                f'parse:["{key}"] and {key}: [ids...] are mutually exclusive.',
            )


def _check_references(form: Form, body: Payload, files: list[str]) -> None:
    named = [("components", url) for url in media_urls(body.get("components") or [])]
    for embed in body.get("embeds") or []:
        pictures = (embed.get("image") or {}, embed.get("thumbnail") or {})
        named += [("embeds", str(picture.get("url") or "")) for picture in pictures]
    kept = {fit_name(name) for name in files}
    for path, url in named:
        if not url.startswith("attachment://"):
            continue
        if fit_name(url.removeprefix("attachment://")) not in kept:
            form.wrong(
                path, "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND",
                f"The referenced attachment ({url}) was not found",
            )  # fmt: skip
