"""A bot behind a webhook: delivery with its secret, and again until it is taken."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web
from telegram import Bot, Update

from tests.doubles.small_bot import App, build
from tests.doubles.telegram import Chat, Person, Telegram


@dataclass
class Hook:
    """What our side of a webhook saw, and how it answers next."""

    url: str = ""
    secrets: list[str] = field(default_factory=list)
    updates: list[int] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)


@asynccontextmanager
async def _listening(application: App) -> AsyncIterator[Hook]:
    hook = Hook()

    async def take(request: web.Request) -> web.Response:
        hook.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token", ""))
        body = await request.json()
        hook.updates.append(body["update_id"])
        status = hook.answers.pop(0) if hook.answers else 200
        if status == 200:
            await application.update_queue.put(Update.de_json(body, application.bot))
        return web.Response(status=status)

    app = web.Application()
    app.router.add_post("/hook", take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    hook.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    try:
        async with application:
            await application.start()
            yield hook
            await application.stop()
    finally:
        await runner.cleanup()


async def test_updates_are_posted_with_the_secret(
    telegram: Telegram, anna: Person, chat: Chat
) -> None:
    application = build(telegram, polling=False)
    async with _listening(application) as hook:
        await application.bot.set_webhook(hook.url, secret_token="hush_hush-1")
        asked = await anna.write(chat, "/mixtape")
        tray = await anna.hears(chat, after=asked)
        await anna.answered(await anna.press(tray, "Mix"))
    assert tray.plain == "Tray"
    assert set(hook.secrets) == {"hush_hush-1"}
    assert telegram.world.updates.pending == ()


async def test_what_is_not_taken_comes_again(telegram: Telegram, anna: Person, chat: Chat) -> None:
    application = build(telegram, polling=False)
    telegram.clock.speed = 200  # the pauses between attempts are seconds long
    async with _listening(application) as hook:
        hook.answers = [500, 503]
        await application.bot.set_webhook(hook.url)
        asked = await anna.write(chat, "/start")
        assert (await anna.hears(chat, after=asked)).plain == "Hello"
        info = await application.bot.get_webhook_info()
    assert len(hook.updates) == 3
    assert len(set(hook.updates)) == 1
    assert info.last_error_message == "Wrong response from the webhook: 503 Service Unavailable"


async def test_pending_updates_can_be_dropped(telegram: Telegram, bot: Bot, anna: Person) -> None:
    await anna.start()
    await bot.set_webhook("https://example.com/hook", drop_pending_updates=True)
    info = await bot.get_webhook_info()
    assert (info.url, info.pending_update_count) == ("https://example.com/hook", 0)
    await bot.delete_webhook()
    assert (await bot.get_webhook_info()).url == ""
