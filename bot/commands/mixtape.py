"""/mixtape: mix tracks into one MP3 and MP4 with chapters."""

from dataclasses import dataclass, replace
from typing import ClassVar

from bot.mixing import mix_tray
from bot.ordering import announce, order_mixtape, settle
from bot.sorting import join_links, sort_files
from bot.words import Words
from core.calls import Call, Entry
from core.errors import UserError
from core.mixtape import CHAT_OPTIONS
from core.ports import Jobs, People, Trays
from core.preferences import personal
from core.screens import Reply


@dataclass(frozen=True, slots=True)
class Mixtape:
    jobs: Jobs
    trays: Trays
    people: People
    words: Words

    entry: ClassVar[Entry] = Entry(
        name="mixtape",
        summary="Mix tracks into one MP3 and MP4 with crossfades and chapters",
        # What is left out may be set on the tray, or by /settings.
        options=personal(CHAT_OPTIONS),
        examples=(
            "/mixtape with the tracks attached",
            "/mixtape title: Late night, crossfade: 8, order: shuffle",
            "/mixtape links: https://soundcloud.com/artist/song",
            "/mixtape to mix what is on your tray",
        ),
        menu="Make mixtape",
    )

    async def run(self, call: Call) -> Reply:
        say = self.words.to(call.asker.language)
        call = await with_cover(join_links(call))
        tray = await self.trays.find(call.person)
        gathered = not call.values["tracks"]
        if gathered and call.menu:
            # The person chose that message, and not what waits on the tray.
            raise UserError(say("mixtape-no-track"))
        if gathered and not tray.items:
            raise UserError(say("mixtape-nothing"))
        settled = settle(call, tray=tray, defaults=await self.people.settings(call.person))
        if gathered:
            order, job = await mix_tray(settled, tray, jobs=self.jobs, trays=self.trays)
        else:
            order = order_mixtape(settled)
            job = await self.jobs.start(order)
        return Reply(announce(order, say), job.id, alone=order.private)


async def with_cover(call: Call) -> Call:
    """The call with the last picture among its tracks as the cover, unless it has one.

    What is neither stays among the tracks: the mix goes on without it, and says why.
    """
    files = call.values["tracks"]
    if not isinstance(files, tuple) or not files:
        return call
    pictures = (await sort_files(files)).pictures
    tracks = tuple(file for file in files if file not in pictures)
    cover = call.values["cover"] or (pictures[-1] if pictures else None)
    return replace(call, values={**call.values, "tracks": tracks, "cover": cover})
