"""The composition root: everything is made here, once, and handed to whoever needs it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from enum import Flag, auto
from ssl import SSLCertVerificationError
from typing import TypeVar

import structlog
from redis.exceptions import (
    AuthenticationError,
    AuthorizationError,
    NoPermissionError,
    RedisError,
)
from starlette.routing import BaseRoute
from telegram.error import InvalidToken, TelegramError

from bot import __version__
from bot.connections import async_client, blocking_client
from bot.conversation import Conversation
from bot.doorstep import Doorstep
from bot.errors import BotError
from bot.intake import Intake
from bot.menu import publish_menu
from bot.outage import Outage
from bot.polling import Polling
from bot.probes import Readiness, answer_probes, probe_routes
from bot.reach import Reach
from bot.settings import Settings
from bot.stats import Stats
from bot.telegram_api import Telegram
from bot.webhook import Webhook
from bot.wishes import wish_of
from content import load
from content.helplines import Helplines
from content.schema import Program
from scheduler.clock import Clock, SystemClock
from scheduler.core.world import Operator, World
from scheduler.deliveries import Deliveries
from scheduler.errors import StoreUnavailable, WrongMasterKey
from scheduler.housekeeping import Housekeeping
from scheduler.jobs.runner import JobRunner
from scheduler.meters import Meters
from scheduler.participants import Participants, Watch
from scheduler.store.agenda import Agenda
from scheduler.store.compaction import evicting
from scheduler.store.inbox import Inbox
from scheduler.store.keys import Keyring, KeysAtHand, MasterKey
from scheduler.store.limiter import Limiter
from scheduler.store.link import metered
from scheduler.store.names import Kind
from scheduler.store.store import Store
from scheduler.store.structures import keep_structure

REPLY_SHARE = 5
"""Messages a second kept for answers, on top of SEND_RATE; together 30 by default."""
GRACE = 10.0
"""Seconds that answers which have begun get to finish at a stop."""
SENDING = 25.0
"""Seconds that scheduled messages on their way get: more than a call to Telegram may take, or the
same message would come again after the restart."""

Answer = TypeVar("Answer")
log = structlog.get_logger()


class Part(Flag):
    """What of it a process does; any number of processes may do each, side by side."""

    ANSWERS = auto()
    """Takes updates and answers them."""
    SENDS = auto()
    """Sends what falls due, and keeps house."""
    BOTH = ANSWERS | SENDS


@dataclass
class App:
    """A running bot: what the command line, the preview and the tests hold on to."""

    participants: Participants
    deliveries: Deliveries
    telegram: Telegram
    intake: Intake
    polling: Polling
    webhook: Webhook | None
    readiness: Readiness
    health_port: int | None
    """Where a process that takes no updates tells its health."""
    drain: float
    """Seconds between the end of readiness and that of taking updates."""
    alone: bool
    """No other process is at work on this store."""
    runner: JobRunner
    agenda: Agenda
    housekeeping: Housekeeping


def operator_of(settings: Settings) -> Operator:
    """Tell the words who runs this."""
    return Operator(
        name=settings.operator_name or "",
        contact=settings.operator_contact or "",
        minimum_age=settings.minimum_age,
        version=__version__,
        ids=frozenset(settings.operator_ids),
    )


@asynccontextmanager
async def opened(
    settings: Settings,
    *,
    token: str,
    api_url: str,
    redis_url: str,
    master: MasterKey,
    at_hand: KeysAtHand = lambda: (),
    clock: Clock | None = None,
    watch: Watch | None = None,
    program: Program | None = None,
    meters: Meters | None = None,
) -> AsyncIterator[App]:
    """Make everything and connect it; nothing runs yet. Raises BotError or SchedulerError.

    `at_hand` gives the master keys that may rule in place of `master`, while it is replaced.
    `clock` and `watch` are for the preview and for tests; the program is the one that is shipped,
    unless another is given. `meters` are told of all that goes on.
    """
    clock, meters = clock or SystemClock(), meters or Meters()
    async with AsyncExitStack() as stack:
        client = async_client(redis_url)
        metered(client, meters)
        stack.push_async_callback(client.aclose)
        program = program or load.shipped()
        keyring = await answered(Keyring.open(client, master, at_hand), settings)
        kept = await answered(keep_structure(client, program.structure), settings)
        if policies := await answered(evicting(client), settings):
            log.warning(
                "the store throws data away when its memory is full;"
                " set maxmemory-policy noeviction",
                policy=", ".join(sorted(policies)),
            )
        world = World(program, Helplines.load(), operator_of(settings), kept)
        store, agenda = Store(client, keyring), Agenda(client)
        inbox = Inbox(client, keyring)
        limiter = Limiter(client, settings.send_rate, REPLY_SHARE, meters)
        participants = Participants(store, world, clock, watch, meters)
        telegram = Telegram(token, api_url, limiter.hold, meters)
        doorstep = Doorstep()
        outage = Outage(participants, telegram, doorstep)
        reach = Reach(
            participants,
            telegram,
            limiter,
            outage.is_leaving,
            guesses=settings.on_telegram,
            paid=settings.paid_broadcast,
        )
        conversation = Conversation(
            participants,
            telegram,
            limiter,
            reach,
            outage,
            doorstep,
            Stats(participants, agenda, settings.send_rate),
        )
        intake = Intake(
            inbox,
            store.pid_of,
            clock,
            conversation.handle,
            conversation.apologise,
            lambda arrival: bool(wish_of(arrival, world)),
            meters,
        )
        deliveries = Deliveries(participants, agenda, reach, meters)
        housekeeping = Housekeeping(participants, agenda, inbox)
        jobs_redis = stack.enter_context(blocking_client(redis_url))
        runner = JobRunner(jobs_redis)
        readiness = Readiness(store.usable)
        await connect(telegram)
        stack.push_async_callback(telegram.stop)
        stack.push_async_callback(outage.finish)
        yield App(
            participants,
            deliveries,
            telegram,
            intake,
            Polling(telegram, intake, clock),
            _webhook(settings, telegram, intake, probe_routes(readiness, lambda: runner.alive)),
            readiness,
            settings.health_port,
            settings.drain_seconds,
            settings.embedded,
            runner,
            agenda,
            housekeeping,
        )


async def answered(asked: Awaitable[Answer], settings: Settings) -> Answer:
    """Ask the store for the first time; whatever keeps it from answering is the operator's."""
    name = "DATA_DIR" if settings.embedded else "REDIS_URL"
    try:
        return await asked
    except WrongMasterKey as wrong:
        raise BotError(
            "MASTER_KEY is not the one that this store was made with: give that one, as MASTER_KEY"
            " or in its file, or begin anew with an empty store"
        ) from wrong
    except (StoreUnavailable, RedisError) as error:
        why = [*_chain(error)]
    if any(
        isinstance(one, AuthenticationError | AuthorizationError | NoPermissionError) for one in why
    ):
        raise BotError(f"{name}: the store refuses this user or password; mend them, or its ACL")
    if any(isinstance(one, SSLCertVerificationError) for one in why):
        raise BotError(
            f"{name}: this machine doesn't trust the store's certificate, or it is for another"
            " name; for a CA of your own add ?ssl_ca_certs=FILE to the address"
        )
    raise BotError(
        f"{name}: no answer from the store ({_name(why)}); check the address and that the"
        " server runs, then start again"
    )


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """Give an error and what it came from, and so on: redis-py wraps what it met in another."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _name(why: Sequence[BaseException]) -> str:
    """Name the first of these errors that isn't ours."""
    first = next((one for one in why if not isinstance(one, StoreUnavailable)), why[0])
    return type(first).__name__


def _webhook(
    settings: Settings, telegram: Telegram, intake: Intake, probes: Sequence[BaseRoute]
) -> Webhook | None:
    if settings.public_url is None or settings.webhook_secret is None:
        return None
    return Webhook(
        telegram,
        intake,
        public_url=settings.public_url,
        secret=settings.webhook_secret.get_secret_value(),
        port=settings.port,
        probes=probes,
    )


async def connect(telegram: Telegram) -> None:
    """Look who we are; a refused token is the operator's to mend, a network that is down is not."""
    try:
        await telegram.start()
    except InvalidToken as refused:
        raise BotError(
            "BOT_TOKEN: Telegram refuses it; copy it again from @BotFather (/mybots)"
        ) from refused
    except TelegramError as error:
        raise BotError(
            f"BOT_API_URL: no answer from the Bot API ({type(error).__name__}); "
            "check the address and the network, then start again"
        ) from error


def register_jobs(app: App, part: Part = Part.BOTH) -> None:
    """Name the jobs: one that sends for each kind of touchpoint, and housekeeping.

    Updates that wait are looked at by every process, whichever ticks first.
    """
    app.runner.register("inbox", 5, app.intake.replay)
    if Part.SENDS not in part:
        return
    names = {
        Kind.LESSON: "send-lessons",
        Kind.REFLECTION: "send-reflections",
        Kind.CHECK_IN: "send-check-ins",
        Kind.REVIEW: "send-reviews",
        Kind.NOTICE: "send-notices",
    }
    for kind, name in names.items():
        app.runner.register(name, 1, _sender(app, kind))
    app.runner.register("recover", 300, app.deliveries.recover)
    app.runner.register("retention", 3600, app.housekeeping.retire)
    app.runner.register("erase-from-disk", 3600, app.housekeeping.compact)
    app.runner.register("backlog", 60, app.housekeeping.backlog)


def _sender(app: App, kind: Kind) -> Callable[[], Awaitable[int]]:
    async def send() -> int:
        return await app.deliveries.run(kind)

    return send


async def run(
    app: App,
    stop: asyncio.Event,
    ready: Callable[[], None] | None = None,
    part: Part = Part.BOTH,
) -> None:
    """Run until told to stop, then finish what has begun.

    The menu is published meanwhile: Telegram may take its time, and nobody waits for it.
    """
    await app.intake.replay(alone=app.alone)
    if Part.SENDS in part:
        await app.deliveries.recover()
    register_jobs(app, part)
    app.runner.start(asyncio.get_running_loop())
    serving = asyncio.create_task(_served(app, part))
    stopping = asyncio.create_task(stop.wait())
    publishing = asyncio.create_task(_published(app, part))
    try:
        await asyncio.sleep(0)  # a port in use shows at the first step
        if ready is not None and not serving.done():
            ready()
        await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if serving.done():
            serving.result()
    finally:
        await _wind_down(app, serving, stopping, publishing)


async def _served(app: App, part: Part) -> None:
    """Be there for whoever comes from outside, until cancelled."""
    if Part.ANSWERS in part:
        await (app.webhook or app.polling).run()
    elif app.health_port is not None:
        await answer_probes(app.health_port, app.readiness, lambda: app.runner.alive)
    else:
        await asyncio.Event().wait()


async def _published(app: App, part: Part) -> None:
    if Part.ANSWERS in part:
        await publish_menu(app.telegram, app.participants.world)


async def _wind_down(
    app: App, serving: asyncio.Task[None], *waiting: asyncio.Task[bool] | asyncio.Task[None]
) -> None:
    """Send nothing more, be given nothing more, and finish the rest, all of it side by side.

    Readiness ends first, so that a load balancer looks elsewhere before the port is closed.
    """
    app.readiness.stopping = app.intake.stopping = True
    app.deliveries.stop()
    jobs = asyncio.create_task(asyncio.to_thread(app.runner.stop, SENDING))
    if app.webhook is not None and not serving.done():
        await asyncio.sleep(app.drain)
    for task in (serving, *waiting):
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError, Exception):
            await task
    await app.intake.finish(GRACE)
    await jobs
