"""The conversations, one module each; importing this package registers them all."""

from scheduler.core.flows import (
    care,
    checkin,
    days,
    happened,
    incident,
    leaving,
    onboarding,
    pausing,
    promises,
    reviews,
    safety,
    settings,
    stray,
    talk,
    views,
)

__all__ = [
    "care",
    "checkin",
    "days",
    "happened",
    "incident",
    "leaving",
    "onboarding",
    "pausing",
    "promises",
    "reviews",
    "safety",
    "settings",
    "stray",
    "talk",
    "views",
]
