"""The parts of the store, on the tests' Valkey."""

import pytest
from redis.asyncio import Redis

from scheduler.store.agenda import Agenda
from scheduler.store.inbox import Inbox
from scheduler.store.keys import Keyring, MasterKey
from scheduler.store.names import ParticipantId
from scheduler.store.store import Store


@pytest.fixture
def master() -> MasterKey:
    return MasterKey(b"m" * 32)


@pytest.fixture
async def keyring(redis: Redis, master: MasterKey) -> Keyring:
    return await Keyring.open(redis, master)


@pytest.fixture
def store(redis: Redis, keyring: Keyring) -> Store:
    return Store(redis, keyring)


@pytest.fixture
def inbox(redis: Redis, keyring: Keyring) -> Inbox:
    return Inbox(redis, keyring)


@pytest.fixture
def agenda(redis: Redis) -> Agenda:
    return Agenda(redis)


@pytest.fixture
def ada(store: Store) -> ParticipantId:
    return store.pid_of(4711)


@pytest.fixture
def ben(store: Store) -> ParticipantId:
    return store.pid_of(4712)
