"""Where jobs run: as tasks of the bot's own event loop, while APScheduler's thread goes on."""

import asyncio
from concurrent.futures import Future, wait
from datetime import datetime
from traceback import format_tb

import structlog
from apscheduler.executors.base import BaseExecutor
from apscheduler.job import Job

_log = structlog.get_logger()
_UNWIND = 2.0  # seconds that a cancelled job has to let go of what it holds


class LoopExecutor(BaseExecutor):  # type: ignore[misc]  # APScheduler ships no types
    """Run each job's coroutine on one loop; an error in it is logged, and its next tick comes."""

    def __init__(self) -> None:
        super().__init__()
        self.loop: asyncio.AbstractEventLoop | None = None
        self._futures: set[Future[None]] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    def busy(self) -> frozenset[str]:
        """Name the jobs whose instance runs, or is about to, in this process. Any thread."""
        with self._lock:
            return frozenset(name for name, count in self._instances.items() if count > 0)

    def on_its_loop(self) -> bool:
        """Tell whether the caller stands on the loop that runs the jobs."""
        try:
            return asyncio.get_running_loop() is self.loop
        except RuntimeError:
            return False

    def drain(self, seconds: float) -> int:
        """Wait for what runs, then cancel the rest; tell how many. In a thread off the loop."""
        wait(tuple(self._futures), timeout=seconds)
        if not self._futures or self.loop is None or self.loop.is_closed():
            return 0
        return asyncio.run_coroutine_threadsafe(self._cancel(), self.loop).result(_UNWIND + 1)

    async def _cancel(self) -> int:
        late = tuple(self._tasks)
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late, timeout=_UNWIND)
        return len(late)

    def _do_submit_job(self, job: Job, run_times: list[datetime]) -> None:
        del run_times  # coalesced: one run, however many were due
        if self.loop is None or self.loop.is_closed():
            raise RuntimeError("the event loop of the jobs is gone")
        future = asyncio.run_coroutine_threadsafe(self._run(job), self.loop)
        self._futures.add(future)
        future.add_done_callback(lambda done: self._finished(job.id, done))

    def _finished(self, name: str, future: Future[None]) -> None:
        self._futures.discard(future)
        self._run_job_success(name, [])

    async def _run(self, job: Job) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        try:
            await job.func()
        except Exception as error:  # noqa: BLE001 - whatever a job raises, its next tick comes
            _log.error("job failed", job=job.id, why=_described(error))


def _described(error: BaseException) -> str:
    """Tell the types of an error and its causes, and the lines that raised them: no values."""
    told: list[str] = []
    seen: set[int] = set()
    following: BaseException | None = error
    while following is not None and id(following) not in seen:
        seen.add(id(following))
        lines = "".join(format_tb(following.__traceback__))
        told.append(f"{type(following).__qualname__}\n{lines}")
        following = following.__cause__ or following.__context__
    return "caused by ".join(told)
