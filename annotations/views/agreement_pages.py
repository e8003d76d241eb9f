"""What the pages on agreement share: the question of an address, its answers, and links from one to the other."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from annotations.access import Act, get_membership, visible_assignments
from annotations.agreement.figures import Figure, Interval
from annotations.agreement.records import GOLD
from annotations.forms.agreement import AgreementFilters, MetricFilters, QuoteFilters
from annotations.http import SignedInRequest
from annotations.models import Membership
from annotations.services.agreement import MOST_PAIRS, Question, select
from annotations.services.agreement_results import Agreement
from annotations.services.changes import new_gesture
from annotations.tasks.statistics import last_measured
from annotations.views.agreement_words import annotator_names, metric_names, part_names
from annotations.views.pages import filter_form, project_context

TABS = ("agreement", "agreement-pairs", "agreement-answers", "agreement-time", "agreement-quotes")


@dataclass(frozen=True)
class Cell:
    """A figure on a page, with where its quotes are."""

    figure: Figure
    url: str
    interval: Interval | None = None

    @property
    def reason(self) -> str:
        """Why there is no value, in the language of the page."""
        return _(self.figure.reason) if self.figure.reason else ""

    @property
    def interval_reason(self) -> str:
        """Why there is no interval."""
        return _(self.interval.reason) if self.interval and self.interval.reason else ""


@dataclass
class Asked:
    """What the member asks, with the names of all that is in it."""

    request: SignedInRequest
    membership: Membership
    form: Any
    agreement: Agreement
    annotators: dict[str, str]
    parts: dict[str, str]

    @property
    def question(self) -> Question:
        """Who is compared with whom, in which stories."""
        return self.agreement.question

    @cached_property
    def metrics(self) -> dict[str, str]:
        """The name of each metric that fits the question."""
        return {key: name for key, name in metric_names(self.parts).items() if key in self.agreement.metrics}

    def url(self, page: str, question: Question | None = None, **more: str) -> str:
        """Return the address of a page on agreement about the same question, or another one."""
        asked = parameters(question or self.question) | {name: value for name, value in more.items() if value}
        return reverse(page, args=[self.membership.project.slug]) + (f"?{urlencode(asked)}" if asked else "")

    def page(self, name: str, **context: Any) -> HttpResponse:
        """Show a page."""
        selection = self.agreement.selection
        common = {
            "form": self.form,
            "question": self.question,
            "selection": selection,
            "tabs": [(tab, self.url(tab)) for tab in TABS],
            "tab": name,
            "command": command(self.question, self.membership.project.slug),
            "all_url": reverse(name, args=[self.membership.project.slug]),
            "gesture": new_gesture(),
            "asked": parameters(self.question),
            "measured": last_measured(self.membership, parameters(self.question)) if selection.left_out else None,
        }
        template = f"agreement/{name.partition('-')[2] or 'overview'}.html"
        return TemplateResponse(
            self.request, template, project_context(self.membership, "agreement", **common, **context)
        )


def parameters(question: Question) -> dict[str, str]:
    """Return a question as an address has it."""
    found = {
        "against": "gold" if question.against_gold else "",
        "annotator": question.annotator,
        "other": question.other,
        "outlet": question.outlet,
        "submitted_from": question.submitted_from.isoformat() if question.submitted_from else "",
        "submitted_to": question.submitted_to.isoformat() if question.submitted_to else "",
    }
    return {name: value for name, value in found.items() if value}


def command(question: Question, project: str) -> str:
    """Return the command that answers a question for all of its stories."""
    asked = parameters(question)
    words = ["--project", project]
    if asked.pop("against", ""):
        words.append("--against-gold")
    if "other" in asked:
        words += ["--pair", asked.pop("annotator"), asked.pop("other")]
    words += [word for name, value in asked.items() for word in (f"--{name.replace('_', '-')}", value)]
    return f"manage.py agreement {shlex.join(words)}"


def asked_for(request: SignedInRequest, slug: str, kind: type[AgreementFilters]) -> Asked:
    """Load what is compared, of what the member may see."""
    membership = get_membership(request.user, slug, Act.COMPARE)
    project, seen = membership.project, visible_assignments(membership)
    names, parts = annotator_names(seen), part_names(project)
    more: dict[str, Any] = {}
    if issubclass(kind, MetricFilters):
        more["metric_names"] = metric_names(parts)
    if issubclass(kind, QuoteFilters):
        more["part_names"] = parts
    bound = kind(request.GET, project=project, assignments=seen, names=names, **more)
    form = filter_form(request, bound, *(["page"] if issubclass(kind, QuoteFilters) else []))
    agreement = Agreement(select(seen, project, form.question(), most_pairs=MOST_PAIRS))
    return Asked(request, membership, form, agreement, {**names, GOLD: _("gold")}, parts)
