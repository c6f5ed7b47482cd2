"""Cutting clips out of what was fetched: their sound, measured, and where their pictures are."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from shutil import disk_usage
from typing import Any, Self

from adapters.ffmpeg.cutting import cut_sound, write_silence
from adapters.ffmpeg.footage import Footage, survey
from adapters.ffmpeg.pool import Pool
from bot.pipelines.abreast import all_abreast
from bot.pipelines.facts import as_mapping
from bot.pipelines.results import empty_folder
from bot.pipelines.sources import (
    Piece,
    Source,
    Wanted,
    list_wanted,
    miss,
    name_cut,
    require_clips,
    tags_of,
)
from core.clips import Row, check_end
from core.errors import UserError
from core.jobs import Json
from core.ports import Run
from core.reel import VIDEO_RATE, Canvas, Clip, choose_canvas
from core.tracklist import clock
from core.tracks import Sound, Tags, Track

DISK_RESERVE = 50_000_000
_SOUND_BYTES = 384_000
"""Of a second of sound as floats at 48 kHz."""
_SHORT = 0.5
"""Seconds that a source may end too early without a word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """One clip whose sound was cut: a track, and its row with the ends that it has now.

    `origin` is what its source is called. Its pictures begin at `at` seconds of the file
    `picture`; empty where there are none.
    """

    row: Row
    index: int
    track: Track
    origin: str
    picture: str = ""
    demuxer: str = ""
    at: float = 0.0

    @classmethod
    def from_json(cls, facts: Mapping[str, Any]) -> Self:
        """What `asdict` made, whole again."""
        track = facts["track"]
        parts = {"tags": Tags(**track["tags"]), "sound": Sound(**track["sound"])}
        whole = {"row": Row(**facts["row"]), "track": Track(**track | parts)}
        return cls(**dict(facts) | whole)

    @property
    def clip(self) -> Clip:
        return Clip(track=self.track, fade=self.row.fade, gain=self.row.gain)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cutter:
    """Cuts for one job. With `video` all lengths are whole frames of a common canvas."""

    ffmpeg: str
    pool: Pool
    video: bool
    most_seconds: float

    async def cut(self, run: Run, found: Json, fetched: Json) -> dict[str, Json]:
        """Cut every clip out of its piece. Gives `cuts` in order, `canvas`, and `missing`."""
        facts = as_mapping(fetched)
        clips = list_wanted(found)
        sources = [Source(**source) for source in facts["sources"]]
        pieces = [Piece(**piece) for piece in facts["pieces"]]
        missing: list[Json] = list(facts["missing"])
        footages = await self._survey(pieces, clips, missing)
        canvas = self._choose_canvas(footages, clips)
        folder, cuts = empty_folder(run.folder / "cuts"), list[Cut]()
        _require_room(folder, footages, clips)
        count = sum(len(piece.clips) for piece, _ in footages)

        async def cut_one(piece: Piece, footage: Footage, at: int) -> None:
            clip = clips[at]
            try:
                cuts.append(
                    await self._cut(
                        clip,
                        sources[clip.source],
                        piece,
                        footage,
                        canvas=canvas,
                        out=folder / f"{clip.index}.wav",
                    )
                )
            except UserError as error:
                missing.append(miss(clip.row, clip.index, str(error), hopeless=True))
            # Ends that nobody knew may be far away.
            require_short(sum(cut.track.sound.seconds for cut in cuts), most=self.most_seconds)
            run.report((len(cuts) + len(missing)) / (count + len(missing)))

        await all_abreast(
            cut_one(piece, footage, at) for piece, footage in footages for at in piece.clips
        )
        require_clips(cuts, missing)
        cuts.sort(key=lambda cut: cut.index)
        return {
            "cuts": [asdict(cut) for cut in cuts],
            "canvas": None if canvas is None else asdict(canvas),
            "missing": sorted(missing, key=lambda each: int(str(as_mapping(each)["index"]))),
        }

    async def _survey(
        self, pieces: Sequence[Piece], clips: Sequence[Wanted], missing: list[Json]
    ) -> list[tuple[Piece, Footage]]:
        """What each piece has; one that cannot be opened is missed with its clips."""
        surveyed = []
        for piece in pieces:
            try:
                footage = await self._survey_one(piece)
            except UserError as error:
                reason = f"cannot be made: its source {error}"
                missing += [
                    miss(clips[at].row, clips[at].index, reason, hopeless=True)
                    for at in piece.clips
                ]
                continue
            surveyed.append((piece, footage))
        return surveyed

    async def _survey_one(self, piece: Piece) -> Footage:
        footage = await survey(self.ffmpeg, Path(piece.path), piece.demuxer)
        if footage.rate is None and not self.video:
            raise UserError("has no sound in it.")
        return footage

    def _choose_canvas(
        self, footages: Sequence[tuple[Piece, Footage]], clips: Sequence[Wanted]
    ) -> Canvas | None:
        if not self.video:
            return None
        return choose_canvas(
            [
                (footage.shape, sum(_seen(clips[at].row, footage.seconds) for at in piece.clips))
                for piece, footage in footages
                if footage.shape is not None
            ]
        )

    async def _cut(
        self,
        clip: Wanted,
        source: Source,
        piece: Piece,
        footage: Footage,
        *,
        canvas: Canvas | None,
        out: Path,
    ) -> Cut:
        """Raises `UserError` with the end of a sentence about the row."""
        row = check_end(clip.row, _length_of(source, piece, footage))
        # An end that nobody knows yet: what comes decides, up to what a reel may last.
        seconds = self.most_seconds if row.seconds is None else row.seconds
        rate = footage.rate or VIDEO_RATE
        if canvas is not None:
            rate, seconds = VIDEO_RATE, max(1, round(seconds * canvas.rate)) / canvas.rate
        at = max(0.0, row.start - piece.start)
        if footage.rate is None and row.seconds is None:
            raise UserError("has an end that its source does not tell. Write an end.")
        if footage.rate is None:
            sound = await asyncio.to_thread(write_silence, round(seconds * rate), rate, out)
        else:
            try:
                sound = await cut_sound(
                    self.ffmpeg,
                    self.pool,
                    Path(piece.path),
                    demuxer=piece.demuxer,
                    start=at,
                    seconds=seconds,
                    rate=rate,
                    out=out,
                    # Pictures go on when their sound has ended.
                    whole=footage.shape is not None and canvas is not None and row.end is not None,
                )
            except UserError as error:
                raise UserError(f"cannot be made: its source {error}") from error
        row = _within(row, sound)
        track = Track(
            path=str(out),
            demuxer="wav",
            source=source.url or source.title,
            digest=name_cut(clip, source),
            tags=tags_of(clip, source),
            sound=sound,
        )
        cut = Cut(row=row, index=clip.index, track=track, origin=source.title)
        if canvas is None or footage.shape is None:
            return cut
        return replace(cut, picture=piece.path, demuxer=piece.demuxer, at=at)


def _length_of(source: Source, piece: Piece, footage: Footage) -> float | None:
    """Seconds of a source: what its site says, else what a file with all of it says."""
    if source.seconds is not None:
        return source.seconds
    return footage.seconds if piece.start == 0 and piece.end is None else None


def require_short(seconds: float, *, most: float) -> None:
    """Raise `UserError` when clips would last longer than a reel may."""
    if seconds > most:
        raise UserError(
            f"The clips would last {clock(seconds)}; the most is {clock(most)}. "
            "Leave some out, or make two."
        )


def _require_room(
    folder: Path, footages: Sequence[tuple[Piece, Footage]], clips: Sequence[Wanted]
) -> None:
    """Raise `UserError` when the disk has no room for the sound of all clips."""
    seconds = sum(
        _seen(clips[at].row, footage.seconds) for piece, footage in footages for at in piece.clips
    )
    needed = DISK_RESERVE + round(seconds * _SOUND_BYTES)
    free = disk_usage(folder).free
    if free < needed:
        raise UserError(
            f"The disk is too full: the clips need about {needed // 1_000_000} MB, "
            f"{free // 1_000_000} MB are free. Free some space and try again."
        )


def _seen(row: Row, seconds: float | None) -> float:
    """For how long a row's pictures will be seen; of an open end that is not known, a moment."""
    ends = [end for end in (row.end, seconds) if end is not None]
    return max(0.0, min(ends) - row.start) if ends else 1.0


def _within(row: Row, sound: Sound) -> Row:
    """The row as it was cut. Raises `UserError` when there was less of it than it asked for."""
    if row.seconds is None or sound.seconds < row.seconds - _SHORT:
        return check_end(row, row.start + sound.seconds)
    return row
