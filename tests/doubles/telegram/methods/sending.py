"""sendMessage, and the methods that send one file."""

from tests.doubles.telegram.attachments import read_media
from tests.doubles.telegram.incoming import Incoming
from tests.doubles.telegram.media import KINDS, Details
from tests.doubles.telegram.posting import Draft, post
from tests.doubles.telegram.refusals import bad_request
from tests.doubles.telegram.wording import read_caption, read_text
from tests.doubles.telegram.world import World


async def send_message(world: World, incoming: Incoming) -> object:
    parse_mode, entities = incoming.text("parse_mode"), incoming.things("entities")
    text = read_text(incoming.text("text"), parse_mode, entities)
    return post(world, incoming, [Draft(text)])[0].to_json()


async def send_file(world: World, incoming: Incoming) -> object:
    """sendAudio, sendVideo, sendDocument, sendPhoto, sendVoice, sendAnimation."""
    kind = next(each for each in KINDS if incoming.method == f"send{each.capitalize()}")
    parse_mode, entities = incoming.text("parse_mode"), incoming.things("caption_entities")
    caption = read_caption(incoming.text("caption"), parse_mode, entities)
    media = read_media(
        world,
        incoming,
        kind,
        field=kind,
        reference=incoming.text(kind),
        thumbnail=incoming.text("thumbnail"),
        cover=incoming.text("cover"),
        details=Details(
            title=incoming.text("title"),
            performer=incoming.text("performer"),
            duration=incoming.integer("duration"),
            width=incoming.integer("width"),
            height=incoming.integer("height"),
        ),
    )
    if media is None:
        raise bad_request(f"there is no {kind} in the request")
    return post(world, incoming, [Draft(caption, media)])[0].to_json()


METHODS = {
    "sendMessage": send_message,
    **{f"send{kind.capitalize()}": send_file for kind in KINDS},
}
