"""The local detector of danger in what people write: rules as data, and why each one fired.

Nothing here keeps or logs a text, and the time it takes grows with a text's length and with
nothing else. Which rule fired on which words is for whoever tries the rules out; the bot takes
level and kind.
"""

from content.detector.detector import Detector, Detectors, Fired, Verdict, load, shipped
from content.detector.rules import Kind, Level

__all__ = ["Detector", "Detectors", "Fired", "Kind", "Level", "Verdict", "load", "shipped"]
