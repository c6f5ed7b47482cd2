"""The methods of the Bot API that the double knows, by name."""

from collections.abc import Awaitable, Callable, Mapping

from tests.doubles.telegram.incoming import Incoming
from tests.doubles.telegram.methods import (
    albums,
    answering,
    chatting,
    copying,
    deleting,
    downloading,
    editing,
    polling,
    profile,
    sending,
)
from tests.doubles.telegram.world import World

Method = Callable[[World, Incoming], Awaitable[object]]

METHODS: Mapping[str, Method] = {
    **polling.METHODS,
    **profile.METHODS,
    **sending.METHODS,
    **albums.METHODS,
    **editing.METHODS,
    **copying.METHODS,
    **deleting.METHODS,
    **chatting.METHODS,
    **answering.METHODS,
    **downloading.METHODS,
}
