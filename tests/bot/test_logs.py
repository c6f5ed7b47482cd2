"""The log: what it keeps, and what it must never hold."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.logs import write_logs

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"


@pytest.fixture(autouse=True)
def _own_handlers() -> Iterator[None]:
    root = logging.getLogger()
    before, level, raising = root.handlers[:], root.level, logging.raiseExceptions
    root.handlers = []
    yield
    for handler in root.handlers:
        handler.close()
    root.handlers, root.level, logging.raiseExceptions = before, level, raising


def test_a_secret_is_in_no_line_and_no_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_logs(tmp_path, level="debug", shown="warning", secrets=[TOKEN])
    log = logging.getLogger("telegram")
    log.warning("POST https://api.telegram.org/bot%s/getMe", TOKEN)
    log.error("it failed", exc_info=ValueError(f"the token {TOKEN} was rejected"))
    text = (tmp_path / "tapedeck.log").read_text() + capsys.readouterr().err
    assert TOKEN not in text
    assert text.count("POST https://api.telegram.org/bot[secret]/getMe") == 2
    assert text.count("ValueError: the token [secret] was rejected") == 2
