"""A photo that nobody took: an evening by the sea, to try things out without glasses."""

import zlib

import numpy as np
from numpy.typing import NDArray

WIDTH, HEIGHT = 960, 720
_SEA = 0.62
_SUN = (0.66, 0.5)
_SKY_TOP, _SKY_LOW = (38, 58, 120), (255, 172, 104)
_SEA_FAR, _SEA_NEAR = (214, 128, 108), (22, 40, 78)


def draw_snapshot() -> bytes:
    """The picture as a PNG of 960 by 720 pixels; always the same."""
    across, down = np.meshgrid(np.linspace(0, 1, WIDTH), np.linspace(0, 1, HEIGHT))
    sky = _blend(_SKY_TOP, _SKY_LOW, (down / _SEA) ** 1.4)
    depth = np.clip((down - _SEA) / (1 - _SEA), 0, 1)
    sea = _blend(_SEA_FAR, _SEA_NEAR, depth**0.6)
    far = np.hypot((across - _SUN[0]) * WIDTH / HEIGHT, down - _SUN[1])
    sky += np.exp(-((far / 0.16) ** 2))[..., None] * (90, 70, 40)
    sky[far < 0.075] = (255, 240, 206)
    waves = np.sin(down**2 * 420 + np.sin(across * 31 + down * 90) * 1.6)
    path = np.exp(-(((across - _SUN[0]) / (0.03 + 0.12 * depth)) ** 2)) * (1 - 0.5 * depth)
    sea += (path * np.clip(waves, 0, 1))[..., None] * (190, 150, 90) + waves[..., None] * 5
    picture = np.where((down < _SEA)[..., None], sky, sea)
    return _write_png(np.clip(picture, 0, 255).astype(np.uint8))


def _blend(
    first: tuple[int, ...], second: tuple[int, ...], share: NDArray[np.float64]
) -> NDArray[np.float64]:
    part = np.clip(share, 0, 1)[..., None]
    return np.asarray(first, np.float64) * (1 - part) + np.asarray(second, np.float64) * part


def _write_png(pixels: NDArray[np.uint8]) -> bytes:
    """8-bit RGB rows as a PNG, as the W3C's specification describes it."""
    height, width, _ = pixels.shape
    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([8, 2, 0, 0, 0])
    rows = np.concatenate([np.zeros((height, 1), np.uint8), pixels.reshape(height, -1)], axis=1)
    body = zlib.compress(rows.tobytes(), 6)
    chunks = ((b"IHDR", header), (b"IDAT", body), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, content) for kind, content in chunks)


def _chunk(kind: bytes, content: bytes) -> bytes:
    checked = zlib.crc32(kind + content).to_bytes(4, "big")
    return len(content).to_bytes(4, "big") + kind + content + checked
