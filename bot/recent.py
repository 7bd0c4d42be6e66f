"""A memory for the latest few of many things."""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

T = TypeVar("T", bound=Hashable)


class Recent(Generic[T]):
    """Remembers the latest `most` of what was added; lost with the process."""

    def __init__(self, most: int = 10_000) -> None:
        self._most = most
        self._held: OrderedDict[T, None] = OrderedDict()

    def add(self, one: T) -> bool:
        """Remember one; False when it is remembered already."""
        if one in self._held:
            return False
        self._held[one] = None
        if len(self._held) > self._most:
            self._held.popitem(last=False)
        return True

    def discard(self, one: T) -> bool:
        """Forget one; tell whether it was remembered."""
        return self._held.pop(one, one) is None

    def __contains__(self, one: T) -> bool:
        return one in self._held
