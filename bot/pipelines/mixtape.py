"""The mixtape's pipeline: take in, analyse, plan, render, check."""

import asyncio
import errno
import json
import logging
import os
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from importlib.metadata import version
from pathlib import Path
from shutil import disk_usage, rmtree
from typing import Any, ClassVar, Self

from slugify import slugify

from adapters.ffmpeg.analyse import analyse
from adapters.ffmpeg.check import Measured, check_sound, check_video, measure
from adapters.ffmpeg.pool import Pool
from adapters.ffmpeg.probe import probe
from adapters.ffmpeg.render import AAC_ARGUMENTS, MP3_ARGUMENTS, Rendered, render
from adapters.ffmpeg.video import RATE, encode_still, join_video
from adapters.intake import take_picture, take_track
from adapters.pictures import Cover, draw_cover, make_cover
from adapters.tags import read_mp3_chapters, read_tags, write_mp3_tags
from core.errors import UserError
from core.jobs import Json, Outcome, Product, Stage
from core.loudness import CEILING
from core.mixtape import order_tracks
from core.ports import Memory, Run
from core.recipe import list_tracks, write_recipe
from core.timeline import Timeline, plan_timeline
from core.tracklist import (
    artists_of,
    chapters_of,
    clock,
    cue_sheet,
    default_title,
    describe,
    genres_of,
    name_of,
)
from core.tracks import Sound, Tags, Track, label_of

_log = logging.getLogger(__name__)

KIND = "mixtape"
_MEASURES = "2"
"""Raise this when the analysis changes: what it found before is then measured again."""
_HEADROOM = 1.8
"""dB that the limiter leaves under the ceiling for what the encoders usually add."""
_TRIES = 3
_ENDINGS = (".mp3", ".mp4", ".cue", ".txt", ".json")
_MOST_REASONS = 20
_SPENT = 1_000_000
_DISK_RESERVE = 50_000_000
_BYTES_PER_SECOND = 100_000
"""MP3, AAC twice and video, generously; the pieces of PCM on top are bounded."""
_PCM_BYTES = 250_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Heard:
    """What one pass over a track gave: its sound, and the tags that ffmpeg came across."""

    sound: Sound
    tags: Tags

    @classmethod
    def from_json(cls, facts: Mapping[str, Any]) -> Self:
        return cls(sound=Sound(**facts["sound"]), tags=Tags(**facts["tags"]))


@dataclass(frozen=True, slots=True, kw_only=True)
class MixtapePipeline:
    """Makes one mixtape. `track_seconds` and `mix_seconds` are the longest that are taken."""

    ffmpeg: str
    pool: Pool
    memory: Memory
    track_seconds: float
    mix_seconds: float
    running: dict[str, asyncio.Task[_Heard]] = field(default_factory=dict)
    """Analyses under way, by content: two jobs with one track share one pass."""

    kind: ClassVar[str] = KIND
    stages: ClassVar[tuple[Stage, ...]] = (
        Stage("taking the tracks in", 3),
        Stage("listening to the tracks", 12),
        Stage("planning the mix", 2),
        Stage("mixing", 70),
        Stage("checking the result", 13),
    )

    async def make(self, run: Run) -> Outcome:
        """Make the mixtape of `run.request`; every stage is done once, whatever happens."""
        taken = await run.step("taking the tracks in", lambda: self._take_in(run))
        heard = await run.step("listening to the tracks", lambda: self._listen(run, taken))
        plan = await run.step("planning the mix", lambda: self._plan(run, taken, heard))
        made = await run.step("mixing", lambda: _on_the_disk(run, self._render(run, plan)))
        checked = await run.step(
            "checking the result", lambda: _on_the_disk(run, self._check(run, plan, made))
        )
        return _outcome(checked)

    async def _take_in(self, run: Run) -> Json:
        folder = _fresh(run.folder / "in")
        files: list[Json] = []
        rejected: list[Json] = []
        asked = _list(run.request["tracks"])
        for index, file in enumerate(asked):
            try:
                taken = await take_track(Path(file["path"]), folder / f"track-{index}")
            except UserError as error:
                rejected.append(_rejection(file, error))
                continue
            assert taken.format is not None  # noqa: S101  a track always has one
            files.append(
                {
                    "path": str(taken.path),
                    "label": file["label"],
                    "digest": taken.digest,
                    "demuxer": taken.format.demuxer,
                    "format": taken.format.name,
                }
            )
            run.report((index + 1) / len(asked))
        cover: Json = None
        if run.request["cover"] is not None:
            cover = await self._take_cover(_mapping(run.request["cover"]), folder, rejected)
        _need(files, rejected)
        return {"files": files, "rejected": rejected, "cover": cover}

    async def _take_cover(
        self, file: Mapping[str, Any], folder: Path, rejected: list[Json]
    ) -> Json:
        try:
            taken = await take_picture(Path(file["path"]), folder / "cover")
        except UserError as error:
            rejected.append(_rejection(file, error))
            return None
        return {"path": str(taken.path), "label": file["label"], "digest": taken.digest}

    async def _listen(self, run: Run, taken: Json) -> Json:
        files = _list(_mapping(taken)["files"])
        rejected = _list(_mapping(taken)["rejected"])
        done = [0.0] * len(files)

        def report(index: int, fraction: float) -> None:
            done[index] = fraction
            run.report(sum(done) / len(done))

        async with asyncio.TaskGroup() as tasks:
            tagged = tasks.create_task(self._read_tags(files, run.folder))
            hearing = [
                tasks.create_task(self._hear(file, _telling(report, index)))
                for index, file in enumerate(files)
            ]
        tracks: list[Json] = []
        for file, tags, task in zip(files, tagged.result(), hearing, strict=True):
            found = task.result()
            if isinstance(found, UserError):
                rejected.append(_rejection(file, found))
            else:
                track = Track(
                    path=file["path"],
                    demuxer=file["demuxer"],
                    source=file["label"],
                    digest=file["digest"],
                    tags=tags.or_else(found.tags),
                    sound=found.sound,
                )
                tracks.append(asdict(track))
        _need(tracks, rejected)
        return {"tracks": tracks, "rejected": rejected}

    async def _read_tags(self, files: Sequence[Mapping[str, Any]], folder: Path) -> list[Tags]:
        place = _fresh(folder / "tags")
        return await read_tags([(Path(file["path"]), file["demuxer"]) for file in files], place)

    async def _hear(
        self, file: Mapping[str, Any], report: Callable[[float], None]
    ) -> _Heard | UserError:
        """What is known of a track's sound, from memory or by listening to all of it."""
        key = f"sound:{_MEASURES}:{file['demuxer']}:{file['digest']}"
        known = await self.memory.recall(key)
        if known is not None:
            report(1)
            return _Heard.from_json(known)
        try:
            heard = await self._measure_once(key, file, report)
        except UserError as error:
            return error
        finally:
            report(1)
        await self.memory.remember(key, asdict(heard))
        return heard

    async def _measure_once(
        self, key: str, file: Mapping[str, Any], report: Callable[[float], None]
    ) -> _Heard:
        task = self.running.get(key)
        if task is None:
            task = asyncio.create_task(self._measure(file, report))
            self.running[key] = task
            task.add_done_callback(lambda _: self.running.pop(key, None))
            try:
                return await task
            except asyncio.CancelledError:
                task.cancel()
                raise
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            if task.cancelled():
                # The job that began it was cancelled; this one still needs it.
                return await self._measure(file, report)
            raise

    async def _measure(self, file: Mapping[str, Any], report: Callable[[float], None]) -> _Heard:
        path, demuxer = Path(file["path"]), file["demuxer"]
        async with self.pool.slot():
            found = await probe(self.ffmpeg, path, demuxer)
            expected = found.seconds or 300.0
            sound = await analyse(
                self.ffmpeg,
                path,
                found,
                demuxer=demuxer,
                most_seconds=self.track_seconds,
                on_seconds=lambda seconds: report(min(seconds / expected, 1)),
            )
        return _Heard(sound=sound, tags=found.tags)

    async def _plan(self, run: Run, taken: Json, heard: Json) -> Json:
        request = run.request
        rejected = _list(_mapping(heard)["rejected"])
        given = [_track(facts) for facts in _list(_mapping(heard)["tracks"])]
        tracks = order_tracks(
            given,
            [label_of(track.source) for track in given],
            order=str(request["order"]),
            seed=_number(request["seed"]),
        )
        loudness = request["loudness"]
        timeline = plan_timeline(
            tracks,
            title=str(request["title"]),
            crossfade=float(str(request["crossfade"])),
            target=float(str(loudness)) if loudness is not None else None,
        )
        if not timeline.title:
            title = default_title(artists_of(timeline), len(tracks))
            timeline = replace(timeline, title=title)
        self._admit(timeline, run.folder)
        cover, origin = await self._choose_cover(run, _mapping(taken)["cover"], timeline, rejected)
        return {
            "timeline": timeline.as_json(),
            "cover": {name: str(path) for name, path in asdict(cover).items()},
            "cover_from": origin,
            "rejected": rejected,
        }

    def _admit(self, timeline: Timeline, folder: Path) -> None:
        """Raise `UserError` when the mix is too long, or the disk has no room for it."""
        if timeline.seconds > self.mix_seconds:
            raise UserError(
                f"The mix would last {clock(timeline.seconds)}; the most is "
                f"{clock(self.mix_seconds)}. Leave some tracks out, or make two."
            )
        needed = _DISK_RESERVE + _PCM_BYTES + round(timeline.seconds * _BYTES_PER_SECOND)
        free = disk_usage(folder).free
        if free < needed:
            raise UserError(
                f"The disk is too full: the mix needs about {needed // 1_000_000} MB, "
                f"{free // 1_000_000} MB are free. Free some space and try again."
            )

    async def _choose_cover(
        self, run: Run, given: Json, timeline: Timeline, rejected: list[Any]
    ) -> tuple[Cover, Json]:
        """The given picture, else the first embedded one that is good, else a drawn one."""
        folder = _fresh(run.folder / "cover")
        if given is not None:
            file = _mapping(given)
            try:
                return await make_cover(Path(file["path"]), folder), {
                    "source": file["label"],
                    "sha256": file["digest"],
                }
            except UserError as error:
                rejected.append(_rejection(file, error))
        for segment in timeline.segments:
            if not segment.track.tags.cover:
                continue
            try:
                cover = await make_cover(Path(segment.track.tags.cover), folder)
            except UserError:
                # A broken picture inside a good track is no news to anyone: the next will do.
                continue
            return cover, {"embedded_in": segment.track.digest}
        names = [name_of(segment) for segment in timeline.segments]
        seed = timeline.title + "".join(segment.track.digest for segment in timeline.segments)
        return await draw_cover(timeline.title, names, seed, folder), {"drawn": True}

    async def _render(self, run: Run, plan: Json) -> Json:
        facts = _mapping(plan)
        timeline = Timeline.from_json(facts["timeline"])
        work, out = _fresh(run.folder / "work"), _fresh(run.folder / "out")
        video = bool(run.request["video"])
        still = work / "still.mp4"
        if video:
            await encode_still(self.ffmpeg, self.pool, Path(facts["cover"]["frame"]), still)
        rendered, heard, ceiling = await self._render_under(timeline, run, work, video=video)
        slug = choose_slug(timeline.title, run.request)
        mp3, mp4 = out / f"{slug}.mp3", out / f"{slug}.mp4"
        rendered.mp3.replace(mp3)
        await asyncio.to_thread(_tag, mp3, timeline, Path(facts["cover"]["picture"]))
        if rendered.aac is not None:
            await join_video(
                self.ffmpeg,
                self.pool,
                still=still,
                aac=rendered.aac,
                rate=timeline.rate,
                seconds=timeline.seconds,
                title=timeline.title,
                artist=", ".join(artists_of(timeline)[:20]),
                chapters=chapters_of(timeline),
                out=mp4,
            )
        rmtree(work)
        return {
            "slug": slug,
            "loudness": heard.loudness,
            "true_peak": max(heard.true_peak, round(rendered.aac_peak, 2)),
            "ceiling": ceiling,
            "waveform": rendered.waveform,
        }

    async def _render_under(
        self, timeline: Timeline, run: Run, work: Path, *, video: bool
    ) -> tuple[Rendered, Measured, float]:
        """Render, and again with a lower limit when the MP3 overshot the ceiling.

        Encoders change the wave, so that its peaks can only be known afterwards. The AAC is
        mended piece by piece while it is made.
        """
        ceiling = CEILING - _HEADROOM
        for attempt in range(_TRIES):
            rendered = await render(
                self.ffmpeg,
                self.pool,
                timeline,
                work,
                ceiling=ceiling,
                video=video,
                on_fraction=lambda fraction: run.report(0.02 + 0.83 * fraction),
            )
            heard = await measure(
                self.ffmpeg,
                self.pool,
                rendered.mp3,
                demuxer="mp3",
                rate=timeline.rate,
                seconds=timeline.seconds,
            )
            check_sound(heard, seconds=timeline.seconds)
            run.report(0.93)
            over = heard.true_peak - CEILING
            _log.info("limited to %.2f dBTP, the MP3 is %s", ceiling, heard)
            if over <= 0 or attempt == _TRIES - 1:
                break
            ceiling -= over + 0.1
        return rendered, heard, ceiling

    async def _check(self, run: Run, plan: Json, made: Json) -> Json:
        """Write what goes along, and open everything as the person's player will."""
        facts, result = _mapping(plan), _mapping(made)
        timeline = Timeline.from_json(facts["timeline"])
        out, slug = run.folder / "out", result["slug"]
        chapters = len(timeline.segments)
        await asyncio.to_thread(read_mp3_chapters, out / f"{slug}.mp3", chapters)
        run.report(0.3)
        if run.request["video"]:
            await check_video(
                self.ffmpeg,
                self.pool,
                out / f"{slug}.mp4",
                frame_rate=RATE,
                seconds=timeline.seconds,
                chapters=chapters,
            )
        recipe = write_recipe(
            timeline,
            request=run.request,
            cover=facts["cover_from"],
            ceiling=result["ceiling"],
            versions={"tapedeck": version("tapedeck"), "numpy": version("numpy")},
            encoders={"mp3": " ".join(MP3_ARGUMENTS), "aac": " ".join(AAC_ARGUMENTS)},
        )
        _write(out / f"{slug}.cue", cue_sheet(timeline, f"{slug}.mp3"))
        _write(out / f"{slug}.txt", describe(timeline))
        _write(out / f"{slug}.json", json.dumps(recipe, indent=2, ensure_ascii=False) + "\n")
        for scrap in ("in", "tags"):
            rmtree(run.folder / scrap, ignore_errors=True)
        return {
            "title": timeline.title,
            "slug": slug,
            "out": str(out),
            "cover": facts["cover"]["picture"],
            "duration": timeline.seconds_at(timeline.frames),
            "loudness": result["loudness"],
            "true_peak": result["true_peak"],
            "tracks": list_tracks(timeline),
            "rejected": facts["rejected"],
            "waveform": result["waveform"],
        }


async def _on_the_disk(run: Run, work: Awaitable[Json]) -> Json:
    """Do what writes much. Raises `OSError` when it failed because the disk was full.

    ffmpeg 5 ends well although its last bytes found no room, so the result looks broken.
    """
    try:
        return await work
    except Exception as error:
        if disk_usage(run.folder).free > _SPENT:
            raise
        # The database needs some room to write down how this ended, and that it has.
        await asyncio.to_thread(rmtree, run.folder, ignore_errors=True)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from error


def choose_slug(title: str, request: Mapping[str, Json]) -> str:
    """The result's file name without an ending, from the title.

    Never the name of a file that was given, used or not: they may lie in one folder, where
    the result would take its place. A link counts as what it leads to, too.
    """
    slug = slugify(title, max_length=80, word_boundary=True) or "mixtape"
    given = [*_list(request["tracks"]), *([request["cover"]] if request["cover"] else [])]
    links = [os.path.realpath(file["path"]) for file in given]
    names = {label_of(name).casefold() for name in (*(file["label"] for file in given), *links)}
    while any(f"{slug}{ending}" in names for ending in _ENDINGS):
        slug += "-mixtape"
    return slug


def _telling(report: Callable[[int, float], None], index: int) -> Callable[[float], None]:
    return lambda fraction: report(index, fraction)


def _tag(mp3: Path, timeline: Timeline, cover: Path) -> None:
    genres = genres_of(timeline)
    write_mp3_tags(
        mp3,
        title=timeline.title,
        artists=artists_of(timeline),
        genre=genres[0] if genres else "",
        year=time.localtime().tm_year,
        cover=cover.read_bytes(),
        chapters=chapters_of(timeline),
        made_by=f"Tapedeck {version('tapedeck')}",
    )


def _outcome(checked: Json) -> Outcome:
    facts = dict(_mapping(checked))
    out, slug, title = Path(facts.pop("out")), facts.pop("slug"), str(facts["title"])
    cover = Path(facts.pop("cover"))
    roles = [
        ("audio", out / f"{slug}.mp3"),
        ("video", out / f"{slug}.mp4"),
        ("cue", out / f"{slug}.cue"),
        ("description", out / f"{slug}.txt"),
        ("recipe", out / f"{slug}.json"),
        ("cover", cover),
    ]
    products = tuple(
        Product(
            role=role,
            path=str(path),
            label=slug + path.suffix,
            size=path.stat().st_size,
            seconds=float(facts["duration"]) if role in ("audio", "video") else None,
        )
        for role, path in roles
        if path.exists()
    )
    count = len(facts["tracks"])
    tracks = "1 track" if count == 1 else f"{count} tracks"
    text = f"“{title}” is ready: {tracks}, {clock(facts['duration'])}."
    left_out = len(facts["rejected"])
    if left_out:
        text += f" {left_out} {'file was' if left_out == 1 else 'files were'} left out."
    return Outcome(text=text, products=products, details=facts)


def _fresh(folder: Path) -> Path:
    """An empty folder: what an interrupted try left in it is gone."""
    rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _write(path: Path, text: str) -> None:
    part = path.with_suffix(path.suffix + ".part")
    # A label may hold what is no character; in JSON, the replacement is an escape.
    part.write_text(text, encoding="utf-8", errors="backslashreplace")
    part.replace(path)


def _need(usable: Sequence[object], rejected: Sequence[Any]) -> None:
    """Raise `UserError` that names every file and its reason when none is left."""
    if usable:
        return
    reasons = [f"{label_of(item['source'])} {item['reason'].rstrip('.')}" for item in rejected]
    if len(reasons) > _MOST_REASONS:
        reasons[_MOST_REASONS:] = [f"and {len(reasons) - _MOST_REASONS} more"]
    listed = "; ".join(reasons)
    if len(rejected) == 1:
        raise UserError(f"{listed}.")
    raise UserError(f"None of the {len(rejected)} files can be used: {listed}.")


def _rejection(file: Mapping[str, Any], error: UserError) -> dict[str, Json]:
    return {"source": file["label"], "reason": str(error)}


def _track(facts: Any) -> Track:
    return Track(**facts | {"tags": Tags(**facts["tags"]), "sound": Sound(**facts["sound"])})


def _mapping(value: Json) -> Mapping[str, Any]:
    assert isinstance(value, Mapping)  # noqa: S101  a step's own result
    return value


def _list(value: Any) -> list[Any]:
    return list(value)


def _number(value: Json) -> int:
    return int(str(value))
