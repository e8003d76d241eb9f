"""A line in which threads wait for one thing: who came first is next."""

from __future__ import annotations

from collections import deque
from threading import Event, Lock


class Line:
    """What one thread has at a time. ``threading.Lock`` gives it to anybody, and a busy one may take it for ever."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._taken = False
        self._waiting: deque[Event] = deque()

    def enter(self, timeout: float) -> bool:
        """Wait for one's turn, at most so many seconds; return whether it came."""
        with self._lock:
            if not self._taken:
                self._taken = True
                return True
            turn = Event()
            self._waiting.append(turn)
        if turn.wait(timeout):
            return True
        with self._lock:
            if turn.is_set():
                # It came between the end of the waiting and this line.
                return True
            self._waiting.remove(turn)
            return False

    def leave(self) -> None:
        """Let the next one in."""
        with self._lock:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._taken = False
