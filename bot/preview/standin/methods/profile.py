"""What the bot is and says of itself: getMe, commands, name, descriptions, menu button."""

import re

from bot.preview.standin.arguments import Arguments
from bot.preview.standin.errors import bad
from bot.preview.standin.methods.desk import Desk, Method
from bot.preview.standin.model import Json
from bot.preview.standin.words import units

MOST_COMMANDS = 100
_COMMAND = re.compile(r"/?[a-z0-9_]{1,32}")
_DESCRIPTION_LIMIT = 256
_LANGUAGE = re.compile(r"[a-z]{2}|")
_SCOPES = frozenset(
    [
        "default",
        "all_private_chats",
        "all_group_chats",
        "all_chat_administrators",
        "chat",
        "chat_administrators",
        "chat_member",
    ]
)
_MENU_BUTTONS = frozenset({"default", "commands", "web_app"})


async def get_me(desk: Desk, _: Arguments) -> Json:
    """Tell who the bot is."""
    return desk.world.bot.to_api() | {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
    }


async def set_commands(desk: Desk, args: Arguments) -> bool:
    """Set the command menu of a scope and language."""
    commands = args.items("commands")
    if len(commands) > MOST_COMMANDS:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    desk.world.profile.commands[_scope(args)] = [_command(command) for command in commands]
    _tell_everybody(desk)
    return True


async def get_commands(desk: Desk, args: Arguments) -> list[Json]:
    """Give the command menu of exactly this scope and language."""
    return desk.world.profile.commands.get(_scope(args), [])


async def delete_commands(desk: Desk, args: Arguments) -> bool:
    """Take the command menu of a scope and language away."""
    desk.world.profile.commands.pop(_scope(args), None)
    _tell_everybody(desk)
    return True


def setter(field: str, limit: int) -> Method:
    """Make the method that sets one of the bot's texts in a language."""

    async def set_text(desk: Desk, args: Arguments) -> bool:
        text = args.text(field)
        if units(text) > limit:
            raise bad(f"{field.replace('_', ' ')} is too long")
        desk.world.profile.texts[field, _language(args)] = text
        _tell_everybody(desk)
        return True

    return set_text


def getter(field: str) -> Method:
    """Make the method that gives one of the bot's texts, in a language or for everybody."""

    async def get_text(desk: Desk, args: Arguments) -> Json:
        texts = desk.world.profile.texts
        fallback = texts.get((field, ""), desk.world.bot.first_name if field == "name" else "")
        return {field: texts.get((field, _language(args)), "") or fallback}

    return get_text


async def set_menu_button(desk: Desk, args: Arguments) -> bool:
    """Choose what the button beside the text field does, for a chat or for all."""
    button = args.mapping("menu_button") or {"type": "default"}
    if str(button.get("type")) not in _MENU_BUTTONS:
        raise bad("can't parse menu button: MenuButton has unsupported type")
    desk.world.profile.menu_buttons[_menu_chat(desk, args)] = button
    return True


async def get_menu_button(desk: Desk, args: Arguments) -> Json:
    """Tell what the button beside the text field does."""
    buttons = desk.world.profile.menu_buttons
    return buttons.get(_menu_chat(desk, args), buttons.get(None, {"type": "commands"}))


async def log_out(desk: Desk, _: Arguments) -> bool:
    """Log the bot out; every later call is refused."""
    desk.world.profile.logged_out = True
    return True


async def close(_desk: Desk, _: Arguments) -> bool:
    """Close the bot's instance here, which is open again at the next call."""
    return True


def scope_key(scope: Json | None) -> str:
    """Name a BotCommandScope; raises RefusalError for one that does not exist."""
    if scope is None:
        return "default"
    kind, chat_id, user_id = scope.get("type"), scope.get("chat_id"), scope.get("user_id")
    if not isinstance(kind, str) or kind not in _SCOPES:
        raise bad("can't parse BotCommandScope: Unsupported type specified")
    if kind.startswith("chat") and not isinstance(chat_id, int | str):
        raise bad("can't parse BotCommandScope: Can't find field \"chat_id\"")
    parts = [kind, chat_id if kind.startswith("chat") else None]
    parts.append(user_id if kind == "chat_member" else None)
    return ":".join(str(part) for part in parts if part is not None)


def _scope(args: Arguments) -> tuple[str, str]:
    return scope_key(args.mapping("scope")), _language(args)


def _language(args: Arguments) -> str:
    code = args.text("language_code")
    if not _LANGUAGE.fullmatch(code):
        raise bad("invalid language code specified")
    return code


def _command(raw: object) -> Json:
    match raw:
        case {"command": str(command), "description": str(description)}:
            if not _COMMAND.fullmatch(command):
                raise bad("BOT_COMMAND_INVALID")
            if not 1 <= units(description.strip()) <= _DESCRIPTION_LIMIT:
                raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
            return {"command": command.removeprefix("/"), "description": description.strip()}
        case dict():
            missing = "description" if isinstance(raw.get("command"), str) else "command"
            raise bad(f"can't parse BotCommand: Can't find field \"{missing}\"")
        case _:
            raise bad("can't parse BotCommand: expected an Object")


def _menu_chat(desk: Desk, args: Arguments) -> int | None:
    return desk.world.room_for(args["chat_id"]).chat.id if "chat_id" in args else None


def _tell_everybody(desk: Desk) -> None:
    for room in desk.world.rooms.values():
        room.touch()
    desk.bell.ring()
