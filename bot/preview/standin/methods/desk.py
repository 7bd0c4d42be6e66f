"""What every method works with."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeAlias

from bot.preview.standin.arguments import Arguments
from bot.preview.standin.bell import Bell
from bot.preview.standin.updates import Updates
from bot.preview.standin.webhook import Webhook
from bot.preview.standin.world import World


@dataclass(frozen=True, slots=True)
class Desk:
    """The parts of the stand-in that calls act upon."""

    world: World
    updates: Updates
    webhook: Webhook
    bell: Bell


Method: TypeAlias = Callable[[Desk, Arguments], Awaitable[object]]
