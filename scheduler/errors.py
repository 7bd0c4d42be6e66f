"""The errors of the scheduler. Expected outcomes are values; these are the unexpected ones."""


class SchedulerError(Exception):
    """Base of every error that the scheduler raises on purpose; carries no words of a person."""


class StoreUnavailable(SchedulerError):  # noqa: N818 - a state, not a mistake
    """Redis can't be reached, or can't take writes now; trying again later is safe."""


class NewerState(StoreUnavailable):
    """A newer release wrote this, and this one can't read it; a process of that one can."""


class WrongMasterKey(SchedulerError):  # noqa: N818 - says what is wrong already
    """The store was made with another master key; nothing was read or changed."""


class SealBroken(SchedulerError):  # noqa: N818 - says what is wrong already
    """A record doesn't open: wrong key, altered bytes, or the record of somebody else."""
