"""Signed links: what they open, for how long, and ranges."""

import time
from pathlib import Path

import pytest

from adapters.web import SignedLinks
from adapters.web.refusal import RefusalError
from core.jobs import Json, Outcome, Product
from core.names import JobId
from tests.adapters.web.sidecar import SECRET, Browser, Sidecar, finish, listed, make_outcome


async def deliver(sidecar: Sidecar, browser: Browser, outcome: Outcome | None = None) -> str:
    """Make a result and give the link to its first file."""
    job = await browser.order()
    await finish(sidecar, job, outcome or make_outcome(sidecar.folder_of(job)))
    products = (await browser.messages())[-1]["products"]
    assert isinstance(products, list)
    return str(products[0]["link"])


async def test_a_link_works_without_a_cookie_and_is_a_download(
    sidecar: Sidecar, browser: Browser
) -> None:
    link = await deliver(sidecar, browser)
    async with sidecar.browser(greet=False) as stranger:
        async with stranger.session.get(link) as response:
            assert await response.read() == b"0123456789"
            assert response.headers["Content-Type"] == "audio/mpeg"
            assert response.headers["Content-Disposition"].startswith("attachment; ")
            assert response.headers["Accept-Ranges"] == "bytes"
        async with stranger.session.get(f"{link}?play") as response:
            assert response.headers["Content-Disposition"].startswith("inline; ")


@pytest.mark.parametrize(
    ("wanted", "got", "said"),
    [
        ("bytes=0-3", b"0123", "bytes 0-3/10"),
        ("bytes=4-", b"456789", "bytes 4-9/10"),
        ("bytes=-2", b"89", "bytes 8-9/10"),
        ("bytes=8-99", b"89", "bytes 8-9/10"),
    ],
)
async def test_ranges_work(
    sidecar: Sidecar, browser: Browser, wanted: str, got: bytes, said: str
) -> None:
    link = await deliver(sidecar, browser)
    async with browser.session.get(link, headers={"Range": wanted}) as response:
        assert response.status == 206
        assert await response.read() == got
        assert response.headers["Content-Range"] == said
        assert response.headers["Content-Type"] == "audio/mpeg"


async def test_a_range_past_the_end_is_416(sidecar: Sidecar, browser: Browser) -> None:
    link = await deliver(sidecar, browser)
    async with browser.session.get(link, headers={"Range": "bytes=10-"}) as response:
        assert response.status == 416
        assert response.headers["Content-Range"] == "bytes */10"


async def test_head_tells_the_size(sidecar: Sidecar, browser: Browser) -> None:
    async with browser.session.head(await deliver(sidecar, browser)) as response:
        assert response.status == 200
        assert response.headers["Content-Length"] == "10"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.mp4", "video/mp4"),
        ("a.cue", "text/plain; charset=utf-8"),
        ("a.json", "application/json"),
        ("a.html", "application/octet-stream"),
        ("a.svg", "application/octet-stream"),
    ],
)
async def test_types_come_from_our_list_only(
    sidecar: Sidecar, browser: Browser, name: str, kind: str
) -> None:
    job = await browser.order()
    outcome = make_outcome(sidecar.folder_of(job), files={"audio": (name, b"<script>")})
    await finish(sidecar, job, outcome)
    products = (await browser.messages())[-1]["products"]
    assert isinstance(products, list)
    async with browser.session.get(products[0]["link"]) as response:
        assert response.headers["Content-Type"] == kind


async def test_never_a_file_outside_the_jobs_folder(
    tmp_path: Path, sidecar: Sidecar, browser: Browser
) -> None:
    secret = tmp_path / "secret.mp3"
    secret.write_bytes(b"secret")
    job = await browser.order()
    folder = sidecar.folder_of(job)
    folder.mkdir()
    (folder / "link.mp3").symlink_to(secret)
    names = (str(secret), "../secret.mp3", "../../secret.mp3", "link.mp3", ".", "")
    products = tuple(Product("audio", name, "a.mp3", 6) for name in names)
    await finish(sidecar, job, Outcome("", products, {}))
    shown = (await browser.messages())[-1]["products"]
    assert isinstance(shown, list)
    for product in shown:
        async with browser.session.get(product["link"]) as response:
            assert response.status == 404
            assert b"secret" not in await response.read()


async def test_a_file_that_retention_took_is_gone(sidecar: Sidecar, browser: Browser) -> None:
    link = await deliver(sidecar, browser)
    (job,) = await sidecar.jobs.listed(person=None, active=False)
    (sidecar.folder_of(job.id) / "tape.mp3").unlink()
    assert "no longer kept" in str((await browser.ask("GET", link, status=410))["error"])
    sidecar.jobs.forget(job.id)
    await browser.ask("GET", link, status=410)


async def test_a_forged_link_opens_nothing(sidecar: Sidecar, browser: Browser) -> None:
    link = await deliver(sidecar, browser)
    stranger = SignedLinks(
        b"another secret of 32 bytes or so", sidecar.tickets, public_url="", seconds=99
    )
    forged = stranger.path(JobId("job-1"), 0)
    for path in (forged, link[:-3] + "AAA", "/files/x", "/files/" + "A" * 3000):
        await browser.ask("GET", path, status=404)
        await browser.ask("GET", path.replace("/files/", "/api/results/"), status=404)


async def test_a_link_of_yesterday_has_expired(sidecar: Sidecar, browser: Browser) -> None:
    await deliver(sidecar, browser)
    token = sidecar.links.path(JobId("job-1"), 0, seconds=60).removeprefix("/files/")
    sealed = sidecar.links.read(token)
    assert (sealed.job, sealed.index) == ("job-1", 0)
    assert 58 < sealed.seconds <= 60
    late = SignedLinks(
        SECRET, sidecar.tickets, public_url="", seconds=60, clock=lambda: time.time() + 61
    )
    with pytest.raises(RefusalError, match="expired") as refused:
        late.read(token)
    assert refused.value.status == 410
    old = sidecar.links.path(JobId("job-1"), 0, seconds=-1)
    assert "expired" in str((await browser.ask("GET", old, status=410))["error"])


async def test_a_link_says_nothing_of_its_job_and_knows_its_address(sidecar: Sidecar) -> None:
    links = SignedLinks(SECRET, sidecar.tickets, public_url="https://tapes.example/", seconds=60)
    url = links.download(JobId("web-secret-job"), 3)
    assert url.startswith("https://tapes.example/files/")
    assert "secret" not in url
    assert links.local(url) == url.removeprefix("https://tapes.example")
    assert links.local("https://tapes.example.evil/files/x").startswith("https://")
    with pytest.raises(ValueError, match="32 bytes"):
        SignedLinks(b"short", sidecar.tickets, public_url="", seconds=1)


PERSON = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


async def test_a_person_who_opens_a_link_gets_a_page_around_it(
    sidecar: Sidecar, browser: Browser
) -> None:
    link = await deliver(sidecar, browser)
    async with sidecar.browser(greet=False) as stranger:
        async with stranger.session.get(link, headers=PERSON) as response:
            assert response.content_type == "text/html"
            assert "/static/result.js" in await response.text()
        for query in ("play", "save"):
            async with stranger.session.get(f"{link}?{query}", headers=PERSON) as response:
                assert await response.read() == b"0123456789"
        for path in ("/files/nonsense", sidecar.links.path(JobId("job-1"), 0, seconds=-1)):
            async with stranger.session.get(path, headers=PERSON) as response:
                assert response.status in (404, 410)
                assert "This link does not work" in await response.text()


async def test_the_page_shows_the_result_but_not_what_is_its_persons_own(
    sidecar: Sidecar, browser: Browser
) -> None:
    job = await browser.order(title="Mine")
    files = {"audio": ("tape.mp3", b"sound"), "recipe": ("tape.json", b"{}")}
    rejected: Json = [{"source": "diary.txt", "reason": "is a text"}]
    made = make_outcome(sidecar.folder_of(job), files=files, rejected=rejected)
    await finish(sidecar, job, made)
    token = sidecar.links.path(job, 0, seconds=50).removeprefix("/files/")
    async with sidecar.browser(greet=False) as stranger:
        shown = await stranger.ask("GET", f"/api/results/{token}")
        assert shown["title"] == "Mine"
        assert shown["rejected"] == []
        (product,) = listed(shown["products"])
        assert product["role"] == "audio"
        assert shown["file"] == product["link"]
        async with stranger.session.get(product["link"]) as response:
            assert await response.read() == b"sound"
    # A page never makes links that live longer than the one it was opened by.
    again = sidecar.links.read(product["link"].removeprefix("/files/"))
    assert again.seconds <= 50
