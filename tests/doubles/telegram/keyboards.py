"""Checks keyboards as Telegram does."""

from urllib.parse import urlsplit

from tests.doubles.telegram.entities import Json
from tests.doubles.telegram.incoming import Incoming
from tests.doubles.telegram.refusals import bad_request

_DATA_BYTES = 64
_BUTTONS = 100
_DEEDS = (
    "url", "callback_data", "web_app", "login_url", "switch_inline_query",
    "switch_inline_query_current_chat", "switch_inline_query_chosen_chat", "copy_text", "pay",
    "callback_game",
)  # fmt: skip


def read_markup(incoming: Incoming) -> Json | None:
    """The keyboard of a request; None when there is none, or an empty one."""
    markup = incoming.thing("reply_markup")
    if "inline_keyboard" not in markup:
        return markup or None
    rows = markup["inline_keyboard"]
    if not isinstance(rows, list):
        raise bad_request('field "inline_keyboard" must be an Array')
    buttons = [button for row in rows for button in row]
    for button in buttons:
        _check(button)
    if len(buttons) > _BUTTONS:
        raise bad_request("reply markup is too long")
    return {"inline_keyboard": [row for row in rows if row]} if buttons else None


def _check(button: object) -> None:
    if not isinstance(button, dict):
        raise bad_request(
            "can't parse inline keyboard button: InlineKeyboardButton must be an Object"
        )
    if not button.get("text"):
        raise bad_request("inline keyboard button text must be non-empty")
    deeds = [name for name in _DEEDS if name in button]
    if not deeds:
        raise bad_request(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= _DATA_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    if "url" in button:
        _check_url(button["url"])


def _check_url(url: str) -> None:
    """Telegram takes no host without a dot in it: `localhost` cannot be a button."""
    parts = urlsplit(url if "//" in url else f"http://{url}")
    if parts.scheme == "tg":
        return
    if parts.scheme not in ("http", "https") or "." not in (parts.hostname or ""):
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
