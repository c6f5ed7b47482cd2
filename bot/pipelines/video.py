"""The music video's pipeline: take in, see, make music, film, check."""

import asyncio
import json
import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from shutil import disk_usage, rmtree
from typing import Any, ClassVar

from slugify import slugify

from adapters.ffmpeg.bed import make_bed
from adapters.ffmpeg.check import BadResultError, check_video
from adapters.ffmpeg.find import read_version
from adapters.ffmpeg.pool import Pool
from adapters.ffmpeg.probe import probe
from adapters.ffmpeg.recode import Recoded, Source, recode
from adapters.ffmpeg.wrap import wrap
from adapters.film import Painted, develop, paint_film, study_photos
from adapters.intake import look, take_picture, take_track
from adapters.pictures import make_cover
from bot.pipelines.abreast import both
from bot.pipelines.facts import as_list, as_mapping, reject, require_some
from bot.pipelines.results import empty_folder, list_products, on_the_disk, write_text
from bot.pipelines.seeing import Eyes, Seen
from bot.pipelines.soundtrack import Soundtracks
from core.cards import Card
from core.delivery import Codec, Coding
from core.errors import UserError
from core.film.plan import choose_style, count_frames, plan_film
from core.film.terms import RATE, Film, Study, Style
from core.film.wishes import LONGEST, MOST_PHOTOS, SHORTEST
from core.fitting import Part
from core.jobs import Json, Outcome, Stage
from core.mixtape import TARGET
from core.music.moods import read_mood
from core.ports import Run
from core.scenes import Mood, Scene, Soundtrack
from core.soundtracks import Wish
from core.tracklist import clock
from core.tracks import label_of, title_from_label

KIND = "video"
_AAC_RATE = 192
_ENDINGS = (".mp4", ".txt", ".json")
_DISK_RESERVE = 150_000_000
_BYTES_PER_SECOND = 3_500_000
"""Film, finished video and music, generously."""
_SILENT_SECONDS = 1.0
_QUICK_FADE = 0.8
"""Seconds in which music ends that has an ending of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoPipeline:
    """Makes one music video of photos."""

    ffmpeg: str
    pool: Pool
    eyes: Eyes
    soundtracks: Soundtracks

    kind: ClassVar[str] = KIND
    stages: ClassVar[tuple[Stage, ...]] = (
        Stage("taking the photos in", 5),
        Stage("looking at the photos", 10),
        Stage("making the music", 25),
        Stage("filming", 50),
        Stage("checking the result", 10),
    )

    async def make(self, run: Run) -> Outcome:
        """Make the video of `run.request`; every stage is done once, whatever happens.

        With a `scene` in the request nobody looks again, with a `soundtrack` no music is made:
        that is how a video is made again with a change.
        """
        taken = await run.step("taking the photos in", lambda: on_the_disk(run, self._take_in(run)))
        seen = await run.step("looking at the photos", lambda: self._look(run, taken))
        music = await run.step(
            "making the music", lambda: on_the_disk(run, self._make_music(run, taken, seen))
        )
        filmed = await run.step(
            "filming", lambda: on_the_disk(run, self._film(run, taken, seen, music))
        )
        checked = await run.step(
            "checking the result",
            lambda: on_the_disk(run, self._check(run, taken, seen, music, filmed)),
        )
        return _as_outcome(as_mapping(checked))

    async def _take_in(self, run: Run) -> Json:
        given, photos = empty_folder(run.folder / "in"), empty_folder(run.folder / "photos")
        _admit(run)
        kept: list[Json] = []
        rejected: list[Json] = []
        asked = as_list(run.request["photos"])[:MOST_PHOTOS]
        for index, file in enumerate(asked):
            try:
                taken = await take_picture(Path(file["path"]), given / f"photo-{index}")
                developed = photos / f"photo-{index}.jpg"
                async with self.pool.slot():
                    await develop(taken.path, developed)
            except UserError as error:
                rejected.append(reject(file, error))
                continue
            kept.append({"given": str(taken.path), "path": str(developed), "label": file["label"]})
            run.report((index + 1) / len(asked))
        require_some(kept, rejected)
        track = await self._take_track(run, empty_folder(run.folder / "music"), rejected)
        return {"photos": kept, "rejected": rejected, "track": track}

    async def _take_track(self, run: Run, folder: Path, rejected: list[Json]) -> Json:
        """The person's own track. One that is no good is named, and music is made instead."""
        if run.request.get("track") is None:
            return None
        file = as_mapping(run.request["track"])
        try:
            taken = await take_track(Path(file["path"]), folder / "track")
        except UserError as error:
            rejected.append(reject(file, error))
            return None
        return {"path": str(taken.path), "label": file["label"]}

    async def _look(self, run: Run, taken: Json) -> Json:
        files = as_list(as_mapping(taken)["photos"])
        known = run.request.get("scene")
        given = [Path(file["given"]) for file in files]
        looking = _remember(as_mapping(known)) if known is not None else self.eyes.see(given)
        photos = [Path(file["path"]) for file in files]
        studying = self._study(photos, empty_folder(run.folder / "studies"))
        # The eye gets what came, whose time of day it may read; it strips the rest itself.
        seen, studies = await both(looking, studying)
        return {
            "scene": seen.scene.as_json(),
            "note": seen.note,
            "studies": [study.as_json() for study in studies],
        }

    async def _study(self, photos: Sequence[Path], folder: Path) -> list[Study]:
        async with self.pool.slot():
            return await study_photos(photos, folder)

    async def _make_music(self, run: Run, taken: Json, seen: Json) -> Json:
        """The soundtrack: the one of an earlier video, the person's own track, or a new one."""
        facts = as_mapping(taken)
        rejected: list[Json] = []
        folder = run.folder / "music"
        if run.request.get("soundtrack") is not None:
            soundtrack = await _take_over(as_mapping(run.request["soundtrack"]), folder)
        else:
            own = None
            if facts["track"] is not None:
                own = await self._hear(as_mapping(facts["track"]), rejected)
            soundtrack = own or await self._compose(run, seen, folder)
        return {"soundtrack": soundtrack.as_json(), "rejected": rejected}

    async def _hear(self, track: Mapping[str, Any], rejected: list[Json]) -> Soundtrack | None:
        name = name_track(track)
        try:
            heard = await self.soundtracks.listen(Path(track["path"]), provider=name)
            if heard.seconds < SHORTEST:
                raise UserError(f"is too short: a video lasts {SHORTEST:g} seconds at least.")  # noqa: TRY301
        except UserError as error:
            rejected.append(reject(track, error))
            return None
        return heard

    async def _compose(self, run: Run, seen: Json, folder: Path) -> Soundtrack:
        scene = Scene.from_json(as_mapping(seen)["scene"])
        first = run.folder / "photos"
        wish = Wish(
            scene=direct(scene, str(run.request.get("music") or "")),
            seconds=_seconds(run.request),
            seed=_seed(run.request),
            photo=next(iter(sorted(first.iterdir())), None),
        )
        makers = self.soundtracks
        if run.request.get("compose"):
            makers = replace(makers, hire=list)
        return await makers.make(wish, folder)

    async def _film(self, run: Run, taken: Json, seen: Json, music: Json) -> Json:
        files = as_list(as_mapping(taken)["photos"])
        scene, studies = _read_seen(seen)
        soundtrack = Soundtrack.from_json(as_mapping(music)["soundtrack"])
        film = _plan(run.request, scene, studies, soundtrack)
        work, out = empty_folder(run.folder / "work"), empty_folder(run.folder / "out")
        photos = [Path(file["path"]) for file in files]
        painting = self._paint(run, film, studies, photos, work)
        painted, sound = await both(painting, self._sound(film, soundtrack, work))
        slug = choose_slug(film_title(run.request, scene), run.request)
        title = film_title(run.request, scene)
        await wrap(
            self.ffmpeg,
            self.pool,
            sound,
            Card(
                title=title,
                artists=(soundtrack.provider,),
                genre="Music video",
                year=str(time.localtime().tm_year),
            ),
            seconds=film.seconds,
            out=out / f"{slug}.mp4",
            picture=painted.video,
            still=painted.cover,
        )
        cover = await make_cover(painted.cover, empty_folder(run.folder / "cover"))
        rmtree(work)
        return {
            "slug": slug,
            "title": title,
            "film": film.as_json(),
            "loudness": sound.loudness,
            "true_peak": sound.true_peak,
            "cover": str(cover.picture),
            "thumbnail": str(cover.thumbnail),
        }

    async def _paint(
        self, run: Run, film: Film, studies: Sequence[Study], photos: Sequence[Path], work: Path
    ) -> Painted:
        async with self.pool.slot():
            return await paint_film(
                self.ffmpeg,
                film,
                studies,
                photos,
                work,
                on_fraction=lambda fraction: run.report(0.95 * fraction),
            )

    async def _sound(self, film: Film, soundtrack: Soundtrack, work: Path) -> Recoded:
        """The music, as long as the film and as loud as all results, as AAC."""
        found = await look(soundtrack.path)
        if found is None:
            raise BadResultError("the music is a picture")
        headers = await probe(self.ffmpeg, soundtrack.path, found.demuxer)
        is_cut = soundtrack.seconds > film.seconds + 0.5
        bed = await make_bed(
            self.ffmpeg,
            self.pool,
            soundtrack.path,
            found.demuxer,
            source_rate=headers.rate,
            start=0.0,
            seconds=film.seconds,
            fades=(
                0.25 * film.fade_in / RATE,
                film.fade_out / RATE if is_cut else min(_QUICK_FADE, film.fade_out / RATE),
            ),
            target=TARGET,
            out=work / "bed.wav",
        )
        source = Source(path=bed.path, demuxer="wav", rate=bed.rate, seconds=film.seconds)
        coding = Coding(codec=Codec.AAC, rate=_AAC_RATE)
        whole = Part(start=0.0, end=film.seconds)
        return await recode(self.ffmpeg, self.pool, source, whole, coding, out=work / "bed.aac")

    async def _check(self, run: Run, taken: Json, seen: Json, music: Json, filmed: Json) -> Json:
        """Open the video as a person's player will, and write what goes along."""
        facts = as_mapping(filmed)
        film, slug, out = Film.from_json(facts["film"]), str(facts["slug"]), run.folder / "out"
        await check_video(
            self.ffmpeg,
            self.pool,
            out / f"{slug}.mp4",
            frame_rate=RATE,
            seconds=film.seconds,
            chapters=0,
            slack=0.5 / RATE,
        )
        run.report(0.7)
        details = _list_details(run.request, taken, seen, music, filmed)
        soundtrack = Soundtrack.from_json(as_mapping(music)["soundtrack"])
        recipe = {
            **details,
            "photos": [file["label"] for file in as_list(as_mapping(taken)["photos"])],
            "tempo": soundtrack.tempo,
            "beats": soundtrack.beats,
            "film": facts["film"],
            "versions": {
                "tapedeck": version("tapedeck"),
                "ffmpeg": await read_version(self.ffmpeg),
            },
        }
        write_text(out / f"{slug}.json", json.dumps(recipe, indent=2, ensure_ascii=False) + "\n")
        write_text(out / f"{slug}.txt", describe(details))
        for scrap in ("in", "photos", "studies"):
            rmtree(run.folder / scrap, ignore_errors=True)
        pictures = {name: facts[name] for name in ("cover", "thumbnail")}
        kept: dict[str, Json] = {"soundtrack": soundtrack.as_json(), "out": str(out), "slug": slug}
        return {**details, **kept, "pictures": pictures}


def _list_details(
    request: Mapping[str, Json], taken: Json, seen: Json, music: Json, filmed: Json
) -> dict[str, Json]:
    """What is told of a video, and what is needed to make another one like it."""
    made, looked, played = as_mapping(filmed), as_mapping(seen), as_mapping(music)
    film = Film.from_json(made["film"])
    scene = Scene.from_json(looked["scene"])
    soundtrack = Soundtrack.from_json(played["soundtrack"])
    notes = (looked["note"], soundtrack.note, _tell_length(film, _seconds(request)))
    return {
        "title": made["title"],
        "style": film.style.value,
        "duration": round(film.seconds, 3),
        "width": film.size.width,
        "height": film.size.height,
        "seed": _seed(request),
        "loudness": made["loudness"],
        "true_peak": made["true_peak"],
        "provider": soundtrack.provider,
        "prompt": _tell_prompt(request, scene, soundtrack),
        "notes": [note for note in notes if note],
        "scene": scene.as_json(),
        "rejected": [*as_mapping(taken)["rejected"], *played["rejected"]],
    }


def direct(scene: Scene, words: str) -> Scene:
    """The scene with music as a person put it: their words, and the mood in them if there is one.

    Without words it stays as it is.
    """
    if not words:
        return scene
    try:
        mood = read_mood(words)
    except UserError:
        return replace(scene, direction=words, tempo=None)
    felt = Mood(mood.valence / 100, mood.arousal / 100)
    return replace(scene, direction=words, tempo=None, mood=felt)


def describe(details: Mapping[str, Json]) -> str:
    """What goes along as a text: what was seen, who made what music, and the words."""
    scene = Scene.from_json(as_mapping(details["scene"]))
    asked = f". It was asked for: {details['prompt']}" if details["prompt"] else ""
    lines = [str(details["title"]), "", scene.words, f"Music: {details['provider']}{asked}"]
    for verse in scene.lyrics:
        lines += ["", f"[{verse.section}]", *verse.lines]
    return "\n".join(lines) + "\n"


def name_track(track: Mapping[str, Any]) -> str:
    """What a person's own track is called where else its maker is named."""
    return f"“{title_from_label(label_of(track['label']))}”"


def _tell_prompt(request: Mapping[str, Json], scene: Scene, soundtrack: Soundtrack) -> str:
    """What the music was asked to be; empty for a person's own, which nobody asked for."""
    track = request.get("track")
    if track is not None and soundtrack.provider == name_track(as_mapping(track)):
        return ""
    return direct(scene, str(request.get("music") or "")).direction


def film_title(request: Mapping[str, Json], scene: Scene) -> str:
    return str(request.get("title") or scene.title)


def choose_slug(title: str, request: Mapping[str, Json]) -> str:
    """The result's file name without an ending; never the name of a file that was given."""
    slug = slugify(title, max_length=80, word_boundary=True) or "video"
    given = [*as_list(request["photos"]), *filter(None, [request.get("track")])]
    names = {label_of(file["label"]).casefold() for file in given}
    while any(f"{slug}{ending}" in names for ending in _ENDINGS):
        slug += "-video"
    return slug


def _plan(
    request: Mapping[str, Json], scene: Scene, studies: Sequence[Study], soundtrack: Soundtrack
) -> Film:
    # A maker may leave out the last breath of what was asked for; then it is silent.
    wanted = _seconds(request)
    seconds = wanted if soundtrack.seconds >= wanted - _SILENT_SECONDS else soundtrack.seconds
    style = str(request.get("style") or "")
    return plan_film(
        replace(scene, title=film_title(request, scene)),
        studies,
        soundtrack.beats,
        frames=count_frames(seconds),
        style=Style(style) if style else choose_style(scene, len(studies)),
        seed=_seed(request),
        captions=bool(request.get("captions", True)),
        card=bool(request.get("card", False)),
    )


def _tell_length(film: Film, wanted: float) -> str:
    """What a person is told when the music was too short for the video that they wanted."""
    if film.seconds > wanted - 0.5:
        return ""
    return f"It ends with its music, after {clock(film.seconds)} of {clock(wanted)}."


def _read_seen(seen: Json) -> tuple[Scene, list[Study]]:
    facts = as_mapping(seen)
    studies = [Study.from_json(study) for study in as_list(facts["studies"])]
    return Scene.from_json(facts["scene"]), studies


async def _remember(scene: Mapping[str, Any]) -> Seen:
    """What was seen for an earlier video."""
    return Seen(Scene.from_json(scene))


async def _take_over(kept: Mapping[str, Any], folder: Path) -> Soundtrack:
    """The music of an earlier video, copied. Raises `UserError` when it is gone by now."""
    before = Soundtrack.from_json(kept)
    place = empty_folder(folder) / before.path.name
    try:
        await asyncio.to_thread(shutil.copyfile, before.path, place)
    except FileNotFoundError as error:
        raise UserError(
            "The music of that video is no longer here: files are kept for a while only. "
            "Make a new video of the photos."
        ) from error
    return replace(before, path=place)


def _admit(run: Run) -> None:
    """Raise `UserError` when the disk has no room for the video."""
    needed = _DISK_RESERVE + round(_seconds(run.request) * _BYTES_PER_SECOND)
    free = disk_usage(run.folder).free
    if free < needed:
        raise UserError(
            f"The disk is too full: the video needs about {needed // 1_000_000} MB, "
            f"{free // 1_000_000} MB are free. Free some space and try again."
        )


def _seconds(request: Mapping[str, Json]) -> float:
    return min(max(float(str(request["seconds"])), SHORTEST), LONGEST)


def _seed(request: Mapping[str, Json]) -> int:
    return int(str(request["seed"]))


def _as_outcome(checked: Mapping[str, Any]) -> Outcome:
    facts = dict(checked)
    out, slug = Path(facts.pop("out")), facts.pop("slug")
    pictures = {role: Path(path) for role, path in facts.pop("pictures").items()}
    roles = [
        ("video", out / f"{slug}.mp4"),
        ("description", out / f"{slug}.txt"),
        ("recipe", out / f"{slug}.json"),
        *pictures.items(),
    ]
    products = list_products(roles, slug, pictures, seconds=float(facts["duration"]))
    return Outcome(text=_tell(facts), products=products, details=facts)


def _tell(facts: Mapping[str, Any]) -> str:
    ready = (
        f"“{facts['title']}” is ready: {clock(facts['duration'])}, {facts['style']}. "
        f"Music: {facts['provider']}."
    )
    return " ".join([ready, facts["scene"]["words"], *facts["notes"]])
