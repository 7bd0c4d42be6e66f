"""Which function answers which method."""

from collections.abc import Mapping

from bot.preview.standin.methods import chats, editing, profile, sending, ways
from bot.preview.standin.methods.desk import Method

TABLE: Mapping[str, Method] = {
    "getMe": profile.get_me,
    "setMyCommands": profile.set_commands,
    "getMyCommands": profile.get_commands,
    "deleteMyCommands": profile.delete_commands,
    "setMyName": profile.setter("name", 64),
    "getMyName": profile.getter("name"),
    "setMyDescription": profile.setter("description", 512),
    "getMyDescription": profile.getter("description"),
    "setMyShortDescription": profile.setter("short_description", 120),
    "getMyShortDescription": profile.getter("short_description"),
    "setChatMenuButton": profile.set_menu_button,
    "getChatMenuButton": profile.get_menu_button,
    "logOut": profile.log_out,
    "close": profile.close,
    "getUpdates": ways.get_updates,
    "setWebhook": ways.set_webhook,
    "deleteWebhook": ways.delete_webhook,
    "getWebhookInfo": ways.get_webhook_info,
    "sendMessage": sending.send_message,
    "sendPhoto": sending.send_photo,
    "sendDocument": sending.send_document,
    "sendChatAction": sending.send_chat_action,
    "getFile": sending.get_file,
    "editMessageText": editing.edit_text,
    "editMessageCaption": editing.edit_caption,
    "editMessageReplyMarkup": editing.edit_reply_markup,
    "deleteMessage": editing.delete_message,
    "deleteMessages": editing.delete_messages,
    "answerCallbackQuery": editing.answer_callback_query,
    "getChat": chats.get_chat,
    "leaveChat": chats.leave_chat,
}
