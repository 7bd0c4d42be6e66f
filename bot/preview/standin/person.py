"""The people's side: what somebody with a phone can do with the bot, and what they see."""

from dataclasses import replace

from bot.preview.standin.checking import Upload
from bot.preview.standin.errors import StandInError
from bot.preview.standin.group import membership
from bot.preview.standin.history import Moment
from bot.preview.standin.methods.profile import scope_key
from bot.preview.standin.model import Button, Json, Media, Message
from bot.preview.standin.updates import Updates
from bot.preview.standin.words import TEXT_LIMIT, find_entities, units
from bot.preview.standin.world import Account, Action, Progress, Removed, Room, Tap, Toast, World

_TAPS = 8_000_000_000_000_000
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360f8cfc000000301010018dd8db00000000049454e44ae426082"
)
"""A picture of one pixel, in PNG."""


class Person:
    """Somebody in a private chat with the bot; calls return at once, the bot answers later."""

    def __init__(self, world: World, updates: Updates, account: Account) -> None:
        self._world = world
        self._updates = updates
        self._account = account

    @property
    def id(self) -> int:
        """Their user id, which is their private chat's id too."""
        return self._account.user.id

    @property
    def name(self) -> str:
        """Their first name."""
        return self._account.user.first_name

    @property
    def language(self) -> str:
        """The language code of their app; empty when it has none."""
        return self._account.user.language_code or ""

    @property
    def zone(self) -> str:
        """The IANA zone that their phone shows."""
        return self._account.zone

    @property
    def progress(self) -> Progress | None:
        """How far a recorded conversation has been lived through for them, if one is."""
        return self._account.progress

    def lives_through(self, progress: Progress | None) -> None:
        """Show how far a recorded conversation has been lived through for them."""
        self._account.progress = progress
        self.room.touch()
        self._world.bell.ring()

    def is_told(self, words: str) -> None:
        """Show them a line of this stand-in's own, to be closed; the chat's history has it not."""
        self.room.toasts.append(Toast(self._world.now(), words, alert=True, tap_id=""))
        self.room.touch()
        self._world.bell.ring()

    @property
    def history(self) -> tuple[Moment, ...]:
        """What happened in the chat, oldest first."""
        return tuple(self.room.history)

    @property
    def room(self) -> Room:
        """Their private chat."""
        return self._world.rooms[self.id]

    @property
    def messages(self) -> tuple[Message, ...]:
        """What stands in the chat now, oldest first."""
        return tuple(self.room.messages.values())

    @property
    def received(self) -> tuple[Message, ...]:
        """What stands in the chat from the bot, oldest first."""
        return tuple(message for message in self.messages if message.from_bot)

    @property
    def removed(self) -> tuple[Removed, ...]:
        """What was taken out of the chat, in the order in which it went."""
        return tuple(self.room.removed.values())

    @property
    def last(self) -> Message:
        """The last message from the bot; raises StandInError if there is none."""
        received = self.received
        if not received:
            raise StandInError("the bot has said nothing that still stands")
        return received[-1]

    @property
    def actions(self) -> tuple[Action, ...]:
        """When the bot was seen typing, or the like."""
        return tuple(self.room.actions)

    @property
    def toasts(self) -> tuple[Toast, ...]:
        """The answers to taps."""
        return tuple(self.room.toasts)

    @property
    def is_blocking(self) -> bool:
        """Whether they have blocked the bot."""
        return self._account.blocked

    @property
    def menu(self) -> tuple[tuple[str, str], ...]:
        """The command menu that they see: command without slash, description."""
        for scope in (
            scope_key({"type": "chat", "chat_id": self.id}),
            "all_private_chats",
            "default",
        ):
            for language in (self._account.user.language_code or "", ""):
                commands = self._world.profile.commands.get((scope, language))
                if commands:
                    return tuple((str(one["command"]), str(one["description"])) for one in commands)
        return ()

    def says(self, text: str, *, reply_to: Message | None = None) -> Message:
        """Write something; a command's entity is set as Telegram sets it."""
        return self._write(text=text, reply_to=reply_to)

    def sends_photo(self, caption: str = "", content: bytes = PIXEL) -> Message:
        """Send a picture."""
        stored = self._world.store(Upload("photo.png", content, "image/png"), "photos")
        return self._write(caption, Media("photo", [stored.to_api(width=1, height=1)], "photo"))

    def sends_voice(self, seconds: int = 3) -> Message:
        """Send a voice message."""
        stored = self._world.store(Upload("voice.ogg", b"OggS", "audio/ogg"), "voice")
        body = stored.to_api(duration=seconds, mime_type="audio/ogg")
        return self._write(media=Media("voice", body, "voice message"))

    def sends_sticker(self, emoji: str = "🙂") -> Message:
        """Send a sticker."""
        stored = self._world.store(Upload("sticker.webp", b"RIFF", "image/webp"), "stickers")
        kind = {"type": "regular", "is_animated": False, "is_video": False}
        body = stored.to_api(width=512, height=512, emoji=emoji, **kind)
        return self._write(media=Media("sticker", body, f"sticker {emoji}"))

    def sends_document(self, name: str = "notes.txt", content: bytes = b"notes") -> Message:
        """Send a file."""
        stored = self._world.store(Upload(name, content, "text/plain"), "documents")
        body = stored.to_api(file_name=name, mime_type="text/plain")
        return self._write(media=Media("document", body, name))

    def forwards(self, text: str, *, from_name: str = "Alex") -> Message:
        """Forward somebody else's words."""
        return self._write(text=text, forwarded_from=from_name)

    def edits(self, text: str, message: Message | None = None) -> Message:
        """Change the words of their last message, or of that one."""
        self._check_reach()
        own = [one for one in self.messages if not one.from_bot and (one.text or one.media)]
        old = self.room.messages.get(message.id) if message else next(reversed(own), None)
        if old is None or old.from_bot:
            raise StandInError("there is no message of theirs to edit")
        new = replace(
            old, text=text.strip(), entities=find_entities(text.strip()), edited=self._world.now()
        )
        self._world.change(self.room, new)
        self._updates.push("edited_message", new.to_api(), about=self.id)
        return new

    def taps(self, button: str, message: Message | None = None) -> str:
        """Tap the newest button with that label or data, or that message's; give the tap's id.

        Raises StandInError, naming the buttons in reach, if there is none.
        """
        self._check_reach()
        found, key = self._find_button(button, message)
        if key.data is None:
            raise StandInError(f"the button {button!r} tells the bot nothing: it opens or copies")
        self._world.press(self.room, found, key.label)
        return self._tap(found.to_api(), key.data)

    def taps_stale(self, data: str) -> str:
        """Tap a button of a message that is gone; Telegram then tells an inaccessible message."""
        self._check_reach()
        gone = next(
            (one.message for one in reversed(self.removed) if _has(one.message, data)), None
        )
        if gone is None:
            raise StandInError("no message with such a button has gone")
        shown = {"chat": self.room.chat.to_api(), "message_id": gone.id, "date": 0}
        self._world.press(self.room, gone, _key(gone, data).label)
        return self._tap(shown, _key(gone, data).data)

    def deletes(self, message: Message) -> None:
        """Delete a message for both sides; the bot is not told."""
        if message.id not in self.room.messages:
            raise StandInError("that message is not in the chat")
        self._world.remove(self.room, message.id, by_bot=False)

    def blocks(self) -> None:
        """Block the bot."""
        self._change_membership("member", "kicked")
        self._world.bar(self.room, blocked=True)

    def unblocks(self) -> None:
        """Let the bot write again."""
        self._world.bar(self.room, blocked=False)
        self._change_membership("kicked", "member")

    def leaves_telegram(self) -> None:
        """Delete the account; the bot is not told."""
        self._account.deactivated = True

    def _tap(self, shown: Json, data: str | None) -> str:
        tap_id = str(_TAPS + self._world.number())
        self._world.taps[tap_id] = Tap(self.id, self._world.now())
        body: Json = {
            "id": tap_id,
            "from": self._account.user.to_api(),
            "message": shown,
            "chat_instance": str(-self.id),
            "data": data,
        }
        self._updates.push("callback_query", body, about=self.id)
        return tap_id

    def _find_button(self, button: str, message: Message | None) -> tuple[Message, Button]:
        current = self.room.messages.get(message.id) if message else None
        if message is not None and current is None:
            raise StandInError("that message is not in the chat")
        reach = [current] if current else list(reversed(self.received))
        for candidate in reach:
            if _has(candidate, button):
                return candidate, _key(candidate, button)
        labels = [one.label for candidate in reach[:3] for one in candidate.buttons]
        raise StandInError(f"there is no button {button!r}; in reach are {labels}")

    def _write(
        self,
        text: str = "",
        media: Media | None = None,
        *,
        reply_to: Message | None = None,
        forwarded_from: str | None = None,
    ) -> Message:
        self._check_reach()
        words = text.strip()
        if units(words) > TEXT_LIMIT or not (words or media):
            raise StandInError(f"a message has 1 to {TEXT_LIMIT} characters")
        self._account.has_written = True
        message = Message(
            id=0,
            chat=self.room.chat,
            sender=self._account.user,
            date=self._world.now(),
            text=words,
            entities=find_entities(words),
            media=media,
            reply_to=reply_to,
            forwarded_from=forwarded_from,
        )
        sent = self._world.add(self.room, message)
        self._updates.push("message", sent.to_api(), about=self.id)
        return sent

    def _check_reach(self) -> None:
        if self._account.blocked or self._account.deactivated:
            raise StandInError("they have blocked the bot or deleted their account")

    def _change_membership(self, old: str, new: str) -> None:
        body = membership(self._world, self.room, self._account.user.to_api(), old, new)
        self._updates.push("my_chat_member", body, about=self.id)


def _has(message: Message, button: str) -> bool:
    return any(button in (one.label, one.data) for one in message.buttons)


def _key(message: Message, button: str) -> Button:
    labelled = [one for one in message.buttons if one.label == button]
    return labelled[0] if labelled else next(one for one in message.buttons if one.data == button)
