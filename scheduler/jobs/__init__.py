"""The ticking of the scheduler: APScheduler jobs kept in Redis, shared by several processes."""

from scheduler.jobs.runner import JobRunner
from scheduler.jobs.store import JobRedis, SafeRedisJobStore, quick_options

__all__ = ["JobRedis", "JobRunner", "SafeRedisJobStore", "quick_options"]
