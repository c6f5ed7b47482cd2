"""Which bytes of a media file hold a part of it, told from its index without fetching the rest."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.links import Span
from core.sniff import read_box

Reader = Callable[[int, int], bytes]
"""Reads `length` bytes of the file from byte `at` on; fewer only where the file ends."""
Ends = tuple[int, int]
"""The first byte of a stretch, and the one after its last."""
_HEAD = 32 * 1024
_MOST_BOXES = 200
_LARGEST_INDEX = 64_000_000
_LEAST_HOLE = 4096
"""Bytes that are worth asking a second time."""
_NEAR = 0.15
"""Seconds that are taken along where samples are told apart: an edit list shifts them by a few."""
_HOLDERS = frozenset({b"mdia", b"minf", b"stbl", b"mvex"})
_GAP = 64 * 1024
"""Bytes between two stretches that are fetched along: asking twice would take longer."""
_MARGIN = 1.0
"""Seconds taken along on both sides: edit lists and reordered pictures shift times a little."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Portion:
    """What to fetch for a part of a file, and where to put it in a file of its own.

    Each of the `stretches` goes to the byte of the same number in `places`; between them may be
    holes that nobody reads who begins at `seek` seconds, when that is not None. `start` is
    about where the part begins: at a picture that needs no earlier one. `size` is the length of
    the new file.
    """

    stretches: tuple[Ends, ...]
    places: tuple[int, ...]
    size: int
    start: float
    seek: float | None = None


def find_portion(read: Reader, size: int, span: Span, *, demuxer: str) -> Portion | None:
    """Which bytes hold `span` of a file of `size` bytes; None where its index does not say.

    Reads MP4 with one index or with fragments (ISO 14496-12, 8.16.3 and 8.7), and WebM or
    Matroska with cues (RFC 9559, 22).
    """
    try:
        match demuxer:
            case "mov":
                return _find_in_mp4(read, size, span)
            case "matroska":
                return _find_in_matroska(read, size, span)
    except (IndexError, ValueError, OverflowError, MemoryError):
        return None
    return None


def merge(stretches: Sequence[Ends], *, gap: int = _GAP) -> tuple[Ends, ...]:
    """Stretches in order; those that touch, or nearly, are one."""
    merged: list[Ends] = []
    for first, last in sorted(stretches):
        if merged and first <= merged[-1][1] + gap:
            merged[-1] = merged[-1][0], max(merged[-1][1], last)
        else:
            merged.append((first, last))
    return tuple(merged)


# MP4


def _find_in_mp4(read: Reader, size: int, span: Span) -> Portion | None:
    at, moov, sidx = 0, None, None
    for _ in range(_MOST_BOXES):
        if at >= size:
            break
        kind, length = read_box(read(at, 16))
        length = min(length, size - at)
        if kind == b"moov" and length <= _LARGEST_INDEX:
            moov = at, at + length
        elif kind == b"sidx" and sidx is None:
            sidx = at, at + length
        elif kind == b"moof" or (kind == b"mdat" and sidx is not None):
            break
        at += length
        if moov is not None and sidx is not None:
            break
    if moov is None:
        return None
    index = read(moov[0], moov[1] - moov[0])
    if sidx is not None:
        segments = _read_sidx(read(sidx[0], sidx[1] - sidx[0]), end=sidx[1])
        covered = _cover(segments, span)
        if covered is None:
            return None
        return _join_fragments(read, covered, span, head=sidx[0], moov=index)
    ends = (0, _header_end(read, size)), moov
    return _cover_tracks(_read_tracks(index), span, head=ends, size=size)


def _header_end(read: Reader, size: int) -> int:
    """Where the first `mdat` begins to hold media."""
    at = 0
    for _ in range(_MOST_BOXES):
        kind, length = read_box(read(at, 16))
        if kind == b"mdat":
            return min(at + 16, size)
        at += length
        if at >= size:
            break
    return min(at, size)


@dataclass(frozen=True, slots=True)
class _Segments:
    """Stretches that follow each other: when each starts, where it is, and when all is over."""

    starts: NDArray[np.float64]
    firsts: NDArray[np.int64]
    lasts: NDArray[np.int64]


def _cover(segments: _Segments | None, span: Span) -> _Segments | None:
    """The segments that hold a part."""
    if segments is None or not len(segments.starts):
        return None
    first = int(np.searchsorted(segments.starts, max(0.0, span.start), side="right")) - 1
    first = max(first, 0)
    last = len(segments.starts)
    if span.end is not None:
        last = int(np.searchsorted(segments.starts, span.end, side="right"))
    kept = slice(first, max(last, first + 1))
    return _Segments(segments.starts[kept], segments.firsts[kept], segments.lasts[kept])


def _place_behind(stretches: Sequence[Ends], *, start: float) -> Portion:
    """A file of stretches that follow each other without holes."""
    joined = merge(stretches, gap=0)
    sizes = [last - first for first, last in joined]
    places = tuple(sum(sizes[:index]) for index in range(len(sizes)))
    return Portion(stretches=joined, places=places, size=sum(sizes), start=start)


def _join_fragments(
    read: Reader, segments: _Segments, span: Span, *, head: int, moov: bytes
) -> Portion | None:
    """The header and the fragments of a part; of the outer ones only what is in it.

    Sound can begin anywhere, so the samples before it are a hole. Pictures begin with the
    fragment. None when a fragment says where its samples are in the whole file.
    """
    first, last = int(segments.firsts[0]), int(segments.lasts[-1])
    opening = _read_fragment(read, first, moov)
    if opening is None:
        return None
    start, seek = float(segments.starts[0]), None
    stretches: list[Ends] = [(0, head), (first, last)]
    if span.end is not None:
        closing = _read_fragment(read, int(segments.firsts[-1]), moov)
        if closing is not None:
            stretches[1] = first, min(last, closing.end_by(span.end + _NEAR))
    if opening.sound:
        begins = opening.start_by(span.start - _NEAR)
        if begins > opening.media + _LEAST_HOLE:
            seek = span.start
            stretches[1:] = [(first, opening.media), (begins, stretches[1][1])]
    places = [0, *(head + one - first for one, _ in stretches[1:])]
    return Portion(
        stretches=tuple(stretches),
        places=tuple(places),
        size=head + stretches[-1][1] - first,
        start=start if seek is None else seek,
        seek=seek,
    )


@dataclass(frozen=True, slots=True)
class _Fragment:
    """The samples of one fragment: when (s), and where in the whole file each ends. `media` is
    where the first begins."""

    sound: bool
    times: NDArray[np.float64]
    media: int
    ends: NDArray[np.int64]

    def end_by(self, time: float) -> int:
        """Where the last sample ends that is decoded by then."""
        count = int(np.searchsorted(self.times, time, side="right"))
        return int(self.ends[min(count, len(self.ends)) - 1]) if count else self.media

    def start_by(self, time: float) -> int:
        """Where the last sample begins that is decoded by then."""
        index = int(np.searchsorted(self.times, time, side="right")) - 1
        return int(self.ends[index - 1]) if index > 0 else self.media


def _read_fragment(read: Reader, at: int, moov: bytes) -> _Fragment | None:
    """The samples of the fragment at `at` (ISO 14496-12, 8.8.7, 8.8.8 and 8.8.12)."""
    kind, length = read_box(read(at, 16))
    if kind != b"moof" or length > _LARGEST_INDEX:
        return None
    moof = read(at, length)
    pieces, tracks = _boxes(moof, b"traf"), _boxes(moov, b"trak")
    if len(pieces) != 1 or len(tracks) != 1:
        return None
    media = _box(tracks[0], b"mdia")
    scale, sound = _read_scale(_box(media, b"mdhd")), _box(media, b"hdlr")[8:12] == b"soun"
    usual = _read_defaults(_box(pieces[0], b"tfhd"), _box(_box(moov, b"mvex"), b"trex"))
    if usual is None or not scale:
        return None
    begins = _box(pieces[0], b"tfdt")
    now = _number(begins[4:12] if begins[:1] == b"\1" else begins[4:8])
    runs = [_read_run(box[8:], *usual) for box in _boxes(pieces[0], b"trun")]
    lengths = np.concatenate([run[1] for run in runs])
    # Each run says where its samples begin, counted from the fragment.
    ends = np.concatenate([at + place + np.cumsum(sizes) for place, _, sizes in runs])
    times = (now + np.cumsum(lengths) - lengths) / scale
    return _Fragment(sound, times, at + runs[0][0], ends)


def _read_defaults(tfhd: bytes, trex: bytes) -> tuple[int, int] | None:
    """How long samples last and how many bytes they have where their run does not say.

    None when places are counted from the beginning of the whole file.
    """
    flags, at = _number(tfhd[1:4]), 8
    if flags & 0x1:
        return None
    at += 4 if flags & 0x2 else 0
    duration, size = _number(trex[12:16]), _number(trex[16:20])
    if flags & 0x8:
        duration, at = _number(tfhd[at : at + 4]), at + 4
    if flags & 0x10:
        size = _number(tfhd[at : at + 4])
    return duration, size


def _read_run(
    trun: bytes, duration: int, size: int
) -> tuple[int, NDArray[np.int64], NDArray[np.int64]]:
    """Where a run begins in its fragment, and the durations and sizes of its samples."""
    flags, count = _number(trun[1:4]), _number(trun[4:8])
    place, at = 0, 8
    if flags & 0x1:
        place, at = int.from_bytes(trun[at : at + 4], "big", signed=True), at + 4
    at += 4 if flags & 0x4 else 0
    fields = [mark for mark in (0x100, 0x200, 0x400, 0x800) if flags & mark]
    rows = np.frombuffer(trun, ">u4", count * len(fields), at).reshape(count, len(fields))
    columns = {mark: rows[:, index].astype(np.int64) for index, mark in enumerate(fields)}
    usual = np.ones(count, np.int64)
    return place, columns.get(0x100, usual * duration), columns.get(0x200, usual * size)


def _read_sidx(box: bytes, *, end: int) -> _Segments | None:
    """The segment index (ISO 14496-12, 8.16.3); None for one that points to further indexes."""
    version = box[8]
    scale = _number(box[16:20])
    if version == 0:
        now, offset, at = _number(box[20:24]), _number(box[24:28]), 28
    else:
        now, offset, at = _number(box[20:28]), _number(box[28:36]), 36
    count = _number(box[at + 2 : at + 4])
    rows = np.frombuffer(box, ">u4", count * 3, at + 4).reshape(count, 3).astype(np.int64)
    if not scale or (rows[:, 0] >> 31).any():
        return None
    sizes, lengths = rows[:, 0], rows[:, 1]
    lasts = end + offset + np.cumsum(sizes)
    starts = (now + np.cumsum(lengths) - lengths) / scale
    return _Segments(starts, lasts - sizes, lasts)


@dataclass(frozen=True, slots=True)
class _Samples:
    """All samples of a track: when (s), where, how many bytes, and which need no earlier one."""

    times: NDArray[np.float64]
    firsts: NDArray[np.int64]
    sizes: NDArray[np.int64]
    keys: NDArray[np.int64] | None


def _cover_tracks(
    tracks: Sequence[_Samples], span: Span, *, head: Sequence[Ends], size: int
) -> Portion | None:
    start = max(0.0, span.start - _MARGIN)
    for track in tracks:
        if track.keys is not None and len(track.keys):
            # The picture begins where it can, and the sound with it.
            times = track.times[track.keys]
            start = float(times[max(0, int(np.searchsorted(times, start, side="right")) - 1)])
    stretches: list[Ends] = [*head]
    for track in tracks:
        first = max(0, int(np.searchsorted(track.times, start, side="right")) - 1)
        last = len(track.times)
        if span.end is not None:
            last = int(np.searchsorted(track.times, span.end + _MARGIN, side="right"))
        wanted = slice(first, max(last, first + 1))
        begins = track.firsts[wanted]
        stretches += list(
            merge(
                list(
                    zip(
                        map(int, begins),
                        map(int, begins + track.sizes[wanted]),
                        strict=True,
                    )
                )
            )
        )
    if not tracks:
        return None
    # What lies between is told by the index as places in the whole file: everything stays put.
    kept = merge(stretches)
    places = tuple(first for first, _ in kept)
    return Portion(stretches=kept, places=places, size=size, start=start, seek=span.start)


def _read_tracks(moov: bytes) -> list[_Samples]:
    """The sample tables of an index (ISO 14496-12, 8.6 and 8.7)."""
    tracks = []
    for trak in _boxes(moov, b"trak"):
        media = _box(trak, b"mdia")
        table = _box(_box(media, b"minf"), b"stbl")
        kind = _box(media, b"hdlr")[8:12]
        if kind in (b"vide", b"soun") and table:
            tracks.append(_read_samples(table, scale=_read_scale(_box(media, b"mdhd"))))
    return [track for track in tracks if len(track.times)]


def _read_scale(header: bytes) -> int:
    return _number(header[20:24]) if header[:1] == b"\1" else _number(header[12:16])


def _read_samples(table: bytes, *, scale: int) -> _Samples:
    sizes = _read_sizes(_box(table, b"stsz"))
    durations = _rows(_box(table, b"stts"), 2)
    lengths = np.repeat(durations[:, 1], durations[:, 0])[: len(sizes)]
    times = (np.cumsum(lengths) - lengths) / scale
    keys = _box(table, b"stss")
    return _Samples(
        times,
        _place(table, sizes)[: len(times)],
        sizes[: len(times)],
        _rows(keys, 1)[:, 0] - 1 if keys else None,
    )


def _read_sizes(box: bytes) -> NDArray[np.int64]:
    same, count = _number(box[4:8]), _number(box[8:12])
    if same:
        return np.full(min(count, _LARGEST_INDEX), same, np.int64)
    return np.frombuffer(box, ">u4", count, 12).astype(np.int64)


def _place(table: bytes, sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where each sample is: in its chunk, behind those before it."""
    wide = _box(table, b"co64")
    if wide:
        chunks = np.frombuffer(wide, ">u8", _number(wide[4:8]), 8).astype(np.int64)
    else:
        chunks = _rows(_box(table, b"stco"), 1)[:, 0]
    runs = _rows(_box(table, b"stsc"), 3)
    firsts = runs[:, 0] - 1
    counts = np.repeat(runs[:, 1], np.diff(np.append(firsts, len(chunks))))
    chunk = np.repeat(np.arange(len(chunks)), counts)[: len(sizes)]
    before = np.cumsum(sizes[: len(chunk)]) - sizes[: len(chunk)]
    opening = np.cumsum(counts) - counts
    return np.asarray(chunks[chunk] + before - before[np.minimum(opening, len(before) - 1)][chunk])


def _rows(box: bytes, width: int) -> NDArray[np.int64]:
    count = _number(box[4:8])
    return np.frombuffer(box, ">u4", count * width, 8).reshape(count, width).astype(np.int64)


def _boxes(parent: bytes, kind: bytes) -> list[bytes]:
    """The boxes of a kind directly inside of `parent`, which still has its own header."""
    found, at = [], 8
    while at + 8 <= len(parent):
        name, length = read_box(parent[at : at + 16])
        if name == kind:
            found.append(parent[at : min(at + length, len(parent))])
        at += length
    return found


def _box(parent: bytes, kind: bytes) -> bytes:
    """The first such box; without its header where it holds no others. Empty when not there."""
    found = _boxes(parent, kind)
    if not found:
        return b""
    return found[0] if kind in _HOLDERS else found[0][8:]


def _number(raw: bytes) -> int:
    return int.from_bytes(raw, "big")


# Matroska

_EBML, _SEGMENT, _SEEK_HEAD, _SEEK = 0x1A45DFA3, 0x18538067, 0x114D9B74, 0x4DBB
_SEEK_ID, _SEEK_POSITION, _CUES, _CLUSTER = 0x53AB, 0x53AC, 0x1C53BB6B, 0x1F43B675
_INFORMATION, _SCALE, _TRACKS, _POINT = 0x1549A966, 0x2AD7B1, 0x1654AE6B, 0xBB
_TIME, _PLACES, _CLUSTER_POSITION = 0xB3, 0xB7, 0xF1


def _find_in_matroska(read: Reader, size: int, span: Span) -> Portion | None:
    head = read(0, min(size, _HEAD))
    _, length, at = _element(head, 0)
    opening = at + length
    kind, _, inside = _element(head, opening)
    if kind != _SEGMENT:
        return None
    kept: list[Ends] = []
    cues: Ends | None = None
    scale, at = 1_000_000, inside
    while at < min(len(head), size) - 12:
        kind, length, body = _element(head, at)
        if kind == _CLUSTER:
            break
        if kind == _SEEK_HEAD and cues is None:
            cues = _seek_cues(head[body : body + length], inside, size)
        elif kind == _CUES:
            cues = at, body + length
        elif kind in (_INFORMATION, _TRACKS):
            kept.append((at, body + length))
            scale = _read_time_scale(head[body : body + length], kind, scale)
        at = body + length
    if cues is None or len(kept) < 2:
        return None
    segments = _read_cues(read, cues, inside=inside, scale=scale, size=size)
    covered = _cover(segments, span)
    if covered is None:
        return None
    clusters = [*zip(map(int, covered.firsts), map(int, covered.lasts), strict=True)]
    # The segment says that it is longer than what comes, as a file that is cut off does.
    return _place_behind([(0, inside), *kept, *clusters], start=float(covered.starts[0]))


def _seek_cues(body: bytes, inside: int, size: int) -> Ends | None:
    for kind, data in _elements(body):
        if kind != _SEEK:
            continue
        facts = dict(_elements(data))
        if _number(facts.get(_SEEK_ID, b"")) == _CUES:
            at = inside + _number(facts.get(_SEEK_POSITION, b""))
            return (at, size) if at < size else None
    return None


def _read_time_scale(body: bytes, kind: int, usual: int) -> int:
    if kind != _INFORMATION:
        return usual
    return _number(dict(_elements(body)).get(_SCALE, b"")) or usual


def _read_cues(read: Reader, cues: Ends, *, inside: int, scale: int, size: int) -> _Segments | None:
    start, _ = cues
    kind, length, body = _element(read(start, min(16, size - start)), 0)
    if kind != _CUES or length > _LARGEST_INDEX:
        return None
    points: dict[int, float] = {}
    for each, data in _elements(read(start + body, length)):
        if each != _POINT:
            continue
        facts = list(_elements(data))
        time = _number(dict(facts).get(_TIME, b""))
        for key, value in facts:
            if key == _PLACES:
                where = inside + _number(dict(_elements(value)).get(_CLUSTER_POSITION, b""))
                points[where] = min(points.get(where, np.inf), time * scale / 1e9)
    firsts = np.array(sorted(points), np.int64)
    if not len(firsts):
        return None
    starts = np.array([points[int(first)] for first in firsts])
    # Where the media end: at the index itself when it comes last.
    end = start if start > firsts[-1] else size
    return _Segments(starts, firsts, np.append(firsts[1:], end))


def _elements(body: bytes) -> list[tuple[int, bytes]]:
    found, at = [], 0
    while at < len(body):
        kind, length, inside = _element(body, at)
        found.append((kind, body[inside : inside + length]))
        at = inside + length
    return found


def _element(data: bytes, at: int) -> tuple[int, int, int]:
    """An element's id, the length of what is in it, and where that begins (RFC 8794, 4 and 5)."""
    width = 9 - data[at].bit_length()
    kind = _number(data[at : at + width])
    at += width
    first = data[at]
    width = 9 - first.bit_length()
    length = _number(data[at : at + width]) & ((1 << 7 * width) - 1)
    if length == (1 << 7 * width) - 1:
        length = 1 << 62
    return kind, length, at + width
