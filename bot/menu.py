"""What Telegram shows around the chat: the command menu and the bot's description."""

from bot.telegram_api import Telegram
from content.render import label
from content.schema import Words
from scheduler.core.world import World

MENU = (
    "today", "next", "happened", "steps", "checkin", "reflect", "promise", "journal", "progress",
    "schedule", "settings", "snooze", "pause", "resume", "help", "support", "x", "export",
    "delete", "privacy", "about", "back", "skip",
    "step1", "step2", "step3", "step4", "step5", "start",
)  # fmt: skip
"""Commands in the order of the menu: what is used most stands first."""
TELLING = ("promise", "support", "happened", "steps", "step1", "step2", "step3", "step4", "step5")
"""Commands whose names say too much; discreet menus leave them out. They work all the same."""


async def publish_menu(telegram: Telegram, world: World) -> None:
    """Set menu and descriptions in every language there is; English is the default."""
    for language, words in world.program.words.items():
        code = None if language == "en" else language.partition("-")[0]  # ISO 639-1 alone
        await telegram.menu([(name, _described(words, name)) for name in MENU], code)
        await telegram.describe(
            label(words, "bot_description", {}), label(words, "bot_short_description", {}), code
        )


def _described(words: Words, name: str) -> str:
    return label(words, f"command.{name}", {})


async def publish_chat_menu(
    telegram: Telegram, words: Words, chat: int, *, neutral: bool, own: bool = False
) -> None:
    """Give one chat a menu of neutral entries, or let it fall back to the ordinary one.

    `own` says that they chose another language than their app's: then they get the menu in that.
    """
    if not neutral:
        entries = [(name, _described(words, name)) for name in MENU]
        await telegram.chat_menu(chat, entries if own else None)
        return
    shown = [name for name in MENU if name not in TELLING]
    entries = [(name, label(words, f"command_discreet.{name}", {})) for name in shown]
    await telegram.chat_menu(chat, entries)
