"""The base of every error that the bot raises on purpose."""


class BotError(Exception):
    """What an operator can mend: each line names it, says what is expected and what to do.

    Never carries a secret, a chat id or a word that a person wrote, so it may be printed as it is.
    """
