"""An event loop of `asyncio` over work that the host does.

A component has no clock that runs and no sockets, so the loops of the standard
library do not work there. This one sleeps where the host wakes it: in
`wait_any`, over all the work that its tasks await.
"""

import asyncio
import heapq
import math
from collections import deque
from collections.abc import Awaitable, Callable
from contextvars import Context
from typing import Any, TypeVar

from .host import Handle, current

T = TypeVar("T")

#: Seconds that are waited at least before the loop looks at its timers again.
#: The contract does not tell how long work took that ended, so a timer is
#: approached in steps; the first steps are a sixteenth of the way, so that a
#: timer of half a minute takes a hundred steps and not three thousand.
STEP = 0.01
PART = 16


class Loop:
    """Lives as long as one call of the skill. It has what tasks, futures, `gather`,
    `wait_for` and `TaskGroup` ask of a loop, and nothing of files and processes."""

    def __init__(self) -> None:
        self._ready: deque[asyncio.Handle] = deque()
        self._timers: list[tuple[float, int, asyncio.TimerHandle]] = []
        self._timer_count = 0
        self._time = 0.0
        self._work: dict[asyncio.Future[None], Handle] = {}
        self._tasks: set[asyncio.Task[Any]] = set()

    def run_until_complete(self, work: Any) -> Any:
        """Runs the coroutine, and whatever it starts, to its end."""
        before = asyncio._get_running_loop()
        asyncio._set_running_loop(self._as_loop())
        try:
            task = self.create_task(work)
            while True:
                self._run_ready()
                if task.done():
                    return task.result()
                self._wait()
        finally:
            self._break_off()
            asyncio._set_running_loop(before)

    def _as_loop(self) -> Any:
        # What is typed as a whole loop is only ever asked for what is here.
        return self

    def watch(self, handle: Handle) -> "asyncio.Future[None]":
        """Done when the work is."""
        future = self.create_future()
        self._work[future] = handle
        return future

    def unwatch(self, future: "asyncio.Future[None]") -> None:
        """Nobody waits for it any more."""
        self._work.pop(future, None)

    def _break_off(self) -> None:
        """What still runs is cancelled, as `asyncio.run` does it; whatever it awaits
        then is not waited for."""
        for task in self._tasks:
            task.cancel()
        self._run_ready()

    def _run_ready(self) -> None:
        while self._ready:
            handle = self._ready.popleft()
            if not handle.cancelled():
                handle._run()

    def _wait(self) -> None:
        while self._timers and self._timers[0][2].cancelled():
            heapq.heappop(self._timers)
        if not self._work:
            if not self._timers:
                raise RuntimeError("the skill awaits something that never happens")
            # Nothing else goes on meanwhile, so nobody is kept waiting.
            self._time = self._timers[0][0]
        elif self._timers:
            left = self._timers[0][0] - self._time
            step = math.ceil(min(left, max(STEP, left / PART)) * 1000)
            if not self._settle(step):
                self._time += step / 1000
        else:
            self._settle(None)
        while self._timers and self._timers[0][0] <= self._time:
            self._ready.append(heapq.heappop(self._timers)[2])

    def _settle(self, timeout_ms: int | None) -> bool:
        futures = list(self._work)
        handles = [self._work[future] for future in futures]
        ended = current().wait_any(handles, timeout_ms)
        for position in ended:
            future = futures[position]
            self.unwatch(future)
            if not future.done():
                future.set_result(None)
        return bool(ended)

    def time(self) -> float:
        """Seconds that were waited since the call began."""
        return self._time

    def get_debug(self) -> bool:
        """Debugging would need what is not there."""
        return False

    def is_running(self) -> bool:
        """It exists only while it runs."""
        return True

    def is_closed(self) -> bool:
        """It is never closed."""
        return False

    def create_future(self) -> "asyncio.Future[Any]":
        """A future of this loop."""
        return asyncio.Future(loop=self._as_loop())

    def create_task(self, coro: Any, **settings: Any) -> "asyncio.Task[Any]":
        """A task of this loop; of anything that can be awaited, so that a
        `TaskGroup` takes what capabilities return."""
        if not asyncio.iscoroutine(coro):
            coro = _awaited(coro)
        task = asyncio.Task(coro, loop=self._as_loop(), **settings)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def call_soon(
        self, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.Handle:
        """Calls back as soon as it can."""
        handle = asyncio.Handle(callback, args, self._as_loop(), context)
        self._ready.append(handle)
        return handle

    def call_later(
        self,
        delay: float,
        callback: Callable[..., object],
        *args: Any,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        """Calls back after so many seconds."""
        return self.call_at(self._time + delay, callback, *args, context=context)

    def call_at(
        self,
        when: float,
        callback: Callable[..., object],
        *args: Any,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        """Calls back at this time."""
        handle = asyncio.TimerHandle(when, callback, args, self._as_loop(), context)
        self._timer_count += 1
        heapq.heappush(self._timers, (when, self._timer_count, handle))
        return handle

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        """Cancelled timers are passed over when their time comes."""

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        """Nobody asked for the result of a task that failed; the operator may
        want to know."""
        why = context.get("exception") or context.get("message")
        current().write("warn", f"a task that nobody awaited failed: {why!r}")


async def _awaited(work: Any) -> Any:
    return await work


def run(work: Awaitable[T]) -> T:
    """What comes of it."""
    result: T = Loop().run_until_complete(work)
    return result
