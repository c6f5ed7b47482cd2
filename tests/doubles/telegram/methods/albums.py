"""sendMediaGroup, and the media objects that albums and edits are made of."""

from tests.doubles.telegram.attachments import read_media
from tests.doubles.telegram.incoming import Incoming
from tests.doubles.telegram.media import KINDS, Details, Kind
from tests.doubles.telegram.posting import Draft, post
from tests.doubles.telegram.refusals import bad_request
from tests.doubles.telegram.wording import read_caption
from tests.doubles.telegram.world import World

_MOST = 10
_ALONE: tuple[Kind, ...] = ("audio", "document")


async def send_media_group(world: World, incoming: Incoming) -> object:
    incoming.required("media")
    drafts = [read_input_media(world, incoming, each) for each in incoming.things("media")]
    if not drafts:
        raise bad_request("there are no messages to send")
    if len(drafts) > _MOST:
        raise bad_request("too many messages to send as an album")
    if len(drafts) == 1:
        # The documents say 2 to 10 and give no words for one: these are ours.
        raise bad_request("an album must have 2-10 items")
    kinds = {draft.media.kind for draft in drafts if draft.media}
    for kind in _ALONE:
        if kind in kinds and len(kinds) > 1:
            raise bad_request(f"{kind} can't be mixed with other media types")
    for kind in ("animation", "voice"):
        if kind in kinds:
            raise bad_request(
                f"can't parse InputMedia: type \"{kind}\" can't be used in sendMediaGroup"
            )
    album = str(13_400_000_000_000_000 + next(world.numbers))
    return [message.to_json() for message in post(world, incoming, drafts, album=album)]


def read_input_media(world: World, incoming: Incoming, given: object) -> Draft:
    """An InputMedia object as the draft of a message."""
    if not isinstance(given, dict):
        raise bad_request("can't parse InputMedia: expected an Object")
    named = given.get("type")
    kind = next((each for each in KINDS if each == named and each != "voice"), None)
    if kind is None:
        raise bad_request(f'can\'t parse InputMedia: type "{named}" is unsupported')
    caption = read_caption(
        str(given.get("caption", "")),
        str(given.get("parse_mode", "")),
        given.get("caption_entities", []),
    )
    media = read_media(
        world,
        incoming,
        kind,
        field="",
        reference=str(given.get("media", "")),
        thumbnail=str(given.get("thumbnail", "")),
        cover=str(given.get("cover", "")),
        details=Details(
            title=str(given.get("title", "")),
            performer=str(given.get("performer", "")),
            duration=int(given.get("duration", 0)),
            width=int(given.get("width", 0)),
            height=int(given.get("height", 0)),
        ),
    )
    if media is None:
        raise bad_request("can't parse InputMedia: media not found")
    return Draft(caption, media)


METHODS = {"sendMediaGroup": send_media_group}
