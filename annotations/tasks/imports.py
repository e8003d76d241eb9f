"""Bulk import: a file of any size, in short transactions, unseen until one small write publishes all of it.

What changes a story that is published is no part of that: it is written afterwards, each line whole in itself.
"""

from __future__ import annotations

import json
import logging
import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from django.db import InterfaceError, OperationalError, connection
from django.utils.translation import gettext as _

from annotations.access import Act
from annotations.exports.records import Record
from annotations.models import Delivery, Membership, Task
from annotations.services import deliveries, imports, uploads
from annotations.services.article_lines import refused_line
from annotations.services.articles import lock_imports, retried
from annotations.services.errors import Invalid, Locked, ServiceError
from annotations.services.import_reports import DEFERRED, told
from annotations.services.imports import Item, Row
from annotations.services.line_files import READERS, Line, LineFile
from annotations.services.report_lines import ReportLines
from annotations.services.shelf import Outcome
from annotations.services.task_files import remove_files
from annotations.tasks.kinds import Kind, LeaseLost, Run, TaskCancelled, WorkerStops

logger = logging.getLogger("newsnotes.tasks")

REPORT = "report.jsonl"
# A step holds the one write lock of SQLite: whoever saves meanwhile should hardly notice. So many lines are written in
# one as take about so many seconds.
STEP_SECONDS = 0.1
GAP_SECONDS = 0.05
FIRST_LINES = 5
MOST_LINES = 100
MOST_CHARACTERS = 500_000
FRESH: Record = {"offset": 0, "line": 0, "deferred": 0, "size": 0, "file": "", "delivered": ""}

Batch = list[tuple[Line, Item]]


def clean(membership: Membership, arguments: Record) -> Record:
    """Refuse to be asked without a file. Raises ``Invalid``."""
    raise Invalid(_("An import comes with its file: send that to the address of imports."), field="kind")


def run(run: Run) -> Record:
    """Import the file of the task from where the last attempt left it."""
    run.membership(Act.IMPORT)
    with uploads.kept(run.task).open("rb") as file:
        reader = READERS[run.arguments["format"]](file)
        return _Import(run, reader).finish()


class _Import:
    """One attempt at an import."""

    def __init__(self, run: Run, reader: LineFile) -> None:
        self.run = run
        self.reader = reader
        self.total: int = run.arguments["bytes"]
        self.state: Record = FRESH | run.checkpoint
        self.lines_a_step = FIRST_LINES
        self.last_step = 0.0
        self.result: Record = {}

    def finish(self) -> Record:
        """Do what is left to do, end the task, and return its result."""
        if not self.state["delivered"]:
            self._deliver()
        if not self.run.is_finished:
            self._write_deferred()
            self._write_report()
            with self.run.step(self.total, self.total):
                self.run.finish(self.result)
        remove_files(self.run.task, but=REPORT)
        return self.result

    def _deliver(self) -> None:
        """Write all that is new unseen, then publish it. With nothing to write afterwards that is the end, too."""
        delivery = self._begin()
        report = ReportLines(self.run.task, "lines", self.state)
        if not report.is_whole:
            # Only a power cut does this: the rows are there, and what was said of them is not.
            deliveries.clear(self.run.task)
            self.state = {**FRESH}
            delivery, report = self._begin(), ReportLines(self.run.task, "lines", self.state)
        with report:
            for batch in self._batches(self.reader.lines(self.state["offset"], self.state["line"])):
                self._write(batch, report, delivery)
            report.sync()
        published = {**self.state, "delivered": report.name, "offset": 0, "line": 0, "size": 0, "file": ""}
        if not self.state["deferred"]:
            self.state = published
            self._write_report()
        with self.run.step(self.total, self.total, checkpoint=published):
            deliveries.publish(actor=self.run.actor, delivery=delivery)
            if not published["deferred"]:
                self.run.finish(self.result)
        self.state = published

    def _begin(self) -> Delivery:
        """Return the delivery of this task. One import writes into a project at a time. Raises ``Locked``."""
        task = self.run.task
        while (other := deliveries.underway_beside(task)) is not None:
            if not other.is_ended or other.lease_until is not None:
                told = {"task": other.key}
                message = _("Another import into this project is under way: %(task)s. Try again when it has ended.")
                raise Locked(message % told)
            clear_failed(other)
        with self.run.step(self.state["offset"], self.total):
            lock_imports(self.run.project)
            if deliveries.underway_beside(task) is not None:
                raise Locked(_("Another import into this project began this very moment. Try again when it has ended."))
            return deliveries.delivery_of(task)

    def _write_deferred(self) -> None:
        """Write what changes stories that are published: what each such line says is done whole or not at all."""
        delivered = ReportLines.path(self.run.task, self.state["delivered"])
        with ReportLines(self.run.task, "deferred", self.state) as report:
            if not report.is_whole:
                self.state |= {"offset": 0, "line": 0, "size": 0}
                report.cut(0)
            wanted = (row["line"] for row in _rows(delivered) if row["outcome"] == DEFERRED)
            for batch in self._batches(_only(self.reader.lines(self.state["offset"], self.state["line"]), wanted)):
                self._write(batch, report, None)
            report.sync()

    def _batches(self, lines: Iterator[Line]) -> Iterator[Batch]:
        """Yield the lines, read outside of any transaction, in lists that one short step writes."""
        batch: Batch = []
        characters = 0
        for line in lines:
            batch.append((line, self._read(line)))
            characters += len(line.data)
            if len(batch) >= self.lines_a_step or characters >= MOST_CHARACTERS:
                yield batch
                batch, characters = [], 0
        if batch:
            yield batch

    def _read(self, line: Line) -> Item:
        try:
            return self.reader.item(line)
        except ServiceError:
            raise
        except Exception:
            logger.exception("task %s: line %s cannot be read", self.run.task.key, line.number)
            return refused_line(line.number, _our_mistake())

    def _write(self, batch: Batch, report: ReportLines, delivery: Delivery | None) -> None:
        """Write a list of lines in one step; a line at which that breaks is refused alone."""
        try:
            retried(partial(self._step, batch, report, delivery))
        except (TaskCancelled, LeaseLost, WorkerStops, OperationalError, InterfaceError):
            raise
        except Exception as error:
            if len(batch) > 1:
                middle = len(batch) // 2
                self._write(batch[:middle], report, delivery)
                self._write(batch[middle:], report, delivery)
                return
            ((line, item),) = batch
            if item.refusal:
                raise
            if not isinstance(error, ServiceError):
                logger.exception("task %s: line %s cannot be written", self.run.task.key, line.number)
            reason = error.message if isinstance(error, ServiceError) else _our_mistake()
            self._write([(line, refused_line(line.number, reason))], report, delivery)

    def _step(self, batch: Batch, report: ReportLines, delivery: Delivery | None) -> None:
        last, state = batch[-1][0], {**self.state}
        message = _("line %(line)s") % {"line": f"{last.number:,}"}
        report.cut(state["size"])
        rows, write = self._placed([item for _line, item in batch], delivery)
        self._let_others_in()
        with self.run.step(last.end, self.total, message, checkpoint=state):
            began = time.monotonic()
            rows += write() or []
            state |= {
                "offset": last.end,
                "line": last.last,
                "deferred": state["deferred"] + sum(row.is_deferred for row in rows),
                "size": report.add([told(row) for row in rows]),
                "file": report.name,
            }
        self.state = state
        self.last_step = time.monotonic()
        self._pace(len(batch), self.last_step - began)

    def _placed(self, items: list[Item], delivery: Delivery | None) -> tuple[list[Row], Callable[[], list[Row] | None]]:
        """Return what becomes of the items and what writes them; without a delivery, the writing tells."""
        options: dict[str, Any] = {"actor": self.run.actor, "items": items, "update": self.run.arguments["update"]}
        if delivery is not None:
            return imports.placed(**options, delivery=delivery)
        return [], partial(imports.run, **options, project=self.run.project)

    def _let_others_in(self) -> None:
        """Leave a gap between two steps: on SQLite, whoever waits for the lock only looks now and then."""
        if connection.vendor == "sqlite":
            time.sleep(max(0.0, self.last_step + GAP_SECONDS - time.monotonic()))

    def _pace(self, lines: int, seconds: float) -> None:
        fitting = int(lines * STEP_SECONDS / max(seconds, 0.001))
        self.lines_a_step = max(FIRST_LINES, min(MOST_LINES, 2 * self.lines_a_step, fitting))

    def _write_report(self) -> None:
        """Write the report for people to fetch: what was delivered, and of each deferred line what became of it."""
        task = self.run.task
        later = _rows(ReportLines.path(task, self.state["file"])) if self.state["deferred"] else iter(())
        counts: Counter[str] = Counter()
        with self.run.new_file(REPORT) as file:
            for row in _rows(ReportLines.path(task, self.state["delivered"])):
                final = next(later) if row["outcome"] == DEFERRED else row
                counts[final["outcome"]] += 1
                file.write(json.dumps(final, ensure_ascii=False).encode() + b"\n")
            files = [{"name": REPORT, "bytes": file.tell()}]
        told_of = {outcome.value: counts[outcome.value] for outcome in Outcome}
        self.result = {"lines": counts.total(), "counts": told_of, "files": files}


def _only(lines: Iterator[Line], numbers: Iterator[int]) -> Iterator[Line]:
    """Yield the lines with these numbers, which rise."""
    wanted = next(numbers, None)
    for line in lines:
        while wanted is not None and wanted < line.number:
            wanted = next(numbers, None)
        if wanted is None:
            return
        if line.number == wanted:
            yield line


def _rows(path: Path) -> Iterator[Record]:
    with path.open("rb") as file:
        for line in file:
            yield json.loads(line)


def _our_mistake() -> str:
    return _("We made a mistake with this line, and left it out. The log of the worker tells more.")


def clear_failed(task: Task) -> None:
    """Take away what an import that has ended left unpublished: asked for again, it needs its file anew."""
    deliveries.clear(task)
    remove_files(task)
    Task.objects.filter(pk=task.pk).update(is_cleared=True)


KIND = Kind(run=run, act=Act.IMPORT, clean=clean, clear=deliveries.clear)
