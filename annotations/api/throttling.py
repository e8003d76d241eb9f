"""How often one token may ask. The limit stops a loop that ran wild, not work."""

from __future__ import annotations

import time
from threading import Lock

from django.conf import settings
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

WINDOW = 60


class Counter:
    """Counts the requests of each token in the present minute, in the memory of this process.

    The cache that processes share is a table: counting there would turn every read into a write.
    """

    def __init__(self) -> None:
        self.lock = Lock()
        self.window = 0
        self.counts: dict[int, int] = {}

    def add(self, token: int, now: float) -> int:
        """Count one request and return how many there were in this minute."""
        with self.lock:
            if (window := int(now // WINDOW)) != self.window:
                self.window, self.counts = window, {}
            self.counts[token] = self.counts.get(token, 0) + 1
            return self.counts[token]


counter = Counter()


class TokenThrottle(BaseThrottle):
    """Refuse a token that has asked more often in this minute than the settings allow."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        """Count the request, and say whether it may pass."""
        limit = settings.API_REQUESTS_PER_MINUTE
        return not limit or counter.add(request.auth.pk, time.time()) <= limit

    def wait(self) -> float:
        """Return the seconds until the next minute begins."""
        return WINDOW - time.time() % WINDOW
