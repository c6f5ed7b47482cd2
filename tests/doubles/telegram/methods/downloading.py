"""getFile: where a bot finds the bytes of a file."""

from tests.doubles.telegram.entities import Json
from tests.doubles.telegram.incoming import Incoming
from tests.doubles.telegram.refusals import bad_request
from tests.doubles.telegram.world import World


async def get_file(world: World, incoming: Incoming) -> object:
    file_id = incoming.text("file_id")
    if not file_id:
        raise bad_request("file_id not specified")
    file = world.files.find(file_id)
    if file is None:
        raise bad_request("invalid file_id")
    if file.size > world.limits.download and not world.local:
        raise bad_request("file is too big")
    shown: Json = {
        "file_id": file.id,
        "file_unique_id": file.unique_id,
        "file_size": file.size,
    }
    if world.local:
        return shown | {"file_path": str(file.path)}
    until = world.clock.now + world.limits.link_seconds
    return shown | {"file_path": world.files.link(file, until)}


METHODS = {"getFile": get_file}
