"""The real program with its worker, and people at a double of Discord."""

import asyncio
import io
import re
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from mutagen.id3 import ID3
from mutagen.mp3 import MP3
from PIL import Image

from tests.adapters.ffmpeg.rendering import measure
from tests.doubles.discord import (
    TOKEN,
    Attachment,
    Channel,
    Discord,
    Guild,
    Message,
    Person,
    Upload,
    discord_double,
)
from tests.doubles.discord.rest import PREFIX
from tests.end_to_end.deck import Deck
from tests.media import Sound, make

SLOW = 90.0
"""Seconds: the machine may be busy with other tests."""
LAUNCHER = (sys.executable, "-m", "tests.end_to_end.at_discord")
ROOT = Path(__file__).parents[2]
SENDS = "POST /channels/*/messages"


@dataclass
class Stage:
    """Anna and Ben in a server, and the program."""

    double: Discord
    deck: Deck
    guild: Guild
    channel: Channel
    anna: Person
    ben: Person

    async def start(self, **settings: str) -> None:
        """Start the program where it is not running, and wait until it is at the gateway."""
        known = self.double.gateway.identified
        addresses = addresses_of(self.double)
        start = partial(self.deck.start, until_ready=True, **addresses, **settings)
        await asyncio.to_thread(start)
        await self.double.until(
            lambda: self.double.gateway.identified > known, "the program to come", seconds=SLOW
        )

    async def awaits(self, what: str, *, by: Person | None = None, dm: bool = False) -> Message:
        """The newest message with a text, within the time that mixing takes."""
        person = by or self.anna

        def look() -> Message | None:
            seen = person.dms if dm else person.sees(self.channel)
            return next((each for each in reversed(seen) if what in each.text), None)

        found = await self.double.until(look, repr(what), seconds=SLOW)
        assert found is not None
        return found

    async def awaits_result(self, name: str, *, by: Person | None = None) -> Message:
        """The message that holds a file of that name."""
        person = by or self.anna

        def look() -> Message | None:
            every = [*person.sees(self.channel), *person.dms]
            return next((each for each in every if name in names(each)), None)

        found = await self.double.until(look, name, seconds=SLOW)
        assert found is not None
        return found

    def count(self, name: str) -> int:
        """How many messages in the channel hold a file of that name."""
        return sum(name in names(each) for each in self.anna.sees(self.channel))


def addresses_of(double: Discord) -> dict[str, str]:
    """The environment in which the program meets this double."""
    return {
        "DOUBLE_API": double.cdn.base + PREFIX,
        "DOUBLE_GATEWAY": double.gateway.base,
        "TAPEDECK_DISCORD_TOKEN": TOKEN,
        "PYTHONPATH": str(ROOT),
    }


def names(message: Message) -> list[str]:
    return [each.filename for each in message.attachments]


def song(form: str, number: int, *, seconds: float = 5.0) -> Upload:
    tags = {"title": f"Song {number}", "artist": f"Band {number}"}
    path = make(form, Sound(wave="music", seconds=seconds, seed=number), tags=tags)
    return Upload(f"{number} {form}{path.suffix}", path.read_bytes())


def photo() -> Upload:
    into = io.BytesIO()
    Image.radial_gradient("L").resize((800, 600)).convert("RGB").save(into, "JPEG")
    return Upload("beach.jpg", into.getvalue())


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with discord_double() as double:
        anna, ben = double.user("anna"), double.user("ben")
        guild = double.guild("Studio", anna, ben)
        deck = Deck(tmp_path, program=LAUNCHER)
        stage = Stage(double, deck, guild, double.channel(guild), anna, ben)
        yield stage
        if deck.process is not None:
            assert await asyncio.to_thread(deck.stop) == 0
            assert deck.processes() == []


async def test_four_tracks_and_a_photo_become_a_mixtape(stage: Stage) -> None:
    await stage.start()
    exchange = await stage.anna.use(
        stage.channel,
        "mixtape",
        **{
            f"track{at}": song(form, at) for at, form in enumerate(("mp3", "flac", "ogg", "wav"), 1)
        },
        cover=photo(),
        title="Late night",
        crossfade=1,
    )
    progress = await exchange.filled()
    assert "Mixing 4 tracks." in progress.text and progress.buttons == ["Cancel"]
    result = await stage.awaits_result("late-night.mp3")
    await stage.awaits_result("late-night.mp4")
    assert result.content == stage.anna.mention
    assert "Band 1 – Song 1" in result.text and "4 tracks" in result.text
    check_mp3(result.attachments[0].data, titles=[f"Song {at}" for at in (1, 2, 3, 4)])
    shown = [text.split("\n\n")[-1] for text in progress.versions]
    assert any("%" in text for text in shown) and "Ready." in shown[-1]


def check_mp3(data: bytes, *, titles: list[str]) -> None:
    """What the command line's result is held to: length, tags, chapters, cover, loudness."""
    sound, tags = MP3(io.BytesIO(data)), ID3(io.BytesIO(data))
    assert sound.info is not None
    length = 5.0 * len(titles) - (len(titles) - 1)
    assert abs(sound.info.length - length) < 0.5
    assert str(tags["TIT2"]) == "Late night" and tags.getall("APIC")
    chapters = sorted(tags.getall("CHAP"), key=lambda each: each.start_time)
    found = [str(each.sub_frames["TIT2"]) for each in chapters]
    assert [name.rpartition(" – ")[2] for name in found] == titles
    file = Path(make("wav", Sound(seconds=1))).with_name("result.mp3")
    file.write_bytes(data)
    loudness, peak = measure(file)
    assert -16 < loudness < -12 and peak <= -0.5


async def test_two_people_and_a_stranger_who_presses_everything(stage: Stage) -> None:
    await stage.start()
    anna, ben = stage.anna, stage.ben
    await anna.use(stage.channel, "mixtape", track1=song("mp3", 1), title="Annas", video=False)
    other = await ben.use(
        stage.channel, "mixtape", track1=song("mp3", 2), title="Bens", video=False
    )
    refused = await (await anna.press(await other.filled(), "Cancel")).followed()
    assert "not yours" in refused.text
    mine = await stage.awaits_result("annas.mp3")
    theirs = await stage.awaits_result("bens.mp3", by=ben)
    assert (mine.mentions, theirs.mentions) == ([anna.user], [ben.user])
    for label in mine.buttons:
        pressed = await ben.press(mine, label)
        told = await pressed.followed()
        assert "not yours" in told.text and told not in anna.sees(stage.channel)
        assert "annas" not in told.text and not told.attachments
    assert stage.count("annas.mp3") == 1


async def test_a_bad_file_is_named_and_cancel_stops_a_job(stage: Stage, tmp_path: Path) -> None:
    await stage.start()
    text = Upload("notes.mp3", b"these are only words, no sound at all\n" * 20)
    await stage.anna.use(
        stage.channel, "mixtape", track1=text, track2=song("mp3", 1), title="Good", video=False
    )
    result = await stage.awaits_result("good.mp3")
    assert "notes.mp3" in result.text and "1 track" in result.text
    long = song("mp3", 3, seconds=120)
    exchange = await stage.anna.use(
        stage.channel, "mixtape", title="Never", **{f"track{at}": long for at in range(1, 7)}
    )
    progress = await exchange.filled()
    await stage.anna.press(progress, "Cancel")
    ended = await stage.awaits("Never")
    await stage.double.until(lambda: not progress.buttons, "the end to show", seconds=SLOW)
    assert ended.id and stage.count("never.mp3") == 0


async def test_a_kill_between_send_and_done_never_doubles(stage: Stage) -> None:
    await stage.start()
    stage.double.faults.lose_answer(SENDS, times=1000)
    await stage.anna.use(stage.channel, "mixtape", track1=song("mp3", 1), title="Once", video=True)
    await stage.awaits_result("once.mp3")
    await asyncio.to_thread(stage.deck.kill, gateway=True, worker=True)
    stage.double.faults.clear()
    stage.double.clock.advance(600)  # Discord has forgotten the nonce
    await stage.start()
    await stage.awaits_result("once.mp4")
    await stage.awaits("Ready.")
    assert (stage.count("once.mp3"), stage.count("once.mp4")) == (1, 1)


async def test_a_restart_in_the_middle_goes_on_and_buttons_live(stage: Stage) -> None:
    await stage.start()
    long = song("mp3", 3, seconds=60)
    exchange = await stage.anna.use(
        stage.channel, "mixtape", title="Long", **{f"track{at}": long for at in range(1, 7)}
    )
    progress = await exchange.filled()
    await stage.awaits("%")
    await asyncio.to_thread(stage.deck.kill, gateway=True, worker=True)
    await stage.start()
    result = await stage.awaits_result("long.mp3")
    await stage.double.until(lambda: "Ready." in progress.text, "the end", seconds=SLOW)
    links = await (await stage.anna.press(result, "Download")).followed()
    assert "MP3" in links.text and links not in stage.ben.sees(stage.channel)
    assert stage.count("long.mp3") == 1


async def test_one_who_orders_much_does_not_keep_others_waiting(stage: Stage) -> None:
    await stage.start(TAPEDECK_PERSON_JOBS="0", TAPEDECK_SERVER_JOBS="0", TAPEDECK_SLOTS="1")
    file = song("mp3", 1, seconds=20)
    calls = [
        stage.anna.begin(stage.channel, "mixtape", track1=file, title=f"No {at}", video=False)
        for at in range(200)
    ]
    for call in calls:
        await call.answered()
    exchange = await stage.ben.use(
        stage.channel, "mixtape", track1=song("mp3", 2), title="Bens", video=False
    )
    assert not exchange.failed and not any(call.failed for call in calls)
    await stage.awaits_result("bens.mp3", by=stage.ben)
    done = [each for each in stage.anna.sees(stage.channel) if "no-" in " ".join(names(each))]
    assert len(done) < 40, "Ben did not wait for all of Anna's"


async def test_a_broken_upload_is_sent_again_once(stage: Stage) -> None:
    await stage.start()
    stage.double.faults.cut_upload(SENDS, after=2000, times=2)
    await stage.anna.use(stage.channel, "mixtape", track1=song("mp3", 1), title="Cut", video=False)
    await stage.awaits_result("cut.mp3")
    assert stage.count("cut.mp3") == 1


async def test_a_private_result_comes_as_a_direct_message_or_not_at_all_to_others(
    stage: Stage,
) -> None:
    await stage.start()
    await stage.anna.use(
        stage.channel, "mixtape", track1=song("mp3", 1), title="Secret", video=False, private=True
    )
    result = await stage.awaits_result("secret.mp3")
    assert result.channel is stage.anna.dm
    stage.anna.user.refuses_dms = True
    await stage.anna.use(
        stage.channel, "mixtape", track1=song("mp3", 2), title="Hidden", video=False, private=True
    )
    notice = await stage.awaits("for your eyes only")
    assert stage.ben.sees(stage.channel) == [notice] and "Hidden" not in notice.text


async def test_what_is_too_large_goes_down_the_ladder(stage: Stage) -> None:
    await stage.start()
    long = song("mp3", 1, seconds=40)  # at 48 kb/s, the least that is fair, 240 kB
    ladder = ((450_000, "smaller", "this is Opus"), (150_000, "parts", "so it comes in"))
    for limit, title, said in (*ladder, (30_000, "link", "here is a link")):
        stage.guild.most_bytes = None
        post = await stage.ben.post(stage.channel, files=[long])
        stage.guild.most_bytes = limit
        await stage.anna.choose(post, "Add to mixtape")
        opened = await stage.anna.press(await stage.awaits("Your mixtape"), "Options")
        await stage.anna.submit(opened, {"Title": f"As {title}", "Video": ["no"]})
        await stage.anna.press(await stage.awaits(f"As {title}"), "Mix")
        result = await stage.awaits(f"As {title}\n1 track, 0:")
        assert "Discord takes" in result.text and said in result.text
        told = re.search(r"in (\d) parts", result.text)
        count = int(told[1]) if told else {"smaller": 1, "link": 0}[title]
        await all_sent(stage, title, count=count)
        assert all(each.size <= limit for each in sounds(stage, title))


async def test_a_size_that_was_promised_is_refused(stage: Stage) -> None:
    await stage.start()
    stage.double.storage.refuses_over = 400_000
    long = song("mp3", 1, seconds=30)
    await stage.anna.use(stage.channel, "mixtape", track1=long, title="Promised", video=False)
    result = await stage.awaits("Discord takes")
    assert 0 < result.attachments[0].size <= 400_000
    assert stage.count(result.attachments[0].filename) == 1


async def all_sent(stage: Stage, title: str, *, count: int) -> None:
    await stage.double.until(
        lambda: len(sounds(stage, title)) == count, f"{count} files", seconds=SLOW
    )


def sounds(stage: Stage, title: str) -> list[Attachment]:
    """What the bot has sent of a mixtape."""
    seen = stage.anna.sees(stage.channel)
    files = [each for message in seen for each in message.attachments]
    return [each for each in files if each.filename.startswith(f"as-{title}")]
