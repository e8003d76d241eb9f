"""Many at once: acts of several people in threads of their own, each with its own connection."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from threading import Barrier
from typing import Any

from django.db import connections, transaction

WORKERS = 8
# Long enough for the other one to come to the lock; who comes later finds the same.
HELD = 0.5


def together(act: Callable[[int], Any], workers: int = WORKERS) -> list[Any]:
    """Call ``act`` in many threads at the same moment; return what each gave or raised."""
    barrier = Barrier(workers)

    def run(number: int) -> Any:
        barrier.wait()
        return outcome(lambda: act(number))

    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(run, range(workers)))


def outcome(act: Callable[[], Any]) -> Any:
    """Return what ``act`` gives or raises, and close the connections of its thread."""
    try:
        return act()
    except Exception as error:
        return error
    finally:
        connections.close_all()


@contextmanager
def before_commit(other: Callable[[], Any]) -> Iterator[Future[Any]]:
    """Do the block in a transaction that ends only when ``other`` has begun in another thread."""
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            yield (found := Future())
            asked = pool.submit(outcome, other)
            wait([asked], timeout=HELD)
        found.set_result(asked.result())
