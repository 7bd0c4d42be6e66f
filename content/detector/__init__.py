"""The local detector of danger in what people write: rules as data, and why each one fired.

Nothing here does I/O but `rules.load`, nothing keeps or logs a text, and the time it takes grows
with the length of a text and with nothing else.
"""

from content.detector.detector import Detector, Fired, Kind, Level, Verdict, shipped

__all__ = ["Detector", "Fired", "Kind", "Level", "Verdict", "shipped"]
