"""What the tests of the job core share."""

import asyncio

import pytest

from tests.toys import prepare


@pytest.fixture(scope="session", autouse=True)
def _prepared(tmp_path_factory: pytest.TempPathFactory) -> None:
    asyncio.run(prepare(tmp_path_factory.mktemp("prepared")))
