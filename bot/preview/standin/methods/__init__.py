"""The Bot API's methods, each a function of the desk and the call's arguments."""

from bot.preview.standin.methods.desk import Desk, Method
from bot.preview.standin.methods.table import TABLE

__all__ = ["TABLE", "Desk", "Method"]
