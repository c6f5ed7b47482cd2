"""What the operator is told at the start."""

from bot.serve import warn_of_links
from config.settings import Settings

HERE = "http://127.0.0.1:8321/"


def test_says_where_links_lead_before_people_elsewhere_get_them() -> None:
    warning = warn_of_links(Settings(), [HERE, "Telegram"])
    assert warning.startswith(f"Links in chats lead to {HERE}. Set TAPEDECK_PUBLIC_URL")
    assert warning.endswith("\n")


def test_is_quiet_when_nobody_elsewhere_gets_links() -> None:
    assert warn_of_links(Settings(), [HERE]) == ""
    assert warn_of_links(Settings(public_url="https://t.example"), [HERE, "Telegram"]) == ""
