"""``kill -9`` of a working server: what it said was saved is saved, once, and nothing is half written."""

from __future__ import annotations

import json
import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread

import pytest

from tests.killing import Writer, free_port, killed, own_database, rows, run, started

ROUNDS = 25
PEOPLE = 4
LINES = 6_000

pytestmark = [pytest.mark.slow, pytest.mark.data]


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A database of its own: a file, or a database beside that of the other tests."""
    with own_database(tmp_path, os.environ.get("DATABASE_URL", ""), "kill") as found:
        yield found


def test_nothing_that_was_acknowledged_is_lost(environment: dict[str, str], request: pytest.FixtureRequest) -> None:
    # pytest prints this seed above its first line.
    chance = random.Random(request.config.getoption("randomly_seed"))  # noqa: S311
    port = free_port()
    made = json.loads(run(environment, "-m", "tests.kill_desk", str(PEOPLE), str(LINES)))
    writers = [Writer(number, PEOPLE, port, **one) for number, one in enumerate(made)]
    cut_off = 0
    for _round in range(ROUNDS):
        server = started(environment, port)
        stop = Event()
        threads = [Thread(target=writer.work, args=[stop]) for writer in writers]
        try:
            for writer in writers:
                writer.ask_again()
            for thread in threads:
                thread.start()
            time.sleep(chance.uniform(0.05, 0.5))
        finally:
            killed(server)
            stop.set()
            for thread in threads:
                if thread.ident:
                    thread.join(timeout=30)
        cut_off += sum(len(writer.unknown) for writer in writers)
    server = started(environment, port)
    try:
        for writer in writers:
            writer.ask_again()
    finally:
        killed(server)

    assert [writer.refused for writer in writers if writer.refused] == []
    saved = {key: quote for writer in writers for key, quote in writer.saved.items()}
    assert cut_off, "no kill met a save"
    assert len(saved) > ROUNDS
    made_quotes = (
        "SELECT gesture, subject_key FROM annotations_change WHERE action = 'create' AND subject_kind = 'quote'"
    )
    history = rows(environment, made_quotes)
    assert [key for key, times in Counter(key for key, _ in history).items() if times > 1] == []
    assert dict(history) == saved
    assert sorted(quote for (quote,) in rows(environment, "SELECT key FROM annotations_quote")) == sorted(
        saved.values()
    )
    run(environment, "manage.py", "verify")
