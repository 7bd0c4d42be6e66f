"""What may be told of the goings-on: numbers about everybody together, never about somebody.

The scheduler and the bot tell; whoever runs the process decides whether anybody keeps count
(`bot/figures.py` does). No method takes a person, a chat or a word, so that none can get out.
"""

from scheduler.store.names import Kind


class Meters:
    """Told of everything that is counted or timed, and keeps nothing: the figures are off.

    Times are seconds. Called in the middle of the work, so each call is short and never raises.
    """

    def arrived(self, kind: str) -> None:
        """Note that an update came in, of a kind in `bot.arrivals.KINDS`."""

    def came_again(self) -> None:
        """Note that an update came that was handled before."""

    def answered(self, seconds: float) -> None:
        """Note how long an update took, from its receipt until it was answered."""

    def called(self, result: str) -> None:
        """Note how a call to Telegram ended: `ok`, or why it was refused."""

    def flooded(self) -> None:
        """Note that Telegram told us to wait (429)."""

    def due(self, kind: Kind) -> None:
        """Note that a scheduled message is about to leave."""

    def sent(self, kind: Kind, receipt: str, late: float) -> None:
        """Note what became of a scheduled message, so long after it was due."""

    def sent_again(self, kind: Kind) -> None:
        """Note that a message is begun another time: nobody noted what became of it before."""

    def waited(self, lane: str, seconds: float) -> None:
        """Note how long a message waited for its turn."""

    def stored(self, operation: str, seconds: float, *, failed: bool) -> None:
        """Note how long the store took for an operation, and whether it was out of reach."""
