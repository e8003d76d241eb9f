"""A release: read from one state of the desk, split, counted, written file by file, and published by one flip.

What is read is kept beside, in files that go with the process. So a release holds what one moment had, whatever is
written meanwhile, and an attempt after one that was killed begins anew.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from annotations.access import Act
from annotations.exports.filters import Asked
from annotations.exports.records import Record
from annotations.exports.releases import parquet
from annotations.exports.releases.card import CHARTS, card
from annotations.exports.releases.changes import Print, Tally, differences, print_of
from annotations.exports.releases.charts import bars
from annotations.exports.releases.citation import citation
from annotations.exports.releases.columns import PARQUET
from annotations.exports.releases.counting import Counts
from annotations.exports.releases.edition import Edition, shares_of
from annotations.exports.releases.manifest import CHECKSUMS, MANIFEST, checksums, manifest
from annotations.exports.releases.spool import Spool
from annotations.forms.releases import ReleaseForm
from annotations.models import Membership, Release, Task
from annotations.services.errors import Invalid
from annotations.services.release_files import PIECE, listed, write_file
from annotations.services.release_reading import Found, prints_of, read_release
from annotations.services.releases import GUIDELINES, add_stories, begin_release, discard_drafts, publish_release
from annotations.splits.shares import SPLITS, Division, divide
from annotations.tasks.kinds import Kind, Run

# Of one transaction.
STORIES = 500


def clean(membership: Membership, arguments: Record) -> Record:
    """Return what is asked for with all that is not said filled in, so that it means the same later."""
    form = ReleaseForm(arguments, project=membership.project)
    if unknown := sorted(set(arguments) - set(form.fields)):
        told = {"name": f"{unknown[0]:.60}", "known": ", ".join(form.fields)}
        message = _("A release takes no “%(name)s”. It takes: %(known)s.") % told
        raise Invalid(message, field=f"{unknown[0]:.60}")
    if not form.is_valid():
        name, errors = next(iter(form.errors.items()))
        raise Invalid(str(errors[0]), field=name)
    return form.asked()


def run(run: Run) -> Record:
    """Make it. An attempt that was killed left at most a draft, which goes first."""
    run.membership(Act.MANAGE)
    with run.step(0, None):
        discard_drafts(project=run.project, task=run.task)
    folder = Path(settings.TASK_FILES)
    with ExitStack() as stack:
        gold, work, changes = (stack.enter_context(Spool(folder)) for _number in range(3))
        found = Found(gold, work)
        read_release(run.project, asked_of(run.arguments), found, run.advance)
        return Making(run, found, changes).publish()


def asked_of(arguments: Record) -> Asked:
    """Return which stories are asked for; what is kept has days as text."""
    days = ("published_from", "published_to", "as_of")
    return Asked.of(arguments | {name: date.fromisoformat(arguments[name]) for name in days if arguments[name]})


@dataclass
class Making:
    """One release on its way: what was read, how it is split, and the files that are written."""

    run: Run
    found: Found
    changes: Spool
    division: Division = field(default_factory=Division)
    files: list[Any] = field(default_factory=list)

    def publish(self) -> Record:
        """Write everything and publish it."""
        self.division = divide(self.found.stories, shares_of(self.run.arguments))
        counts, prints = self._counted()
        tally = self._compared(prints)
        edition = self._edition(counts, tally)
        with self.run.step(0, None, _("writing files")):
            release = begin_release(
                task=self.run.task,
                asked=edition.asked,
                summary=edition.summary,
                as_of_change=edition.as_of_change,
                guidelines=self.found.guidelines,
            )
        self._list_stories(release)
        for name, content in self._contents(edition, tally):
            self._write(release, edition, name, content)
        with self.run.step(len(self.files), len(self.files), _("publishing")):
            publish_release(release=release, number=edition.number)
            result = {"number": edition.number, "stories": counts.totals["stories"], "quotes": counts.totals["quotes"]}
            self.run.finish(result)
        return result

    def _counted(self) -> tuple[Counts, dict[str, Print]]:
        counts, prints, splits = Counts(), dict[str, Print](), self.division.splits
        for split in SPLITS:
            for record in self.found.gold.records(splits, split):
                self.run.advance(len(prints), len(splits), _("counting"))
                counts.add_gold(record, split)
                prints[record["article"]["id"]] = print_of(record, split)
            for record in self.found.work.records(splits, split):
                self.run.advance(len(prints), len(splits), _("counting"))
                counts.add_work(record, split)
        return counts, prints

    def _compared(self, prints: dict[str, Print]) -> Tally:
        tally, previous = Tally(), self.found.previous
        if previous is not None:
            for line in tally.lines(differences(prints_of(previous), prints)):
                self.run.advance(0, None, _("comparing with the release before"))
                self.changes.add("", line)
        return tally

    def _edition(self, counts: Counts, tally: Tally) -> Edition:
        found, division = self.found, self.division
        groups = division.near_duplicates
        summary = counts.summary() | {
            "near_duplicates": {"groups": len(groups), "stories": sum(map(len, groups))},
            "largest_group": division.largest,
            "embargoed": found.embargoed,
            "agreement": found.agreement,
            "previous": found.previous.number if found.previous else None,
            "changes": tally.summary() if found.previous else None,
        }
        return Edition(
            project=self.run.project.slug,
            number=found.number,
            asked=self.run.arguments,
            summary=summary,
            as_of_change=found.as_of_change,
            guidelines=found.guidelines.reference if found.guidelines else None,
            previous=found.previous.number if found.previous else None,
            files=tuple(name for name, _content in self._data(summary["splits"])),
        )

    def _list_stories(self, release: Release) -> None:
        rows = [(self.found.versions[key], split) for key, split in self.division.splits.items()]
        for first in range(0, len(rows), STORIES):
            with self.run.step(first, len(rows), _("listing stories")):
                add_stories(release=release, stories=rows[first : first + STORIES])

    def _data(self, splits: Record) -> Iterator[tuple[str, Iterable[bytes]]]:
        """Yield the files of the data that are not empty: lines, and Parquet if it was asked for."""
        gold, work = self.found.gold, self.found.work
        worked = [split for split, found in splits.items() if found["annotators_lines"]]
        yield from ((f"gold-{split}.jsonl", gold.lines(self.division.splits, split)) for split in splits)
        yield from ((f"annotators-{split}.jsonl", work.lines(self.division.splits, split)) for split in worked)
        for name in PARQUET if self.run.arguments["parquet"] else ():
            source, here = (work, worked) if name == "annotations" else (gold, list(splits))
            yield from ((f"{name}-{split}.parquet", self._parquet(name, source, split)) for split in here)

    def _parquet(self, name: str, source: Spool, split: str) -> Iterator[bytes]:
        with tempfile.TemporaryFile(dir=settings.TASK_FILES) as file:
            try:
                parquet.write(file, name, source.records(self.division.splits, split))
            except parquet.NoParquet as missing:
                raise Invalid(str(missing), field="parquet") from missing
            file.seek(0)
            while piece := file.read(PIECE):
                yield piece

    def _contents(self, edition: Edition, tally: Tally) -> Iterator[tuple[str, Iterable[bytes]]]:
        """Yield every file by its name, those last that tell of the others."""
        yield from self._data(edition.summary["splits"])
        if self.found.guidelines is not None:
            yield GUIDELINES, [self.found.guidelines.text.encode()]
        for name, title in CHARTS.items():
            yield f"chart-{name}.svg", [bars(title, edition.summary["tables"].get(name, []))]
        if edition.previous is not None:
            yield "changes.jsonl", self.changes.every_line()
        yield "CHANGES.md", [tally.page(edition.title, edition.number, edition.previous)]
        yield "CITATION.cff", [citation(edition)]
        yield "README.md", [card(edition)]
        yield MANIFEST, [manifest(edition, listed(self.files))]
        yield CHECKSUMS, [checksums(listed(self.files))]

    def _write(self, release: Release, edition: Edition, name: str, content: Iterable[bytes]) -> None:
        step: Callable[[], AbstractContextManager[None]] = partial(self.run.step, len(self.files), None, name)
        self.files.append(write_file(release=release, name=name, content=content, step=step))


def clear(task: Task) -> None:
    """Take away the draft that a cancelled task had begun."""
    discard_drafts(project=task.project, task=task)


def shown_to_all(membership: Membership, task: Task) -> str:
    """Show the result to everybody: it says no more than which release it became."""
    return ""


KIND = Kind(run=run, act=Act.MANAGE, clean=clean, clear=clear, withheld=shown_to_all)
