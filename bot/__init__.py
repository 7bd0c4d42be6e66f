"""How the program reaches a person: Telegram, settings, the command line, the local preview."""

__version__ = "0.1.0"
