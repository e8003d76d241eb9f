"""What of a dataset somebody asks for. Declared once: the page, the API and the command all read ``FILTERS``.

A line is never cut: without some of its quotes it would say that nothing was said there. So what is asked of quotes
chooses the lines that have such a quote.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from annotations.exports.dataset import redirects
from annotations.models import Article, Assignment, Project, Quote, Removal, Speaker

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

GOLD = "gold"
ALL = "all"
CHOICES = (GOLD, ALL)
LEAVE_OUT = "leave_out"
INCLUDE = "include"
RESTRICTED = (LEAVE_OUT, INCLUDE)
# Not filters in the sense that they choose lines: the manifest names each by itself.
APART = ("annotations", "restricted", "as_of")
# Of all filters together: an address has an end.
MOST_VALUES = 20


@dataclass(frozen=True, kw_only=True)
class Filter:
    """One filter: its name in an address, and what it means."""

    name: str
    label: str | _StrPromise
    help: str
    choices: tuple[tuple[str, str | _StrPromise], ...] = ()
    default: str | None = None
    many: bool = False
    is_day: bool = False

    @property
    def values(self) -> tuple[str, ...]:
        """The words that it may be; none: it is a day, or depends on the project."""
        return tuple(value for value, _label in self.choices)

    @property
    def option(self) -> str:
        """Its name on a command line."""
        return f"--{self.name.replace('_', '-')}"

    def clean(self, value: Any) -> Any:
        """Return one value, or several in an order that does not depend on how they were asked for."""
        return tuple(sorted(set(value or ()))) if self.many else value or self.default


STATUSES = tuple(choice for choice in Assignment.Status.choices if choice[0] not in Assignment.COPIES)
FILTERS = (
    Filter(
        name="annotations",
        label=gettext_lazy("Annotations"),
        help="the gold only, or all assignments (by page and API: those that you may see)",
        choices=((GOLD, gettext_lazy("Gold only")), (ALL, gettext_lazy("All assignments that you may see"))),
        default=GOLD,
    ),
    Filter(
        name="status",
        label=gettext_lazy("Status"),
        help="only assignments of this status",
        choices=STATUSES,
        many=True,
    ),
    Filter(
        name="type",
        label=gettext_lazy("With a quote of type"),
        help="only lines with a quote of this type; with a speaker, the same quote is of both",
        choices=tuple(Quote.Type.choices),
        many=True,
    ),
    Filter(
        name="published_from",
        label=gettext_lazy("Published from"),
        help="only stories published on this day or later, such as 2026-05-31",
        is_day=True,
    ),
    Filter(
        name="published_to",
        label=gettext_lazy("Published to"),
        help="only stories published on this day or earlier",
        is_day=True,
    ),
    Filter(name="outlet", label=gettext_lazy("Outlet"), help="only stories of this outlet", many=True),
    Filter(
        name="speaker",
        label=gettext_lazy("With a quote of speaker"),
        help="only lines with a quote of the speaker with this id, or of one merged with it",
        many=True,
    ),
    Filter(
        name="annotator",
        label=gettext_lazy("Annotator"),
        help="only the work of the annotator with this pseudonym",
        many=True,
    ),
    Filter(
        name="restricted",
        label=gettext_lazy("What may not leave the desk"),
        help="leave out texts that may not be exported, and stories under embargo, or (as a manager) include them",
        choices=(
            (LEAVE_OUT, gettext_lazy("Leave it out")),
            (INCLUDE, gettext_lazy("Include it: I answer for where it goes")),
        ),
        default=LEAVE_OUT,
    ),
    Filter(
        name="as_of",
        label=gettext_lazy("Embargoes as of"),
        help="hold back the stories that were under embargo when this day began (UTC); otherwise today",
        is_day=True,
    ),
)


class WrongFilter(Exception):
    """A filter has a value that means nothing here."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


def today() -> date:
    """Return the day that it is in UTC."""
    return datetime.now(UTC).date()


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is asked for; the fields are those of ``FILTERS``."""

    annotations: str = GOLD
    status: tuple[str, ...] = ()
    type: tuple[str, ...] = ()
    published_from: date | None = None
    published_to: date | None = None
    outlet: tuple[str, ...] = ()
    speaker: tuple[str, ...] = ()
    annotator: tuple[str, ...] = ()
    restricted: str = LEAVE_OUT
    as_of: date = field(default_factory=today)

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Asked:
        """Return what the values of a form, an address or a command line ask for. Without a day, it is as of today."""
        found = {one.name: one.clean(values.get(one.name)) for one in FILTERS}
        return cls(**{**found, "as_of": found["as_of"] or today()})

    @property
    def leaves_out(self) -> bool:
        """Whether what may not leave the desk stays there."""
        return self.restricted == LEAVE_OUT

    @property
    def is_part(self) -> bool:
        """Whether less is asked for than all gold, or all assignments."""
        return bool(self.record())

    def pairs(self) -> list[tuple[str, str]]:
        """Return the names and values that ask for the same again."""
        found = []
        for one in FILTERS:
            value = getattr(self, one.name)
            found += [(one, str(each)) for each in (value if one.many else [value]) if value]
        return [(one.name, value) for one, value in found]

    def query(self) -> str:
        """Return the same as the query of an address."""
        return urlencode(self.pairs())

    def arguments(self) -> str:
        """Return the same as arguments of the command, quoted for a shell."""
        options = {one.name: one.option for one in FILTERS}
        # With the sign of equality, so that a name may begin with a dash.
        return shlex.join(f"{options[name]}={value}" for name, value in self.pairs())

    def record(self) -> dict[str, Any]:
        """Return the filters that are used, as the manifest has them."""
        found = {one.name: getattr(self, one.name) for one in FILTERS if one.name not in APART}
        return {name: list(value) if isinstance(value, tuple) else str(value) for name, value in found.items() if value}

    def select(self, assignments: QuerySet[Assignment], project_id: int) -> QuerySet[Assignment]:
        """Return those of the assignments that are asked for and not held back."""
        fitting = self.fitting(assignments, project_id)
        return fitting.exclude(self._embargoed()) if self.leaves_out else fitting

    def embargoed(self, assignments: QuerySet[Assignment], project_id: int) -> QuerySet[Assignment]:
        """Return those that are asked for and under embargo."""
        return self.fitting(assignments, project_id).filter(self._embargoed())

    def _embargoed(self) -> Q:
        return Q(version__article__embargoed_until__gt=datetime.combine(self.as_of, time(), tzinfo=UTC))

    def fitting(self, assignments: QuerySet[Assignment], project_id: int) -> QuerySet[Assignment]:
        """Return those of the assignments that the filters fit, held back or not."""
        lookups = {
            "status__in": self.status,
            "version__article__published__gte": self.published_from,
            "version__article__published__lte": self.published_to,
            "version__article__outlet__in": self.outlet,
            "annotator__pseudonym__in": self.annotator,
        }
        rows = chosen(assignments, self.annotations)
        rows = rows.filter(**{lookup: value for lookup, value in lookups.items() if value})
        return rows.filter(Exists(self._quotes(project_id, rows.db))) if self.speaker or self.type else rows

    def _quotes(self, project_id: int, using: str) -> QuerySet[Quote]:
        quotes = Quote.objects.live().filter(assignment=OuterRef("pk"))
        if self.type:
            quotes = quotes.filter(type__in=self.type)
        if self.speaker:
            merged = redirects(Speaker, project_id, using)
            wanted = {merged.get(key, key) for key in self.speaker}
            keys = wanted | {key for key, end in merged.items() if end in wanted}
            quotes = quotes.filter(speaker__project_id=project_id, speaker__key__in=keys)
        return quotes


def chosen(assignments: QuerySet[Assignment], annotations: str) -> QuerySet[Assignment]:
    """Return those of the assignments that a choice of annotations means.

    A removed story is in no dataset, and neither are copies in the making.
    """
    removed = Removal.objects.filter(article__isnull=False).values("article")
    assignments = assignments.exclude(version__article__in=removed).exclude(status__in=Assignment.COPIES)
    return assignments.filter(status=Assignment.Status.GOLD) if annotations == GOLD else assignments


def check(
    asked: Asked,
    project: Project,
    assignments: QuerySet[Assignment],
    speakers: QuerySet[Speaker],
    *,
    may_include: bool,
) -> None:
    """Raise ``WrongFilter`` for a value that means nothing to somebody who knows of these assignments and speakers.

    ``may_include``: they may take out what may not leave the desk, and answer for it.
    """
    if not (asked.leaves_out or may_include):
        raise WrongFilter("restricted", _("Only managers export what may not leave the desk."))
    if asked.as_of > today():
        raise WrongFilter("as_of", _("This day has not come yet: nobody knows which embargoes will hold then."))
    count = sum(len(value) for value in vars(asked).values() if isinstance(value, tuple))
    if count > MOST_VALUES:
        message = ngettext("%(most)s value of filters is the most.", "%(most)s values of filters are the most.", count)
        raise WrongFilter("annotations", message % {"most": MOST_VALUES})
    if asked.published_from and asked.published_to and asked.published_from > asked.published_to:
        raise WrongFilter("published_to", _("This day is earlier than the one from which stories are asked for."))
    outlets = Article.objects.filter(project=project, outlet__in=asked.outlet).values_list("outlet", flat=True)
    _refuse("outlet", asked.outlet, outlets, _("No story is from the outlet “%(value)s”."))
    found = speakers.filter(key__in=asked.speaker).values_list("key", flat=True)
    _refuse("speaker", asked.speaker, found, _("There is no speaker with the id “%(value)s”."))
    people = assignments.filter(annotator__pseudonym__in=asked.annotator)
    known = people.values_list("annotator__pseudonym", flat=True)
    _refuse("annotator", asked.annotator, known, _("Nothing that can be exported is by an annotator “%(value)s”."))


def _refuse(field: str, asked: tuple[str, ...], known: QuerySet[Any, Any], message: str) -> None:
    if asked and (unknown := sorted(set(asked) - set(known.order_by().distinct()))):
        raise WrongFilter(field, message % {"value": f"{unknown[0]:.60}"})
