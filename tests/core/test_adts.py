"""ADTS: frames are found, cut and counted, or the stream is refused."""

from io import BytesIO
from itertools import islice

import pytest

from core.adts import BrokenStreamError, cut_frames, read_frames
from tests.media import Sound, make


def frame(size: int, fill: int = 0) -> bytes:
    head = bytes([0xFF, 0xF1, 0x50, 0x80 | size >> 11, size >> 3 & 0xFF, (size & 7) << 5 | 0x1F])
    return head + bytes([0xFC]) + bytes([fill]) * (size - 7)


STREAM = frame(7) + frame(100, 1) + frame(8191, 2) + frame(33, 3)


def test_frames_are_found_by_their_lengths() -> None:
    assert [len(each) for each in read_frames(BytesIO(STREAM))] == [7, 100, 8191, 33]
    assert b"".join(read_frames(BytesIO(STREAM))) == STREAM
    assert list(read_frames(BytesIO())) == []


def test_reading_goes_on_where_it_stopped() -> None:
    source = BytesIO(STREAM)
    assert b"".join(islice(read_frames(source), 2)) == STREAM[:107]
    assert b"".join(read_frames(source)) == STREAM[107:]


def test_a_real_stream_has_a_frame_for_every_1024_samples() -> None:
    stream = make("adts", Sound(seconds=2)).read_bytes()
    assert len(list(read_frames(BytesIO(stream)))) == -(-2 * 44100 // 1024) + 1  # one to settle


@pytest.mark.parametrize(
    ("drop", "keep", "left"),
    [(0, None, STREAM), (1, 1, STREAM[7:107]), (2, 2, STREAM[107:]), (4, None, b""), (0, 0, b"")],
)
def test_frames_are_cut_out_whole(drop: int, keep: int | None, left: bytes) -> None:
    assert cut_frames(STREAM, drop=drop, keep=keep) == left


@pytest.mark.parametrize(("drop", "keep"), [(0, 5), (4, 1), (5, None)])
def test_frames_that_are_not_there_are_missed(drop: int, keep: int | None) -> None:
    with pytest.raises(BrokenStreamError, match="4 frames where 5 are needed"):
        cut_frames(STREAM, drop=drop, keep=keep)


@pytest.mark.parametrize(
    ("stream", "words"),
    [
        (STREAM[:-1], "a frame of 33 bytes at byte 8298"),
        (STREAM + b"\xff\xf1", "2 bytes after the last frame"),
        (b"ID3" + STREAM, "no frame at byte 0"),
        (STREAM + bytes(50), "no frame at byte 8331"),
        (frame(7)[:5] + b"\x1f\xfc", "a frame of 0 bytes at byte 0"),
    ],
)
def test_what_is_no_run_of_frames_is_refused(stream: bytes, words: str) -> None:
    with pytest.raises(BrokenStreamError, match=words):
        list(read_frames(BytesIO(stream)))
