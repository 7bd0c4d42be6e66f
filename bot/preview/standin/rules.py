"""The rules table: which parameters each method takes, of which type, and which must be there.

Source: the Bot API 10.1 of 11 June 2026; a test holds the table against its machine-readable form.
Written as `name: Type|Type`, with a `*` behind the name of a required parameter.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a method, with the types that Telegram takes for it."""

    name: str
    types: tuple[str, ...]
    required: bool


def _read(line: str) -> Parameter:
    name, _, types = line.partition(": ")
    return Parameter(name.removesuffix("*"), tuple(types.split("|")), name.endswith("*"))


def _method(*lines: str) -> tuple[Parameter, ...]:
    return tuple(map(_read, lines))


METHODS: Mapping[str, tuple[Parameter, ...]] = {
    "getMe": (),
    "setMyCommands": _method(
        "commands*: Array of BotCommand",
        "scope: BotCommandScope",
        "language_code: String",
    ),
    "getMyCommands": _method(
        "scope: BotCommandScope",
        "language_code: String",
    ),
    "deleteMyCommands": _method(
        "scope: BotCommandScope",
        "language_code: String",
    ),
    "setMyName": _method(
        "name: String",
        "language_code: String",
    ),
    "getMyName": _method(
        "language_code: String",
    ),
    "setMyDescription": _method(
        "description: String",
        "language_code: String",
    ),
    "getMyDescription": _method(
        "language_code: String",
    ),
    "setMyShortDescription": _method(
        "short_description: String",
        "language_code: String",
    ),
    "getMyShortDescription": _method(
        "language_code: String",
    ),
    "setChatMenuButton": _method(
        "chat_id: Integer",
        "menu_button: MenuButton",
    ),
    "getChatMenuButton": _method(
        "chat_id: Integer",
    ),
    "logOut": (),
    "close": (),
    "getUpdates": _method(
        "offset: Integer",
        "limit: Integer",
        "timeout: Integer",
        "allowed_updates: Array of String",
    ),
    "setWebhook": _method(
        "url*: String",
        "certificate: InputFile",
        "ip_address: String",
        "max_connections: Integer",
        "allowed_updates: Array of String",
        "drop_pending_updates: Boolean",
        "secret_token: String",
    ),
    "deleteWebhook": _method(
        "drop_pending_updates: Boolean",
    ),
    "getWebhookInfo": (),
    "sendMessage": _method(
        "business_connection_id: String",
        "chat_id*: Integer|String",
        "message_thread_id: Integer",
        "direct_messages_topic_id: Integer",
        "text*: String",
        "parse_mode: String",
        "entities: Array of MessageEntity",
        "link_preview_options: LinkPreviewOptions",
        "disable_notification: Boolean",
        "protect_content: Boolean",
        "allow_paid_broadcast: Boolean",
        "message_effect_id: String",
        "suggested_post_parameters: SuggestedPostParameters",
        "reply_parameters: ReplyParameters",
        "reply_markup: InlineKeyboardMarkup|ReplyKeyboardMarkup|ReplyKeyboardRemove|ForceReply",
    ),
    "sendPhoto": _method(
        "business_connection_id: String",
        "chat_id*: Integer|String",
        "message_thread_id: Integer",
        "direct_messages_topic_id: Integer",
        "photo*: InputFile|String",
        "caption: String",
        "parse_mode: String",
        "caption_entities: Array of MessageEntity",
        "show_caption_above_media: Boolean",
        "has_spoiler: Boolean",
        "disable_notification: Boolean",
        "protect_content: Boolean",
        "allow_paid_broadcast: Boolean",
        "message_effect_id: String",
        "suggested_post_parameters: SuggestedPostParameters",
        "reply_parameters: ReplyParameters",
        "reply_markup: InlineKeyboardMarkup|ReplyKeyboardMarkup|ReplyKeyboardRemove|ForceReply",
    ),
    "sendDocument": _method(
        "business_connection_id: String",
        "chat_id*: Integer|String",
        "message_thread_id: Integer",
        "direct_messages_topic_id: Integer",
        "document*: InputFile|String",
        "thumbnail: InputFile|String",
        "caption: String",
        "parse_mode: String",
        "caption_entities: Array of MessageEntity",
        "disable_content_type_detection: Boolean",
        "disable_notification: Boolean",
        "protect_content: Boolean",
        "allow_paid_broadcast: Boolean",
        "message_effect_id: String",
        "suggested_post_parameters: SuggestedPostParameters",
        "reply_parameters: ReplyParameters",
        "reply_markup: InlineKeyboardMarkup|ReplyKeyboardMarkup|ReplyKeyboardRemove|ForceReply",
    ),
    "editMessageText": _method(
        "business_connection_id: String",
        "chat_id: Integer|String",
        "message_id: Integer",
        "inline_message_id: String",
        "text: String",
        "parse_mode: String",
        "entities: Array of MessageEntity",
        "link_preview_options: LinkPreviewOptions",
        "rich_message: InputRichMessage",
        "reply_markup: InlineKeyboardMarkup",
    ),
    "editMessageCaption": _method(
        "business_connection_id: String",
        "chat_id: Integer|String",
        "message_id: Integer",
        "inline_message_id: String",
        "caption: String",
        "parse_mode: String",
        "caption_entities: Array of MessageEntity",
        "show_caption_above_media: Boolean",
        "reply_markup: InlineKeyboardMarkup",
    ),
    "editMessageReplyMarkup": _method(
        "business_connection_id: String",
        "chat_id: Integer|String",
        "message_id: Integer",
        "inline_message_id: String",
        "reply_markup: InlineKeyboardMarkup",
    ),
    "deleteMessage": _method(
        "chat_id*: Integer|String",
        "message_id*: Integer",
    ),
    "deleteMessages": _method(
        "chat_id*: Integer|String",
        "message_ids*: Array of Integer",
    ),
    "sendChatAction": _method(
        "business_connection_id: String",
        "chat_id*: Integer|String",
        "message_thread_id: Integer",
        "action*: String",
    ),
    "answerCallbackQuery": _method(
        "callback_query_id*: String",
        "text: String",
        "show_alert: Boolean",
        "url: String",
        "cache_time: Integer",
    ),
    "getChat": _method(
        "chat_id*: Integer|String",
    ),
    "leaveChat": _method(
        "chat_id*: Integer|String",
    ),
    "getFile": _method(
        "file_id*: String",
    ),
}
"""Every method that the stand-in answers, by its name as the documentation writes it."""
