"""The local preview: a stand-in for Telegram's Bot API, and a chat page in the browser."""
