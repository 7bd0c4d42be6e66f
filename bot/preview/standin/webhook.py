"""Delivery by webhook: every update is posted until it is answered with a success.

One queue's updates go one after the other, several queues side by side: what is written in a chat
is one, and what one person taps is another. What was refused comes again before all else in its
queue, the sooner if the answer's Retry-After says so.
"""

import asyncio
import contextlib
import math
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx

from bot.preview.standin.bell import Bell
from bot.preview.standin.errors import bad
from bot.preview.standin.model import Json, present, unix
from bot.preview.standin.updates import Queue, Update, Updates
from scheduler.clock import Clock

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  # the header's name, not a secret
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_TIMEOUT = 30.0


@dataclass(frozen=True, slots=True)
class Hook:
    """Where updates go to."""

    url: str
    secret: str | None = None
    max_connections: int = 40
    ip_address: str | None = None


class Webhook:
    """Delivers to one hook at a time; `pause` real seconds at most between two tries of an update.

    Telegram's own grow to two minutes unless the answer has a Retry-After.
    """

    def __init__(self, clock: Clock, bell: Bell, updates: Updates, *, pause: float = 0.2) -> None:
        self._clock = clock
        self._bell = bell
        self._updates = updates
        self._pause = pause
        self._task: asyncio.Task[None] | None = None
        self._under_way: dict[Queue, asyncio.Task[None]] = {}
        self._last_error: tuple[int, str] | None = None
        self.hook: Hook | None = None

    @property
    def idle(self) -> bool:
        """Whether no delivery is under way."""
        return not self._under_way

    def set(self, hook: Hook) -> None:
        """Deliver to that hook from now on; raises RefusalError for an address that is none."""
        _check(hook.url)
        self.stop()
        self.hook = hook
        self._last_error = None
        self._task = asyncio.get_running_loop().create_task(self._run(hook))

    def stop(self) -> None:
        """Deliver no more; what was not answered stays in the queue."""
        for task in [self._task, *self._under_way.values()]:
            if task is not None:
                task.cancel()
        self._task = None
        self._under_way.clear()
        self.hook = None

    def info(self) -> Json:
        """Give Telegram's WebhookInfo."""
        hook = self.hook
        error_at, error = self._last_error or (None, None)
        return present(
            url=hook.url if hook else "",
            has_custom_certificate=False,
            pending_update_count=len(self._updates.pending),
            ip_address=hook.ip_address if hook else None,
            max_connections=hook.max_connections if hook else None,
            last_error_date=error_at,
            last_error_message=error,
            allowed_updates=sorted(self._updates.allowed),
        )

    async def _run(self, hook: Hook) -> None:
        async with httpx.AsyncClient(timeout=_TIMEOUT, trust_env=False) as client:
            while True:
                await self._bell.until(lambda: self._next(hook) is not None)
                if update := self._next(hook):
                    task = asyncio.get_running_loop().create_task(
                        self._deliver(client, hook, update)
                    )
                    self._under_way[update.queue] = task

    def _next(self, hook: Hook) -> Update | None:
        if len(self._under_way) >= hook.max_connections:
            return None
        pending = self._updates.pending
        return next((one for one in pending if one.queue not in self._under_way), None)

    async def _deliver(self, client: httpx.AsyncClient, hook: Hook, update: Update) -> None:
        again_in = await self._post(client, hook, update)
        if again_in is None:
            self._updates.drop([update.id])
        else:
            await asyncio.sleep(again_in)
        self._under_way.pop(update.queue, None)
        self._bell.ring()

    async def _post(self, client: httpx.AsyncClient, hook: Hook, update: Update) -> float | None:
        """Give the seconds until the next try; None when it was taken."""
        headers = {SECRET_HEADER: hook.secret} if hook.secret else {}
        why, again_in = "Connection failed", self._pause
        with contextlib.suppress(httpx.HTTPError, httpx.InvalidURL):
            response = await client.post(hook.url, json=update.to_api(), headers=headers)
            if response.is_success:
                return None
            again_in = min(again_in, _retry_after(response))
            why = (
                f"Wrong response from the webhook: {response.status_code} {response.reason_phrase}"
            )
        self._last_error = (unix(self._clock.now()), why)
        return again_in


def _retry_after(response: httpx.Response) -> float:
    """Give the seconds that an answer asks for; for ever if it asks for none."""
    asked = response.headers.get("Retry-After", "")
    return float(asked) if asked.isdecimal() else math.inf


def _check(url: str) -> None:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise bad("invalid webhook URL specified") from None
    if parts.scheme not in {"http", "https"} or not host or port == 0:
        raise bad("invalid webhook URL specified")
    if parts.scheme == "http" and host not in _LOOPBACK:
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
