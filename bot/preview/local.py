"""What a bot that talks to the stand-in alone is run with."""

from scheduler.store.keys import MasterKey

TOKEN = "1234567890:preview-token-that-no-server-knows"  # noqa: S105 - opens nothing but the stand-in
KEY = MasterKey(bytes(range(32)))
"""Made up on purpose: a preview keeps nothing that has to stay secret."""
FAST = 1000
"""Messages a second: nobody's limits have to be kept here."""
