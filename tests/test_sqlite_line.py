"""Writers on SQLite: who came first is next, and nobody waits for ever."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event, Thread

import pytest
from django.db import OperationalError, connection, transaction

from annotations.models import User
from newsnotes.sqlite.line import Line
from tests.cast import make_user
from tests.threads import outcome


def test_who_came_first_is_next() -> None:
    line, order = Line(), []
    assert line.enter(0)
    threads = []
    for number in range(5):
        threads.append(Thread(target=_stand, args=(line, order, number)))
        threads[-1].start()
        while len(line._waiting) <= number:
            pass
    line.leave()
    for thread in threads:
        thread.join(timeout=20)
    assert order == [0, 1, 2, 3, 4]
    assert line.enter(0)


def _stand(line: Line, order: list[int], number: int) -> None:
    assert line.enter(20)
    order.append(number)
    line.leave()


def test_who_gives_up_keeps_nobody_waiting() -> None:
    line = Line()
    assert line.enter(0)
    assert not line.enter(0.01)
    line.leave()
    assert line.enter(0)


@pytest.mark.django_db(transaction=True)
class TestTransactions:
    def test_what_is_done_on_commit_may_write(self) -> None:
        with transaction.atomic():
            transaction.on_commit(lambda: make_user("second") and None)
            make_user("first")
        assert User.objects.count() == 2

    @pytest.mark.parametrize("broken", ["failed", "closed"])
    def test_one_that_ends_badly_lets_the_next_one_in(self, broken: str) -> None:
        assert isinstance(outcome(lambda: _begin(broken)), ZeroDivisionError)
        make_user("somebody")
        assert [user.username for user in User.objects.all()] == ["somebody"]

    @pytest.mark.skipif("connection.vendor != 'sqlite'", reason="on PostgreSQL nobody waits to begin")
    def test_who_waits_too_long_is_refused_and_leaves_no_trace(self, monkeypatch: pytest.MonkeyPatch) -> None:
        begun, done = Event(), Event()

        def hold() -> None:
            with transaction.atomic():
                begun.set()
                done.wait(20)

        with ThreadPoolExecutor(1) as pool:
            holder = pool.submit(outcome, hold)
            begun.wait(20)
            monkeypatch.setitem(
                connection.settings_dict, "OPTIONS", connection.settings_dict["OPTIONS"] | {"timeout": 0.01}
            )
            with pytest.raises(OperationalError, match="database is locked"):
                make_user("nobody")
            done.set()
            holder.result()
        with transaction.atomic():
            make_user("somebody")
        assert User.objects.count() == 1


def _begin(broken: str) -> None:
    with transaction.atomic():
        make_user("nobody")
        if broken == "closed":
            connection.close()
        raise ZeroDivisionError
