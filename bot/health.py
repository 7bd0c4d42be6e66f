"""`python -m bot health`: is the process on this machine alive? For containers and monitors."""

import http.client
from collections.abc import Callable

from bot.settings import Settings

PATIENCE = 5.0
"""Seconds that an answer may take."""
NO = 1


def health(settings: Settings, *, ready: bool, tell: Callable[[str], None]) -> int:
    """Ask; tell what was answered, and give the exit status: 0 yes, 1 no.

    A scheduler is asked on HEALTH_PORT, a web process on PORT. `ready`: whether it may be given
    work; without, a process whose store is away is healthy, as starting it again would help nobody.
    """
    port = settings.health_port or settings.port
    asked = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        asked.request("GET", "/ready" if ready else "/health")
        answer = asked.getresponse()
        told = answer.read(200).decode(errors="replace")
    except (OSError, http.client.HTTPException) as error:
        tell(f"Nobody answers on port {port} ({type(error).__name__})")
        return NO
    finally:
        asked.close()
    tell(told)
    return 0 if answer.status == http.client.OK else NO
