"""A chat as JSON for a page: what changed in it, and all that is small."""

from collections.abc import Iterable

from bot.preview.standin.model import Json, Message, present
from bot.preview.standin.person import Person


def listed(person: Person) -> Json:
    """Describe somebody for a list of people."""
    return {
        "id": person.id,
        "name": person.name,
        "language": person.language,
        "zone": person.zone,
    }


def tabs(people: Iterable[Person]) -> list[Json]:
    """Describe everybody, with the newest message of the bot (0 for none), to show what is new."""
    newest = [
        (one, next((m.id for m in reversed(one.messages) if m.from_bot), 0)) for one in people
    ]
    return [{**listed(one), "unread_at": message_id} for one, message_id in newest]


def chat_since(person: Person, after: int) -> Json:
    """Describe what of a chat changed after that revision, and all that is small."""
    room = person.room
    changed = [number for number, revision in room.changed.items() if revision > after]
    return {
        "revision": room.revision,
        "messages": [
            _shown(room.messages[number]) for number in sorted(changed) if number in room.messages
        ],
        "removed": [number for number in changed if number in room.removed],
        "actions": [present(at=one.at, action=one.action) for one in room.actions[-5:]],
        "toasts": [
            present(at=one.at, text=one.text, alert=one.alert, tap_id=one.tap_id)
            for one in room.toasts[-5:]
        ],
        "menu": [{"command": name, "description": said} for name, said in person.menu],
        "blocked": person.is_blocking,
        "keyboard": _keys(person),
        "replay": person.progress,
    }


def _shown(message: Message) -> Json:
    return present(
        id=message.id,
        from_bot=message.from_bot,
        date=message.date,
        edited=message.edited,
        text=message.text,
        entities=[entity.to_api() for entity in message.entities],
        rows=[[button.to_api() for button in row] for row in message.rows],
        silent=message.silent,
        media=_media_shown(message),
        forwarded_from=message.forwarded_from,
        reply_to=message.reply_to.id if message.reply_to else None,
    )


def _keys(person: Person) -> Json | None:
    keys = person.room.keys
    if keys is None:
        return None
    shown = {"rows": keys.rows, "one_time": keys.one_time}
    return {**shown, "placeholder": keys.placeholder} if keys.placeholder else shown


def _media_shown(message: Message) -> Json | None:
    if message.media is None:
        return None
    body = message.media.body
    file = body[0] if isinstance(body, list) else body
    file_id = file.get("file_id") if isinstance(file, dict) else None
    spoiler = message.extra.get("has_media_spoiler")
    return present(
        kind=message.media.kind, seen_as=message.media.seen_as, file_id=file_id, spoiler=spoiler
    )
