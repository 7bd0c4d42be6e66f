"""What goes wrong: a call that Telegram would refuse, and a stand-in that is used wrongly."""

from bot.errors import BotError


class StandInError(BotError):
    """Somebody asked the stand-in for what a person could not do, such as tapping no button."""


class RefusalError(StandInError):
    """Telegram's answer to a call that it does not carry out: code, wording, when to come back.

    `moved_to` is the number that a group has got as a supergroup.
    """

    def __init__(
        self,
        code: int,
        description: str,
        retry_after: int | None = None,
        moved_to: int | None = None,
    ) -> None:
        super().__init__(description)
        self.moved_to = moved_to
        self.code = code
        self.description = description
        self.retry_after = retry_after


def bad(reason: str) -> RefusalError:
    """Refuse with 400 and the reason in Telegram's words."""
    return RefusalError(400, f"Bad Request: {reason}")


def forbidden(reason: str) -> RefusalError:
    """Refuse with 403 and the reason in Telegram's words."""
    return RefusalError(403, f"Forbidden: {reason}")


def conflict(reason: str) -> RefusalError:
    """Refuse with 409, as when two pollers meet."""
    return RefusalError(409, f"Conflict: {reason}")


def too_many(retry_after: int) -> RefusalError:
    """Refuse with 429 for that many seconds."""
    return RefusalError(429, f"Too Many Requests: retry after {retry_after}", retry_after)


def moved(chat: int) -> RefusalError:
    """Refuse with 400: the group is a supergroup now, under that number."""
    return RefusalError(
        400, "Bad Request: group chat was upgraded to a supergroup chat", moved_to=chat
    )
