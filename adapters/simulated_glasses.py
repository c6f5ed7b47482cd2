"""Glasses that are not there: posts a photo in the very shapes in which MentraOS sends it."""

import asyncio
import base64
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from core.errors import ServiceError, UserError

_SECONDS = 30.0
_WIFI = {"type": "photo_upload", "success": "true"}
_PHONE = {"success": "true", "source": "ble_transfer"}
_FAILURE = {
    "type": "photo_error",
    "success": "false",
    "errorCode": "CAMERA_CAPTURE_FAILED",
    "errorMessage": "The camera did not answer",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """What to post where. `route` is wifi, phone, json or failure; `request` empty for any."""

    photo: Path
    url: str
    token: str
    route: str = "wifi"
    request: str = ""


async def post_photo(simulation: Simulation) -> tuple[int, Mapping[str, object]]:
    """Post it; the status and the JSON of the answer. Raises `UserError` or `ServiceError`."""
    if not simulation.url.startswith(("http://", "https://")):
        raise UserError(
            f"“{simulation.url}” is no address: it must begin with http:// or https://."
        )
    content = await asyncio.to_thread(simulation.photo.read_bytes)
    request = simulation.request or f"photo_req_{secrets.token_hex(8)}"
    body, kind = write_body(content, route=simulation.route, request=request)
    headers = {"Authorization": f"Bearer {simulation.token}", "Content-Type": kind}
    timeout = aiohttp.ClientTimeout(total=_SECONDS)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.post(
                simulation.url, data=body, headers=headers, allow_redirects=False
            ) as response,
        ):
            text = await response.text()
    except (aiohttp.ClientError, TimeoutError) as error:
        raise ServiceError(f"Nobody answers at {simulation.url}. Is the bot running?") from error
    return response.status, _parse(text)


def write_body(content: bytes, *, route: str, request: str) -> tuple[bytes, str]:
    """The bytes of a request and their type."""
    if route == "json":
        given = {
            "photo": base64.b64encode(content).decode(),
            "requestId": request,
            "mimeType": "image/jpeg",
        }
        return json.dumps(given).encode(), "application/json"
    boundary = secrets.token_hex(16)
    photo = _part(boundary, "photo", content, file="photo.jpg")
    name = _part(boundary, "requestId", request.encode())
    match route:
        case "wifi":
            parts = [photo, name, *_fields(boundary, _WIFI)]
        case "phone":
            parts = [name, *_fields(boundary, _PHONE), photo]
        case _:
            parts = [name, *_fields(boundary, _FAILURE)]
    body = b"".join([*parts, f"--{boundary}--\r\n".encode()])
    return body, f"multipart/form-data; boundary={boundary}"


def _fields(boundary: str, fields: Mapping[str, str]) -> list[bytes]:
    return [_part(boundary, name, value.encode()) for name, value in fields.items()]


def _part(boundary: str, name: str, content: bytes, *, file: str = "") -> bytes:
    """One part as okhttp writes it, which counts the bytes of each."""
    disposition = f'Content-Disposition: form-data; name="{name}"'
    lines = [f"--{boundary}", disposition + (f'; filename="{file}"' if file else "")]
    lines += ["Content-Type: image/jpeg"] if file else []
    lines += [f"Content-Length: {len(content)}", "", ""]
    return "\r\n".join(lines).encode() + content + b"\r\n"


def _parse(text: str) -> Mapping[str, object]:
    try:
        given = json.loads(text)
    except ValueError:
        return {"answer": text[:200]}
    return given if isinstance(given, dict) else {"answer": given}
