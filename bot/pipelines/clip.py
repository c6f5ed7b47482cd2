"""The pipeline of clips: look, fetch, cut, plan, join, check."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from pathlib import Path
from shutil import disk_usage, rmtree
from typing import Any, ClassVar

from adapters.ffmpeg.check import check_sound, check_video
from adapters.ffmpeg.find import read_version
from adapters.ffmpeg.pool import Pool
from adapters.ffmpeg.render import AAC_ARGUMENTS, MP3_ARGUMENTS, Rendered
from adapters.ffmpeg.splice import X264_ARGUMENTS, Shot, splice
from adapters.pictures import draw_captions, draw_waveform
from adapters.tags import read_mp3_chapters
from bot.pipelines.abreast import abreast
from bot.pipelines.covers import choose_cover
from bot.pipelines.cuts import DISK_RESERVE, Cut, Cutter, require_short
from bot.pipelines.facts import as_list, as_mapping
from bot.pipelines.mastering import make_film, master
from bot.pipelines.results import (
    as_outcome,
    choose_slug,
    empty_folder,
    on_the_disk,
    tag_mp3,
    write_text,
)
from bot.pipelines.sources import fetch_pieces, find_sources, list_wanted, require_clips
from core.clips import Row
from core.errors import UserError
from core.jobs import Json, Outcome, Stage
from core.ports import Fetcher, Run
from core.recipe import list_tracks, write_recipe
from core.reel import VIDEO_RATE, Canvas, default_title, list_clips, plan_reel
from core.timeline import Timeline, choose_rate
from core.tracklist import cue_sheet, describe

KIND = "clip"
_BYTES_PER_SECOND = 900_000
"""The cut sound (384 kB), the results twice, the pictures; what is fetched is there by then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipPipeline:
    """Makes one reel of clips, of `most_seconds` at most."""

    ffmpeg: str
    pool: Pool
    fetcher: Fetcher
    most_seconds: float

    kind: ClassVar[str] = KIND
    stages: ClassVar[tuple[Stage, ...]] = (
        Stage("looking at the sources", 5),
        Stage("fetching the clips", 40),
        Stage("cutting the clips", 10),
        Stage("planning the reel", 2),
        Stage("joining the clips", 38),
        Stage("checking the result", 5),
    )

    async def make(self, run: Run) -> Outcome:
        """Make the reel of `run.request`; every stage is done once, whatever happens."""
        found = await run.step("looking at the sources", lambda: self._find(run))
        fetched = await run.step(
            "fetching the clips", lambda: on_the_disk(run, self._fetch(run, found))
        )
        cut = await run.step(
            "cutting the clips", lambda: on_the_disk(run, self._cut(run, found, fetched))
        )
        plan = await run.step("planning the reel", lambda: self._plan(run, cut))
        made = await run.step("joining the clips", lambda: on_the_disk(run, self._join(run, plan)))
        checked = await run.step(
            "checking the result", lambda: on_the_disk(run, self._check(run, plan, made))
        )
        return as_outcome(checked, noun="clip", left="row")

    async def _find(self, run: Run) -> Json:
        rows = [Row.from_json(row) for row in as_list(run.request["rows"])]
        found = await find_sources(run, self.fetcher, rows, as_list(run.request["files"]))
        clips = list_wanted(found)
        require_clips(clips, as_list(found["missing"]))
        seconds = sum(clip.row.seconds or 0.0 for clip in clips)
        require_short(seconds, most=self.most_seconds)
        return found

    async def _fetch(self, run: Run, found: Json) -> Json:
        return await fetch_pieces(run, self.fetcher, found, video=bool(run.request["video"]))

    async def _cut(self, run: Run, found: Json, fetched: Json) -> Json:
        cutter = Cutter(
            ffmpeg=self.ffmpeg,
            pool=self.pool,
            video=bool(run.request["video"]),
            most_seconds=self.most_seconds,
        )
        return await cutter.cut(run, found, fetched)

    async def _plan(self, run: Run, cut: Json) -> Json:
        facts, request = as_mapping(cut), run.request
        cuts = [Cut.from_json(each) for each in facts["cuts"]]
        canvas = None if facts["canvas"] is None else Canvas(**facts["canvas"])
        timeline = _lay_out(cuts, canvas, request)
        self._admit(timeline, run.folder)
        missing = list(facts["missing"])
        cover, origin = await choose_cover(
            None, timeline, empty_folder(run.folder / "cover"), rejected=missing
        )
        captions: list[Path] = []
        if canvas is not None and request["captions"]:
            captions = await draw_captions(
                [each.row.label for each in cuts],
                empty_folder(run.folder / "captions"),
                width=canvas.width,
                height=canvas.height,
            )
        return {
            "timeline": timeline.as_json(),
            "cuts": facts["cuts"],
            "canvas": facts["canvas"],
            "captions": [str(caption) for caption in captions],
            "cover": {name: str(path) for name, path in asdict(cover).items()},
            "cover_from": origin,
            "missing": missing,
        }

    def _admit(self, timeline: Timeline, folder: Path) -> None:
        """Raise `UserError` when the reel is too long, or the disk has no room for it."""
        require_short(timeline.seconds, most=self.most_seconds)
        needed = DISK_RESERVE + round(timeline.seconds * _BYTES_PER_SECOND)
        free = disk_usage(folder).free
        if free < needed:
            raise UserError(
                f"The disk is too full: the clips need about {needed // 1_000_000} MB, "
                f"{free // 1_000_000} MB are free. Free some space and try again."
            )

    async def _join(self, run: Run, plan: Json) -> Json:
        facts = as_mapping(plan)
        timeline = Timeline.from_json(facts["timeline"])
        work, out = empty_folder(run.folder / "work"), empty_folder(run.folder / "out")
        slug = choose_slug(timeline.title, as_list(run.request["files"]), kind="clips")
        if facts["canvas"] is None:
            rendered, ceiling = await master(
                self.ffmpeg,
                self.pool,
                timeline,
                work,
                video=False,
                on_fraction=lambda fraction: run.report(0.95 * fraction),
            )
            rendered.mp3.replace(out / f"{slug}.mp3")
            picture = Path(facts["cover"]["picture"])
            await asyncio.to_thread(tag_mp3, out / f"{slug}.mp3", timeline, picture)
        else:
            rendered, ceiling = await self._film(run, timeline, facts, work, out / f"{slug}.mp4")
        rmtree(work)
        return {
            "slug": slug,
            "loudness": rendered.loudness,
            "true_peak": round(_peak_of(rendered, video=facts["canvas"] is not None), 2),
            "ceiling": ceiling,
            "waveform": rendered.waveform,
        }

    async def _film(
        self, run: Run, timeline: Timeline, facts: Mapping[str, Any], work: Path, out: Path
    ) -> tuple[Rendered, float]:
        """Sound and pictures at the same time, then both in one file."""
        done = {"sound": 0.0, "pictures": 0.0}

        def report(what: str, fraction: float) -> None:
            done[what] = max(done[what], fraction)
            # Pictures take by far the longer.
            run.report(0.15 * done["sound"] + 0.8 * done["pictures"])

        pictures: list[Path] = []

        async def show() -> None:
            pictures.append(
                await splice(
                    self.ffmpeg,
                    self.pool,
                    timeline,
                    _list_shots(facts),
                    canvas=Canvas(**facts["canvas"]),
                    folder=work,
                    on_fraction=lambda fraction: report("pictures", fraction),
                )
            )

        rendered, ceiling = await abreast(
            master(
                self.ffmpeg,
                self.pool,
                timeline,
                work,
                video=True,
                on_fraction=lambda fraction: report("sound", fraction),
            ),
            show(),
        )
        assert rendered.aac is not None  # noqa: S101  asked for with the video
        await make_film(
            self.ffmpeg,
            self.pool,
            timeline,
            still=pictures[0],
            looped=False,
            aac=rendered.aac,
            out=out,
        )
        return rendered, ceiling

    async def _check(self, run: Run, plan: Json, made: Json) -> Json:
        """Write what goes along, and open everything as the person's player will."""
        facts, result = as_mapping(plan), as_mapping(made)
        timeline = Timeline.from_json(facts["timeline"])
        cuts = [Cut.from_json(each) for each in facts["cuts"]]
        out, slug = run.folder / "out", result["slug"]
        canvas = None if facts["canvas"] is None else Canvas(**facts["canvas"])
        await self._open(out / slug, timeline, canvas)
        recipe = await self._write_recipe(run, timeline, cuts, facts, result)
        if canvas is None:
            write_text(out / f"{slug}.cue", cue_sheet(timeline, f"{slug}.mp3"))
        write_text(out / f"{slug}.txt", describe(timeline, noun="clip", tag="clips"))
        write_text(out / f"{slug}.json", json.dumps(recipe, indent=2, ensure_ascii=False) + "\n")
        waveform = await draw_waveform(
            result["waveform"],
            [segment.start / timeline.frames for segment in timeline.segments],
            Path(facts["cover"]["picture"]),
            empty_folder(run.folder / "waveform"),
        )
        for scrap in ("in", "fetched", "cuts", "captions"):
            rmtree(run.folder / scrap, ignore_errors=True)
        missing = [*as_list(run.request["wrong"]), *facts["missing"]]
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
            "clips": len(cuts),
            "rejected": [{"source": each["source"], "reason": each["reason"]} for each in missing],
            "again": [each["index"] for each in facts["missing"] if _may_go_better(each)],
            "waveform": result["waveform"],
        }

    async def _open(self, result: Path, timeline: Timeline, canvas: Canvas | None) -> None:
        seconds, chapters = timeline.seconds, len(timeline.segments)
        if canvas is not None:
            film = result.with_name(f"{result.name}.mp4")
            await check_video(
                self.ffmpeg,
                self.pool,
                film,
                frame_rate=canvas.rate,
                seconds=seconds,
                chapters=chapters,
            )
            return
        sound = result.with_name(f"{result.name}.mp3")
        await asyncio.to_thread(read_mp3_chapters, sound, chapters)
        await check_sound(self.ffmpeg, self.pool, sound, seconds=seconds, chapters=chapters)

    async def _write_recipe(
        self,
        run: Run,
        timeline: Timeline,
        cuts: Sequence[Cut],
        facts: Mapping[str, Any],
        result: Mapping[str, Any],
    ) -> dict[str, Json]:
        encoders = {"mp3": " ".join(MP3_ARGUMENTS)}
        if facts["canvas"] is not None:
            encoders = {"aac": " ".join(AAC_ARGUMENTS), "h264": " ".join(X264_ARGUMENTS)}
        recipe = write_recipe(
            timeline,
            request={**run.request, "order": "given", "seed": None},
            cover=facts["cover_from"],
            ceiling=result["ceiling"],
            versions={
                "tapedeck": version("tapedeck"),
                "ffmpeg": await read_version(self.ffmpeg),
            },
            encoders=encoders,
        )
        names = [str(file["label"]) for file in as_list(run.request["files"])]
        return {
            **recipe,
            "canvas": facts["canvas"],
            "clips": list_clips(timeline, [cut.row for cut in cuts], names),
        }


def _may_go_better(missing: Mapping[str, Any]) -> bool:
    """Whether a row that is missing can be tried again as it is."""
    return "index" in missing and not missing["hopeless"]


def _lay_out(cuts: Sequence[Cut], canvas: Canvas | None, request: Mapping[str, Json]) -> Timeline:
    loudness = request["loudness"]
    timeline = plan_reel(
        [cut.clip for cut in cuts],
        title=str(request["title"]),
        crossfade=float(str(request["crossfade"])),
        target=float(str(loudness)) if loudness is not None else None,
        rate=choose_rate([cut.track for cut in cuts]) if canvas is None else VIDEO_RATE,
        grid=1 if canvas is None else canvas.grid,
    )
    if timeline.title:
        return timeline
    return replace(timeline, title=default_title([cut.origin for cut in cuts]))


def _list_shots(facts: Mapping[str, Any]) -> list[Shot]:
    """What is seen during each clip; where there are no pictures, the cover."""
    cuts = [Cut.from_json(each) for each in facts["cuts"]]
    captions = [Path(path) for path in facts["captions"]]
    shots = []
    for at, cut in enumerate(cuts):
        caption = captions[at] if captions and cut.row.label else None
        if cut.picture:
            shot = Shot(path=Path(cut.picture), demuxer=cut.demuxer, at=cut.at, caption=caption)
        else:
            shot = Shot(path=Path(facts["cover"]["frame"]), still=True, caption=caption)
        shots.append(shot)
    return shots


def _peak_of(rendered: Rendered, *, video: bool) -> float:
    return rendered.aac_peak if video else rendered.mp3_peak
