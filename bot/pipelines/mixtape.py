"""The mixtape's pipeline: take in, analyse, plan, render, check."""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from pathlib import Path
from shutil import disk_usage, rmtree
from typing import Any, ClassVar

from adapters.ffmpeg.check import BadResultError, check_sound, check_video
from adapters.ffmpeg.find import read_version
from adapters.ffmpeg.mixer import MOST_WAITING
from adapters.ffmpeg.pool import Pool
from adapters.ffmpeg.render import AAC_ARGUMENTS, MP3_ARGUMENTS, Rendered
from adapters.ffmpeg.video import RATE, encode_still
from adapters.intake import take_picture, take_track
from adapters.pictures import draw_waveform
from adapters.tags import read_mp3_chapters, read_tags
from bot.pipelines.abreast import abreast
from bot.pipelines.covers import choose_cover
from bot.pipelines.facts import as_list, as_mapping, reject, require_some
from bot.pipelines.linked import fetch_links, has_links, read_told
from bot.pipelines.listening import Listener
from bot.pipelines.mastering import make_film, master
from bot.pipelines.results import (
    as_outcome,
    choose_slug,
    empty_folder,
    on_the_disk,
    tag_mp3,
    write_text,
)
from core.errors import UserError
from core.jobs import Json, Outcome, Stage
from core.mixtape import order_tracks
from core.ports import Fetcher, Run
from core.recipe import list_tracks, write_recipe
from core.timeline import Timeline, plan_timeline
from core.tracklist import (
    artists_of,
    clock,
    cue_sheet,
    default_title,
    describe,
)
from core.tracks import Sound, Tags, Track, label_of

KIND = "mixtape"
SILENT_PEAK = -70.0
"""dBTP below which a mix holds nothing: then something went wrong."""
_DISK_RESERVE = 50_000_000
_BYTES_PER_SECOND = 100_000
"""MP3, AAC twice or video, generously; the pieces of PCM that overshot come on top."""
_PIECE_BYTES = 10_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class MixtapePipeline:
    """Makes one mixtape, of `mix_seconds` at most."""

    ffmpeg: str
    pool: Pool
    listener: Listener
    fetcher: Fetcher
    mix_seconds: float

    kind: ClassVar[str] = KIND
    stages: ClassVar[tuple[Stage, ...]] = (
        Stage("fetching the links", 8),
        Stage("taking the tracks in", 3),
        Stage("listening to the tracks", 12),
        Stage("planning the mix", 2),
        Stage("mixing", 70),
        Stage("checking the result", 13),
    )

    async def make(self, run: Run) -> Outcome:
        """Make the mixtape of `run.request`; every stage is done once, whatever happens."""
        asked: Json = {"tracks": run.request["tracks"], "rejected": []}
        if has_links(run.request):
            asked = await run.step("fetching the links", lambda: on_the_disk(run, self._fetch(run)))
        taken = await run.step("taking the tracks in", lambda: self._take_in(run, asked))
        heard = await run.step("listening to the tracks", lambda: self._listen(run, taken))
        plan = await run.step("planning the mix", lambda: self._plan(run, taken, heard))
        made = await run.step("mixing", lambda: on_the_disk(run, self._render(run, plan)))
        checked = await run.step(
            "checking the result", lambda: on_the_disk(run, self._check(run, plan, made))
        )
        return as_outcome(checked)

    async def _fetch(self, run: Run) -> Json:
        return await fetch_links(self.fetcher, run.request, run.folder / "links", run.report)

    async def _take_in(self, run: Run, given: Json) -> Json:
        folder = empty_folder(run.folder / "in")
        files: list[Json] = []
        rejected: list[Json] = as_list(as_mapping(given)["rejected"])
        asked = as_list(as_mapping(given)["tracks"])
        for index, file in enumerate(asked):
            try:
                taken = await take_track(Path(file["path"]), folder / f"track-{index}")
            except UserError as error:
                rejected.append(reject(file, error))
                continue
            assert taken.format is not None  # noqa: S101  a track always has one
            files.append(
                {
                    "path": str(taken.path),
                    "label": file["label"],
                    "digest": taken.digest,
                    "demuxer": taken.format.demuxer,
                    "format": taken.format.name,
                    "tags": file.get("tags", {}),
                }
            )
            run.report((index + 1) / len(asked))
        cover: Json = None
        if run.request["cover"] is not None:
            cover = await self._take_cover(as_mapping(run.request["cover"]), folder, rejected)
        require_some(files, rejected)
        return {"files": files, "rejected": rejected, "cover": cover}

    async def _take_cover(
        self, file: Mapping[str, Any], folder: Path, rejected: list[Json]
    ) -> Json:
        try:
            taken = await take_picture(Path(file["path"]), folder / "cover")
        except UserError as error:
            rejected.append(reject(file, error))
            return None
        return {"path": str(taken.path), "label": file["label"], "digest": taken.digest}

    async def _listen(self, run: Run, taken: Json) -> Json:
        files = as_list(as_mapping(taken)["files"])
        rejected = as_list(as_mapping(taken)["rejected"])
        done = [0.0] * len(files)

        def report(index: int, fraction: float) -> None:
            done[index] = fraction
            run.report(sum(done) / len(done))

        async with asyncio.TaskGroup() as tasks:
            tagged = tasks.create_task(self._read_tags(files, run.folder))
            hearing = [
                tasks.create_task(self.listener.hear(file, _telling(report, index)))
                for index, file in enumerate(files)
            ]
        tracks: list[Json] = []
        for file, tags, task in zip(files, tagged.result(), hearing, strict=True):
            found = task.result()
            if isinstance(found, UserError):
                rejected.append(reject(file, found))
            else:
                track = Track(
                    path=file["path"],
                    demuxer=file["demuxer"],
                    source=file["label"],
                    digest=file["digest"],
                    tags=tags.or_else(found.tags).or_else(read_told(file)),
                    sound=found.sound,
                )
                tracks.append(asdict(track))
        require_some(tracks, rejected)
        return {"tracks": tracks, "rejected": rejected}

    async def _read_tags(self, files: Sequence[Mapping[str, Any]], folder: Path) -> list[Tags]:
        place = empty_folder(folder / "tags")
        return await read_tags([(Path(file["path"]), file["demuxer"]) for file in files], place)

    async def _plan(self, run: Run, taken: Json, heard: Json) -> Json:
        request = run.request
        rejected = as_list(as_mapping(heard)["rejected"])
        given = [_track(facts) for facts in as_list(as_mapping(heard)["tracks"])]
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
        cover, origin = await choose_cover(
            as_mapping(taken)["cover"],
            timeline,
            empty_folder(run.folder / "cover"),
            rejected=rejected,
        )
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
        pieces = _PIECE_BYTES * (MOST_WAITING + 2)
        needed = _DISK_RESERVE + pieces + round(timeline.seconds * _BYTES_PER_SECOND)
        free = disk_usage(folder).free
        if free < needed:
            raise UserError(
                f"The disk is too full: the mix needs about {needed // 1_000_000} MB, "
                f"{free // 1_000_000} MB are free. Free some space and try again."
            )

    async def _render(self, run: Run, plan: Json) -> Json:
        facts = as_mapping(plan)
        timeline = Timeline.from_json(facts["timeline"])
        work, out = empty_folder(run.folder / "work"), empty_folder(run.folder / "out")
        still = work / "still.mp4"
        stills = []
        if run.request["video"]:
            frame = Path(facts["cover"]["frame"])
            stills.append(encode_still(self.ffmpeg, self.pool, frame, still))
        rendered, ceiling = await abreast(self._master(timeline, run, work), *stills)
        slug = choose_slug(timeline.title, _list_given(run.request))
        mp3, mp4 = out / f"{slug}.mp3", out / f"{slug}.mp4"
        rendered.mp3.replace(mp3)
        films = []
        if rendered.aac is not None:
            joining = make_film(
                self.ffmpeg, self.pool, timeline, still=still, aac=rendered.aac, out=mp4
            )
            films.append(joining)
        picture = Path(facts["cover"]["picture"])
        await abreast(asyncio.to_thread(tag_mp3, mp3, timeline, picture), *films)
        rmtree(work)
        return {
            "slug": slug,
            "loudness": rendered.loudness,
            "true_peak": round(max(rendered.mp3_peak, rendered.aac_peak), 2),
            "ceiling": ceiling,
            "waveform": rendered.waveform,
        }

    async def _master(self, timeline: Timeline, run: Run, work: Path) -> tuple[Rendered, float]:
        rendered, ceiling = await master(
            self.ffmpeg,
            self.pool,
            timeline,
            work,
            video=bool(run.request["video"]),
            on_fraction=lambda fraction: run.report(0.92 * fraction),
        )
        if rendered.mp3_peak < SILENT_PEAK:
            raise BadResultError("the MP3 is silent")
        return rendered, ceiling

    async def _check(self, run: Run, plan: Json, made: Json) -> Json:
        """Write what goes along, and open everything as the person's player will."""
        facts, result = as_mapping(plan), as_mapping(made)
        timeline = Timeline.from_json(facts["timeline"])
        out, slug = run.folder / "out", result["slug"]
        chapters = len(timeline.segments)
        await asyncio.to_thread(read_mp3_chapters, out / f"{slug}.mp3", chapters)
        run.report(0.3)
        await self._open_both(run, out / slug, timeline)
        recipe = write_recipe(
            timeline,
            request=run.request,
            cover=facts["cover_from"],
            ceiling=result["ceiling"],
            versions={
                "tapedeck": version("tapedeck"),
                "numpy": version("numpy"),
                "ffmpeg": await read_version(self.ffmpeg),
            },
            encoders={"mp3": " ".join(MP3_ARGUMENTS), "aac": " ".join(AAC_ARGUMENTS)},
        )
        write_text(out / f"{slug}.cue", cue_sheet(timeline, f"{slug}.mp3"))
        write_text(out / f"{slug}.txt", describe(timeline))
        write_text(out / f"{slug}.json", json.dumps(recipe, indent=2, ensure_ascii=False) + "\n")
        waveform = await draw_waveform(
            result["waveform"],
            [segment.start / timeline.frames for segment in timeline.segments],
            Path(facts["cover"]["picture"]),
            empty_folder(run.folder / "waveform"),  # what an earlier step made stays as it is
        )
        for scrap in ("links", "in", "tags"):
            rmtree(run.folder / scrap, ignore_errors=True)
        return {
            "title": timeline.title,
            "slug": slug,
            "out": str(out),
            "cover": facts["cover"]["picture"],
            "pictures": {"thumbnail": facts["cover"]["thumbnail"], "waveform": str(waveform)},
            "duration": timeline.seconds_at(timeline.frames),
            "loudness": result["loudness"],
            "true_peak": result["true_peak"],
            "tracks": list_tracks(timeline),
            "rejected": facts["rejected"],
            "waveform": result["waveform"],
        }

    async def _open_both(self, run: Run, result: Path, timeline: Timeline) -> None:
        seconds, chapters = timeline.seconds, len(timeline.segments)
        films = []
        if run.request["video"]:
            film = result.with_name(f"{result.name}.mp4")
            films.append(
                check_video(
                    self.ffmpeg,
                    self.pool,
                    film,
                    frame_rate=RATE,
                    seconds=seconds,
                    chapters=chapters,
                )
            )
        sound = result.with_name(f"{result.name}.mp3")
        await abreast(
            check_sound(self.ffmpeg, self.pool, sound, seconds=seconds, chapters=chapters), *films
        )


def _list_given(request: Mapping[str, Json]) -> list[Any]:
    """The files that a person gave for a mixtape."""
    return [*as_list(request["tracks"]), *([request["cover"]] if request["cover"] else [])]


def _telling(report: Callable[[int, float], None], index: int) -> Callable[[float], None]:
    return lambda fraction: report(index, fraction)


def _track(facts: Any) -> Track:
    return Track(**facts | {"tags": Tags(**facts["tags"]), "sound": Sound(**facts["sound"])})


def _number(value: Json) -> int:
    return int(str(value))
