"""How a bot gets its updates: getUpdates, setWebhook and their kin."""

from tests.doubles.telegram.incoming import Incoming
from tests.doubles.telegram.refusals import conflict
from tests.doubles.telegram.world import World


async def get_updates(world: World, incoming: Incoming) -> object:
    if world.webhook.url:
        raise conflict(
            "can't use getUpdates method while webhook is active; "
            "use deleteWebhook to delete the webhook first"
        )
    _allow(world, incoming)
    return await world.updates.poll(
        offset=incoming.integer("offset"),
        limit=incoming.integer("limit", 100),
        seconds=incoming.integer("timeout"),
    )


async def set_webhook(world: World, incoming: Incoming) -> object:
    world.webhook.set(
        incoming.text("url"),
        secret=incoming.text("secret_token"),
        connections=incoming.integer("max_connections"),
    )
    _allow(world, incoming)
    if incoming.flag("drop_pending_updates"):
        world.updates.drop_all()
    return True


async def delete_webhook(world: World, incoming: Incoming) -> object:
    world.webhook.set("", secret="", connections=0)
    if incoming.flag("drop_pending_updates"):
        world.updates.drop_all()
    return True


async def get_webhook_info(world: World, incoming: Incoming) -> object:
    return world.webhook.to_json()


async def get_me(world: World, incoming: Incoming) -> object:
    return world.bot.to_json()


def _allow(world: World, incoming: Incoming) -> None:
    """What is not given stays as it was."""
    if incoming.text("allowed_updates"):
        world.updates.allow([str(each) for each in incoming.things("allowed_updates")])


METHODS = {
    "getUpdates": get_updates,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
    "getMe": get_me,
}
