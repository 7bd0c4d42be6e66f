"""The two ways in which updates reach a bot: getUpdates, and the webhook methods."""

import re

from bot.preview.standin.arguments import Arguments
from bot.preview.standin.errors import bad, conflict
from bot.preview.standin.methods.desk import Desk
from bot.preview.standin.model import Json
from bot.preview.standin.webhook import Hook

_SECRET = re.compile(r"[A-Za-z0-9_-]*")
_SECRET_LIMIT = 256
_DEFAULT_CONNECTIONS = 40
_MOST_CONNECTIONS = 100


async def get_updates(desk: Desk, args: Arguments) -> list[Json]:
    """Hand out what happened, waiting for something if asked to."""
    if desk.webhook.hook is not None:
        raise conflict(
            "can't use getUpdates method while webhook is active;"
            " use deleteWebhook to delete the webhook first"
        )
    desk.updates.allow(_kinds(args))
    return await desk.updates.poll(
        args.number("offset"), args.number("limit", 100), args.number("timeout")
    )


async def set_webhook(desk: Desk, args: Arguments) -> bool:
    """Have updates delivered to an address from now on; an empty one ends it."""
    if not args.text("url"):
        return await delete_webhook(desk, args)
    secret = args.text("secret_token")
    if len(secret) > _SECRET_LIMIT:
        raise bad("secret token is too long")
    if not _SECRET.fullmatch(secret):
        raise bad("secret token contains unallowed characters")
    connections = args.number("max_connections", _DEFAULT_CONNECTIONS)
    hook = Hook(
        args.text("url"),
        secret or None,
        min(max(connections, 1), _MOST_CONNECTIONS),
        args.text("ip_address") or None,
    )
    desk.webhook.set(hook)
    desk.updates.allow(_kinds(args))
    if args.flag("drop_pending_updates"):
        desk.updates.drop()
    desk.updates.interrupt(conflict("terminated by setWebhook request"))
    return True


async def delete_webhook(desk: Desk, args: Arguments) -> bool:
    """End the delivery; what is pending stays for getUpdates unless it is to be dropped."""
    desk.webhook.stop()
    if args.flag("drop_pending_updates"):
        desk.updates.drop()
    return True


async def get_webhook_info(desk: Desk, _: Arguments) -> Json:
    """Tell where updates go and how the last deliveries went."""
    return desk.webhook.info()


def _kinds(args: Arguments) -> list[str] | None:
    return args.strings("allowed_updates") if "allowed_updates" in args else None
