"""Askers as JSON: whose tray a page fills, and which chat is to hear of it."""

from collections.abc import Mapping

from core.calls import Asker
from core.jobs import Json
from core.names import PersonId, Place


def pack_asker(asker: Asker) -> dict[str, Json]:
    """What a ticket keeps of an asker."""
    return {
        "identity": asker.identity,
        "place": [asker.place.platform, asker.place.conversation],
        "home": [asker.home.platform, asker.home.conversation],
        "name": asker.name,
        "server": asker.server,
        "channel": asker.channel,
        "roles": sorted(asker.roles),
        "language": asker.language,
        "limit": asker.limit,
        "picks": asker.picks,
    }


def unpack_asker(facts: Mapping[str, Json]) -> Asker:
    """The asker again. What a person may manage is not kept: hours may have gone by."""
    roles, limit = facts.get("roles"), facts.get("limit")
    return Asker(
        identity=PersonId(str(facts["identity"])),
        place=_place(facts["place"]),
        home=_place(facts["home"]),
        name=str(facts.get("name") or ""),
        server=str(facts.get("server") or ""),
        channel=str(facts.get("channel") or ""),
        roles=frozenset(str(role) for role in roles) if isinstance(roles, list) else frozenset(),
        language=str(facts.get("language") or ""),
        limit=limit if isinstance(limit, int) else None,
        picks=facts.get("picks") is True,
    )


def _place(given: Json) -> Place:
    if not isinstance(given, list) or len(given) != 2:
        raise ValueError("a place is a platform and a conversation")
    return Place(str(given[0]), str(given[1]))
