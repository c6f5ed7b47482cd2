"""answerCallbackQuery: once for each press, and soon."""

from tests.doubles.telegram.incoming import Incoming
from tests.doubles.telegram.refusals import bad_request
from tests.doubles.telegram.world import World

_LENGTH = 200


async def answer_callback_query(world: World, incoming: Incoming) -> object:
    press = world.presses.get(incoming.text("callback_query_id"))
    late = press is not None and world.clock.now - press.at > world.limits.press_seconds
    if press is None or late or press.text is not None:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    if len(incoming.text("text")) > _LENGTH:
        raise bad_request("MESSAGE_TOO_LONG")
    press.text = incoming.text("text")
    press.alert = incoming.flag("show_alert")
    press.url = incoming.text("url")
    world.changed()
    return True


METHODS = {"answerCallbackQuery": answer_callback_query}
