"""A group with the bot in it, and how Telegram tells a bot that its place in a chat changed."""

from collections.abc import Mapping

from bot.preview.standin.errors import StandInError
from bot.preview.standin.model import Json, Message, unix
from bot.preview.standin.updates import Updates
from bot.preview.standin.words import find_entities
from bot.preview.standin.world import Room, World


class Group:
    """A group with the bot in it, which it is expected to leave."""

    def __init__(self, world: World, updates: Updates, room: Room) -> None:
        self._world = world
        self._updates = updates
        self.room = room
        self._somebody = world.add_person("Robin", "en").user
        body = membership(world, room, self._somebody.to_api(), "left", "member")
        updates.push("my_chat_member", body, about=room.chat.id)

    @property
    def id(self) -> int:
        """The group's chat id, below zero."""
        return self.room.chat.id

    @property
    def messages(self) -> tuple[Message, ...]:
        """What stands in the group, oldest first."""
        return tuple(self.room.messages.values())

    @property
    def bot_has_left(self) -> bool:
        """Whether the bot left."""
        return self.room.left_by_bot

    def says(self, text: str) -> Message:
        """Let a member write something."""
        if self.room.left_by_bot:
            raise StandInError("the bot has left and hears nothing")
        message = Message(
            id=0,
            chat=self.room.chat,
            sender=self._somebody,
            date=self._world.now(),
            text=text,
            entities=find_entities(text),
        )
        sent = self._world.add(self.room, message)
        self._updates.push("message", sent.to_api(), about=self.id)
        return sent


def membership(world: World, room: Room, who: Mapping[str, object], old: str, new: str) -> Json:
    """Give Telegram's ChatMemberUpdated about the bot itself."""
    return {
        "chat": room.chat.to_api(),
        "from": who,
        "date": unix(world.now()),
        "old_chat_member": _member(world, old),
        "new_chat_member": _member(world, new),
    }


def _member(world: World, status: str) -> Json:
    until = {"until_date": 0} if status == "kicked" else {}
    return {"user": world.bot.to_api(), "status": status, **until}
