"""getChat and leaveChat."""

from bot.preview.standin.arguments import Arguments
from bot.preview.standin.errors import bad
from bot.preview.standin.methods.desk import Desk
from bot.preview.standin.model import Json

_ACCEPTED_GIFTS = (
    "unlimited_gifts",
    "limited_gifts",
    "unique_gifts",
    "premium_subscription",
    "gifts_from_channels",
)


async def get_chat(desk: Desk, args: Arguments) -> Json:
    """Describe a chat."""
    room = desk.world.room_for(args["chat_id"])
    return room.chat.to_api() | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(_ACCEPTED_GIFTS, False),
    }


async def leave_chat(desk: Desk, args: Arguments) -> bool:
    """Leave a group."""
    room = desk.world.open_room(args["chat_id"])
    if room.chat.is_private:
        raise bad("chat member status can't be changed in private chats")
    room.left_by_bot = True
    room.touch()
    desk.bell.ring()
    return True
