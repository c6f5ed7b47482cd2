"""Glasses at the sidecar: the very bytes that MentraOS sends, and everything that may be wrong."""

import asyncio
import base64
import json
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import aiohttp
import jsonschema
import pytest

from core.glasses import Pair
from core.jobs import State
from core.names import JobId, PersonId, Place
from storage.glasses import GlassesTable
from tests.adapters.web.sidecar import TERMS, Sidecar, make_outcome, running
from tests.camera import SECRETS, bomb, photo

ANNA, BEN = PersonId("other:anna"), PersonId("other:ben")
JPEG = photo("JPEG", size=(300, 200))
MARK = "3f8a2c1e-6f0d-4b57-9f0e-2d7c1a4b5e6f"
FORM = f"multipart/form-data; boundary={MARK}"


def part(name: str, value: bytes, *, file: str = "") -> bytes:
    """One part as okhttp writes it."""
    head = f'--{MARK}\r\nContent-Disposition: form-data; name="{name}"'
    head += f'; filename="{file}"\r\nContent-Type: image/jpeg' if file else ""
    return f"{head}\r\nContent-Length: {len(value)}\r\n\r\n".encode() + value + b"\r\n"


def over_wifi(request: str, content: bytes = JPEG) -> bytes:
    """Shape A: the photo comes first."""
    return b"".join(
        [
            part("photo", content, file="IMG_20261120_184000.jpg"),
            part("requestId", request.encode()),
            part("type", b"photo_upload"),
            part("success", b"true"),
            f"--{MARK}--\r\n".encode(),
        ]
    )


def over_phone(request: str, content: bytes = JPEG) -> bytes:
    """Shape B: the photo comes last, and there is no type."""
    return b"".join(
        [
            part("requestId", request.encode()),
            part("success", b"true"),
            part("source", b"ble_transfer"),
            part("photo", content, file=f"{request}.jpg"),
            f"--{MARK}--\r\n".encode(),
        ]
    )


def failing(request: str, **fields: str) -> bytes:
    """Shape C: no photo."""
    parts = [part("requestId", request.encode())]
    parts += [part(name, value.encode()) for name, value in fields.items()]
    return b"".join([*parts, f"--{MARK}--\r\n".encode()])


@dataclass(frozen=True)
class Wearer:
    """Somebody's glasses, with a token."""

    sidecar: Sidecar
    session: aiohttp.ClientSession
    pair: Pair
    token: str

    async def ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        *,
        kind: str = FORM,
        token: str | None = None,
        status: int = 200,
    ) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self.token if token is None else token}"}
        headers |= {"Content-Type": kind} if body is not None else {}
        async with self.session.request(method, path, data=body, headers=headers) as response:
            answer = await response.json()
            assert response.status == status, answer
            assert isinstance(answer, dict)
            if status >= 400:
                assert answer["error"].endswith((".", "…")), answer
            return answer

    async def send(self, body: bytes, **more: Any) -> dict[str, Any]:
        return await self.ask("POST", "/glasses/photos", body, **more)

    async def send_json(
        self, given: Mapping[str, object], path: str = "/glasses/photos", **more: Any
    ) -> dict[str, Any]:
        body = json.dumps(given).encode()
        return await self.ask("POST", path, body, kind="application/json", **more)

    async def photos(self) -> list[dict[str, Any]]:
        listed = (await self.ask("GET", "/photos"))["photos"]
        assert isinstance(listed, list)
        return listed


async def pair_up(sidecar: Sidecar, person: PersonId, *, burst: float = 0.0) -> tuple[Pair, str]:
    home = Place("other", str(person))
    pair = Pair(
        id=f"pair-{person}",
        person=person,
        identity=person,
        name="Sunday glasses",
        place=home,
        home=home,
        burst=burst,
    )
    return pair, await sidecar.darkroom.pairs.pair(pair)


@asynccontextmanager
async def wearing(sidecar: Sidecar, person: PersonId, **more: float) -> AsyncIterator[Wearer]:
    pair, token = await pair_up(sidecar, person, **more)
    async with aiohttp.ClientSession(sidecar.url) as session:
        yield Wearer(sidecar, session, pair, token)


@pytest.fixture
async def anna(sidecar: Sidecar) -> AsyncIterator[Wearer]:
    async with wearing(sidecar, ANNA) as wearer:
        yield wearer


@pytest.fixture
async def ben(sidecar: Sidecar) -> AsyncIterator[Wearer]:
    async with wearing(sidecar, BEN) as wearer:
        yield wearer


async def order_of(sidecar: Sidecar) -> tuple[JobId, list[dict[str, str]]]:
    """The newest job that was ordered, and its photos."""
    await sidecar.darkroom.order_due()
    job, order = list(sidecar.jobs.orders.items())[-1]
    photos = order.request["photos"]
    assert isinstance(photos, list)
    return job, photos


@pytest.mark.parametrize("shape", [over_wifi, over_phone])
async def test_both_shapes_of_mentraos_become_a_video(
    sidecar: Sidecar, anna: Wearer, shape: Any
) -> None:
    begun = time.perf_counter()
    answer = await anna.send(shape("photo_req_17"))
    print(f"answered in {time.perf_counter() - begun:.3f} s")
    assert answer["success"] is True and answer["requestId"] == "photo_req_17"
    job, photos = await order_of(sidecar)
    order = sidecar.jobs.orders[job]
    assert (order.kind, order.person, order.place) == ("video", ANNA, anna.pair.place)
    ((reply, asker),) = sidecar.other.shown
    assert reply.job == job and asker.place == anna.pair.place
    stored = Path(photos[0]["path"]).read_bytes()
    assert stored[:3] == b"\xff\xd8\xff"
    assert not [secret for secret in SECRETS if secret in stored]


async def test_the_same_request_by_both_ways_is_one_photo(sidecar: Sidecar, anna: Wearer) -> None:
    answers = [
        await anna.send(body)
        for body in (over_wifi("r1"), over_phone("r1"), over_phone("r1", photo("PNG")))
    ]
    assert len({answer["id"] for answer in answers}) == 1
    await sidecar.darkroom.order_due()
    await anna.send(over_phone("r1"))
    await sidecar.darkroom.order_due()
    assert len(sidecar.jobs.orders) == 1
    assert len(await anna.photos()) == 1


async def test_the_same_request_at_the_same_moment_is_one_photo(
    sidecar: Sidecar, anna: Wearer
) -> None:
    await asyncio.gather(*(anna.send(over_wifi("r1")) for _ in range(4)))
    await asyncio.gather(*(sidecar.darkroom.order_due() for _ in range(3)))
    assert len(sidecar.jobs.orders) == 1
    assert len(list(sidecar.uploads.iterdir())) == 1


async def test_a_failure_is_told_to_its_person_once(sidecar: Sidecar, anna: Wearer) -> None:
    failure = failing(
        "r1", type="photo_error", success="false", errorCode="E7", errorMessage="Lens\r\ncovered"
    )
    for _ in range(2):
        assert await anna.send(failure) == {"success": True, "requestId": "r1"}
    ((reply, asker),) = sidecar.other.shown
    assert reply.text == "A photo of “Sunday glasses” is missing: Lens covered"
    assert asker.home == anna.pair.home
    (shown,) = await anna.photos()
    assert (shown["status"], shown["message"]) == ("failed", "Lens covered")


@pytest.mark.parametrize(
    "fields", [{"type": "photo_error"}, {"success": "false"}, {"success": "False"}]
)
async def test_each_sign_of_failure_counts(
    sidecar: Sidecar, anna: Wearer, fields: dict[str, str]
) -> None:
    await anna.send(failing("r1", **fields))
    assert sidecar.other.shown[0][0].text.endswith("missing: no reason was given")


async def test_a_photo_that_comes_after_its_failure_is_taken(
    sidecar: Sidecar, anna: Wearer
) -> None:
    await anna.send(failing("r1", type="photo_error"))
    await anna.send(over_phone("r1"))
    await order_of(sidecar)
    assert [each["status"] for each in await anna.photos()] == ["queued"]


async def test_json_is_taken_with_all_or_nothing_said(sidecar: Sidecar, anna: Wearer) -> None:
    text = base64.b64encode(JPEG).decode()
    full = await anna.send_json(
        {
            "photo": f"data:image/jpeg;base64,{text}",
            "requestId": "j1",
            "mimeType": "text/html",
            "takenAt": "2026-11-20T18:40:00+00:00",
            "location": {"lat": 47.3769, "lng": 8.5417},
        }
    )
    bare = await anna.send_json({"photo": text})
    assert full["requestId"] == "j1" and bare["requestId"] not in ("", "j1")
    shown = {each["requestId"]: each for each in await anna.photos()}
    assert shown["j1"]["taken"] == 1795200000.0 and shown[bare["requestId"]]["taken"] is None
    await sidecar.darkroom.order_due()
    assert len(sidecar.jobs.orders) == 2
    kept = "".join(str(order) for order in sidecar.jobs.orders.values())
    assert "47.3769" not in kept and "8.5417" not in json.dumps(list(shown.values()))


async def test_bridges_of_the_older_service_are_served(sidecar: Sidecar, anna: Wearer) -> None:
    text = base64.b64encode(JPEG).decode()
    first = await anna.send_json({"photo": text}, "/upload-photo")
    file = part("file", JPEG, file="x.jpg") + f"--{MARK}--\r\n".encode()
    second = await anna.ask("POST", "/photos/upload", file)
    job, _ = await order_of(sidecar)
    ids = [each["id"] for each in await anna.photos()]
    assert ids == [second["id"], first["id"]]
    status = await anna.ask("GET", f"/photos/{second['id']}/status")
    assert status == {
        "id": second["id"],
        "status": "queued",
        "progress": 0,
        "message": "The video is next in the queue.",
    }
    sidecar.jobs.run(job, "filming", 41.7)
    running = await anna.ask("GET", f"/photos/{second['id']}/status")
    assert (running["status"], running["progress"]) == ("processing", 41)
    early = await anna.ask("GET", f"/photos/{second['id']}/download", status=409)
    assert early["progress"] == 41
    videos = {"audio": ("a.mp3", b"sound"), "video": ("v.mp4", b"the video itself")}
    sidecar.jobs.finish(job, make_outcome(sidecar.folder_of(job), files=videos, title="Evening"))
    found = await anna.ask("GET", f"/photos/{second['id']}")
    assert (found["status"], found["progress"], found["title"]) == ("completed", 100, "Evening")
    content, headers = await download(anna, f"/photos/{second['id']}/download")
    assert content == b"the video itself"
    assert headers["Content-Type"] == "video/mp4"
    assert headers["X-Content-Type-Options"] == "nosniff"


async def download(wearer: Wearer, path: str) -> tuple[bytes, Mapping[str, str]]:
    headers = {"Authorization": f"Bearer {wearer.token}"}
    async with wearer.session.get(path, headers=headers) as response:
        assert response.status == 200, await response.text()
        return await response.read(), dict(response.headers)


async def test_the_photo_that_leaves_does_not_tell_where_it_was_taken(anna: Wearer) -> None:
    sent = await anna.send(over_wifi("r1"))
    content, headers = await download(anna, f"/photos/{sent['id']}/download?what=photo")
    assert headers["Content-Type"] == "image/jpeg"
    assert not [secret for secret in SECRETS if secret in content]
    assert any(secret in JPEG for secret in SECRETS)


async def test_a_deleted_video_is_gone(sidecar: Sidecar, anna: Wearer) -> None:
    sent = await anna.send(over_wifi("r1"))
    job, _ = await order_of(sidecar)
    sidecar.jobs.finish(job, make_outcome(sidecar.folder_of(job)))
    no_video = await anna.ask("GET", f"/photos/{sent['id']}/download", status=410)
    assert no_video["error"] == "The video of this photo is no longer kept."
    await sidecar.jobs.remove(job, person=ANNA)
    gone = await anna.ask("GET", f"/photos/{sent['id']}/download", status=410)
    assert gone["error"] == "The video of this photo was deleted."
    await anna.ask("GET", f"/photos/{sent['id']}/download?what=other", status=400)


@pytest.mark.parametrize(
    "header",
    [
        {},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer tdg_forged"},
        {"Authorization": "Bearer " + "x" * 5000},
        {"Authorization": "Basic dXNlcjpwYXNz"},
        {"Cookie": "tapedeck=abc"},
    ],
)
async def test_a_forged_token_gets_nowhere(
    sidecar: Sidecar, anna: Wearer, header: dict[str, str]
) -> None:
    sent = await anna.send(over_wifi("r1"))
    places = [("POST", "/glasses/photos"), ("POST", "/upload-photo"), ("POST", "/photos/upload")]
    places += [("GET", f"/photos{rest}") for rest in ("", f"/{sent['id']}")]
    places += [("GET", f"/photos/{sent['id']}/{what}") for what in ("status", "download")]
    for method, path in places:
        body = over_wifi("r2") if method == "POST" else None
        headers = {**header, "Content-Type": FORM}
        async with anna.session.request(method, path, data=body, headers=headers) as response:
            assert response.status == 401, path
            assert response.headers["WWW-Authenticate"] == "Bearer"
            assert (await response.json())["error"].startswith("These glasses are not paired")
    assert len(list(sidecar.uploads.iterdir())) == 1


async def test_a_revoked_token_is_worthless_at_once(sidecar: Sidecar, anna: Wearer) -> None:
    await anna.send(over_wifi("r1"))
    await sidecar.darkroom.pairs.drop(anna.pair.id, person=ANNA)
    await anna.send(over_wifi("r2"), status=401)
    await anna.ask("GET", "/photos", status=401)


async def test_another_persons_photo_is_no_photo(anna: Wearer, ben: Wearer) -> None:
    sent = await anna.send(over_wifi("r1"))
    for rest in ("", "/status", "/download", "/download?what=photo"):
        foreign = await ben.ask("GET", f"/photos/{sent['id']}{rest}", status=404)
        unknown = await ben.ask("GET", f"/photos/00000000000000000000{rest}", status=404)
        assert foreign == unknown
    assert await ben.photos() == []
    assert (await ben.ask("GET", "/photos?requestId=r1"))["total"] == 0
    assert (await anna.ask("GET", "/photos?requestId=r1"))["total"] == 1


async def test_the_same_request_of_two_people_is_two_photos(
    sidecar: Sidecar, anna: Wearer, ben: Wearer
) -> None:
    first, second = await anna.send(over_wifi("r1")), await ben.send(over_wifi("r1"))
    assert first["id"] != second["id"]
    await sidecar.darkroom.order_due()
    assert {order.person for order in sidecar.jobs.orders.values()} == {ANNA, BEN}


async def test_a_blocked_person_is_told(sidecar: Sidecar, anna: Wearer) -> None:
    await sidecar.people.block(ANNA, "Too many cats.")
    answer = await anna.send(over_wifi("r1"), status=403)
    assert "Too many cats." in answer["error"]
    assert list(sidecar.uploads.iterdir()) == []


async def test_a_photo_bomb_is_not_opened(sidecar: Sidecar, anna: Wearer) -> None:
    content = bomb()
    answer = await anna.send(over_wifi("r1", content), status=413)
    assert answer["error"] == (
        "That photo has 16,000 × 16,000 pixels; up to 40 million are taken: send a smaller one."
    )
    text = base64.b64encode(content).decode()
    await anna.send_json({"photo": text}, status=413)
    await sidecar.darkroom.order_due()
    assert sidecar.jobs.orders == {} and list(sidecar.uploads.iterdir()) == []


@pytest.fixture
async def small(tmp_path: Path) -> AsyncIterator[Wearer]:
    """Glasses at a sidecar that takes 4,000 bytes and three photos a minute."""
    (tmp_path / "small").mkdir()
    terms = replace(TERMS, photo_bytes=4000, photos_per_minute=3)
    async with running(tmp_path / "small", terms) as sidecar, wearing(sidecar, ANNA) as wearer:
        yield wearer


async def test_what_is_too_large_is_not_kept(small: Wearer) -> None:
    large = JPEG + bytes(4001)
    said = await small.send(over_wifi("r1", large), status=413)
    assert said["error"].startswith("That photo is too large: up to")
    await small.send_json({"photo": base64.b64encode(large).decode()}, status=413)
    await small.send(over_phone("r1", JPEG[:3] + bytes(90_000)), status=413)
    assert list(small.sidecar.uploads.iterdir()) == []


async def test_an_endless_body_without_a_length_is_cut_off(small: Wearer) -> None:
    async def endless() -> AsyncIterator[bytes]:
        yield part("photo", b"", file="x.jpg").removesuffix(b"\r\n")
        while True:
            yield bytes(10_000)

    headers = {"Authorization": f"Bearer {small.token}", "Content-Type": FORM}
    try:
        async with small.session.post(
            "/glasses/photos", data=endless(), headers=headers
        ) as response:
            assert response.status == 413
    except aiohttp.ClientConnectionError:
        pass  # it hung up on us, which is an answer too
    assert list(small.sidecar.uploads.iterdir()) == []


async def test_glasses_that_send_too_often_are_told_when_it_works(small: Wearer) -> None:
    for number in range(3):
        await small.send(over_wifi(f"r{number}", photo("JPEG", size=(30, 20))))
    headers = {"Authorization": f"Bearer {small.token}", "Content-Type": FORM}
    async with small.session.post(
        "/glasses/photos", data=over_wifi("r9"), headers=headers
    ) as response:
        assert response.status == 429
        assert 1 <= int(response.headers["Retry-After"]) <= 20
        assert (await response.json())["error"].startswith("These glasses ask too often: wait ")
    await small.ask("GET", "/photos")


ENDING = f"--{MARK}--\r\n".encode()
NESTED = part("x", b"").replace(
    b"\r\n\r\n", b"\r\nContent-Type: multipart/mixed; boundary=y\r\n\r\n", 1
)
BAD: list[tuple[str, bytes, str, int]] = [
    ("no request id", part("photo", JPEG, file="a.jpg") + ENDING, FORM, 400),
    ("no photo", part("requestId", b"r1") + ENDING, FORM, 400),
    ("two photos", part("photo", JPEG, file="a.jpg") * 2 + ENDING, FORM, 400),
    ("an empty photo", over_wifi("r1", b""), FORM, 400),
    ("no form", b"this is no form at all", FORM, 400),
    ("an empty body", b"", FORM, 400),
    ("no boundary", over_wifi("r1"), "multipart/form-data", 400),
    ("cut off in the photo", over_wifi("r1")[:400], FORM, 400),
    ("cut off before its end", over_wifi("r1").removesuffix(ENDING), FORM, 400),
    ("a form in a form", NESTED + ENDING, FORM, 400),
    ("a long field", part("requestId", b"x" * 9000) + ENDING, FORM, 400),
    ("a long request id", over_wifi("x" * 300), FORM, 400),
    ("a request id with a line break", over_wifi("a\nb"), FORM, 400),
    ("many fields", part("a", b"b") * 60 + ENDING, FORM, 400),
    ("a text", over_wifi("r1", b"just words, and no picture"), FORM, 415),
    ("a page", over_wifi("r1", b"<html><script>alert(1)</script></html>"), FORM, 415),
    ("a drawing", over_wifi("r1", b"<svg xmlns='http://www.w3.org/2000/svg'/>"), FORM, 415),
    ("a film", over_wifi("r1", b"\0\0\0\x18ftypmp42" + bytes(99)), FORM, 415),
    ("half a photo", over_wifi("r1", JPEG[: len(JPEG) // 2]), FORM, 400),
    ("another type", JPEG, "image/jpeg", 415),
    ("an old form", b"photo=abc", "application/x-www-form-urlencoded", 415),
    ("no json", b"{", "application/json", 400),
    ("a list", b"[]", "application/json", 400),
    ("deep json", b"[" * 100_000, "application/json", 400),
    ("no photo in json", b'{"requestId": "r1"}', "application/json", 400),
    ("a number for a photo", b'{"photo": 7}', "application/json", 400),
    ("no base64", b'{"photo": "%%%%"}', "application/json", 400),
    ("base64 of a text", b'{"photo": "aGVsbG8gaGVsbG8gaGVsbG8="}', "application/json", 415),
    ("a wrong time", b'{"photo": "aGVsbG8=", "takenAt": "yesterday"}', "application/json", 400),
]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "kind", "status"), [case[1:] for case in BAD], ids=[case[0] for case in BAD]
)
async def test_what_is_wrong_is_told_and_leaves_nothing(
    sidecar: Sidecar, anna: Wearer, body: bytes, kind: str, status: int
) -> None:
    await anna.send(body, kind=kind, status=status)
    await sidecar.darkroom.order_due()
    assert list(sidecar.uploads.iterdir()) == []
    assert sidecar.jobs.orders == {} and sidecar.other.shown == []


async def test_a_broken_connection_leaves_nothing_and_the_photo_comes_again(
    sidecar: Sidecar, anna: Wearer
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", sidecar.server.port)
    del reader
    body = over_wifi("r1")
    head = (
        f"POST /glasses/photos HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {FORM}\r\n"
        f"Authorization: Bearer {anna.token}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    writer.write(head.encode() + body[: len(body) // 2])
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    await anna.send(over_phone("r1"))
    await order_of(sidecar)
    assert len(sidecar.jobs.orders) == 1
    assert len(list(sidecar.uploads.iterdir())) == 1


async def test_ten_photos_at_once_are_all_taken(sidecar: Sidecar, anna: Wearer) -> None:
    begun = time.perf_counter()
    answers = await asyncio.gather(*(anna.send(over_wifi(f"r{n}")) for n in range(10)))
    print(f"ten photos taken in {time.perf_counter() - begun:.2f} s")
    assert len({answer["id"] for answer in answers}) == 10
    await sidecar.darkroom.order_due()
    assert len(sidecar.jobs.orders) == 10
    listed = [job.state for job in await sidecar.jobs.listed(person=ANNA, active=True)]
    assert listed == [State.QUEUED] * 10


async def test_photos_of_a_burst_are_scenes_of_one_video(sidecar: Sidecar) -> None:
    async with wearing(sidecar, ANNA, burst=120.0) as anna:
        for number in range(3):
            await anna.send(over_wifi(f"r{number}"))
        await sidecar.darkroom.order_due()
        assert sidecar.jobs.orders == {}
        later = replace(sidecar.darkroom, clock=lambda: time.time() + 121)
        await later.order_due()
        (order,) = sidecar.jobs.orders.values()
        assert len(order.request["photos"]) == 3  # type: ignore[arg-type] # a list
        ((reply, _),) = sidecar.other.shown
        assert reply.text.startswith("3 photos came from")


async def test_a_page_of_another_site_cannot_use_what_a_browser_sends(anna: Wearer) -> None:
    headers = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    async with anna.session.post(
        "/glasses/photos", data=over_wifi("r1"), headers={**headers, "Content-Type": FORM}
    ) as response:
        assert response.status == 401
    async with anna.session.options("/glasses/photos", headers=headers) as response:
        assert "Access-Control-Allow-Origin" not in response.headers


async def test_when_the_token_was_used_last_is_known(sidecar: Sidecar, anna: Wearer) -> None:
    pairs = sidecar.darkroom.pairs
    assert isinstance(pairs, GlassesTable)
    assert (await pairs.listed(ANNA))[0].used is None
    await anna.send(over_wifi("r1"))
    used = (await pairs.listed(ANNA))[0].used
    assert used is not None and abs(used - time.time()) < 60


async def test_answers_are_as_the_document_says(sidecar: Sidecar, anna: Wearer) -> None:
    async with anna.session.get("/openapi.json") as response:
        document = await response.json()

    def check(name: str, answer: object) -> None:
        schema = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
        jsonschema.Draft202012Validator(schema).validate(answer)

    sent = await anna.send(over_wifi("r1"))
    check("PhotoTaken", sent)
    check("PhotoTaken", await anna.send(failing("r2", type="photo_error")))
    check("Photos", await anna.ask("GET", "/photos?most=1"))
    check("Photo", await anna.ask("GET", f"/photos/{sent['id']}"))
    check("PhotoStatus", await anna.ask("GET", f"/photos/{sent['id']}/status"))
    check("Refusal", await anna.ask("GET", "/photos?after=x", status=400))
    check("Refusal", await anna.ask("GET", f"/photos/{sent['id']}/download", status=409))
    assert set(document["paths"]["/glasses/photos"]["post"]["responses"]) == {
        *("200", "400", "401", "403", "408", "413", "415", "429", "507")
    }
