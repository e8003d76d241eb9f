"""How much annotators agree: figures, pairs, and the quotes behind them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from annotations import access
from annotations.access import Act
from annotations.agreement.comparisons import parts
from annotations.agreement.figures import Figure
from annotations.agreement.records import GOLD
from annotations.api.agreement_shapes import COMPARISON
from annotations.api.components import page_of
from annotations.api.operations import Operation
from annotations.api.paging import page_of_places
from annotations.api.parameters import PAGE, day, fields, one_of, text, wrong
from annotations.api.shapes import reference
from annotations.api.views.base import ApiView
from annotations.forms.agreement import AGAINST, MAIN_METRIC, PEOPLE
from annotations.forms.agreement import GOLD as THE_GOLD
from annotations.services.agreement import MOST_PAIRS, Question, label_sets_of, select
from annotations.services.agreement_results import ALL, DIFFERS, RESAMPLES, SAME, Agreement, Behind, Row

QUESTION = (
    one_of("against", AGAINST, "People among themselves, or each annotator with the gold.", default=PEOPLE),
    text("annotator", "This annotator, by pseudonym, with everybody else or with the gold."),
    text("other", "With `annotator`: these two only."),
    text("outlet", "In stories of this outlet."),
    day("submitted_from", "In stories of which the last reading was submitted on this day or later."),
    day("submitted_to", "In stories of which the last reading was submitted on this day or earlier."),
)
DETAILS = (
    " Of finished work that you may see; of a story that you annotate, before there is gold, only your own. Stories are"
    " those submitted last, as many as a request has room for."
)


class AgreementView(ApiView):
    """What the addresses on agreement have in common."""

    def agreement(self) -> Agreement:
        """Return the answers to what was asked, of what the member may see."""
        access.require(self.membership, Act.COMPARE)
        asked = {parameter.name: self.query[parameter.name] for parameter in QUESTION}
        against_gold = asked.pop("against") == THE_GOLD
        if asked["other"] and (against_gold or not asked["annotator"]):
            raise wrong(("other", _("It needs another annotator, and no gold."), "parameter"))
        for name in ("annotator", "other", "outlet"):
            asked[name] = asked[name] or ""
        question = Question(against_gold=against_gold, **asked)
        return Agreement(
            select(
                access.visible_assignments(self.membership), self.membership.project, question, most_pairs=MOST_PAIRS
            )
        )

    def common(self, agreement: Agreement) -> dict[str, Any]:
        """Return what every answer tells of its stories."""
        selection = agreement.selection
        return {"stories": len(selection.stories), "stories_left_out": selection.left_out}

    def _known(self, name: str, known: list[str]) -> None:
        if self.query[name] is not None and self.query[name] not in known:
            message = _("It must be one of: %(known)s.") % {"known": ", ".join(known)}
            raise wrong((name, message, "parameter"))


class AgreementFigures(AgreementView):
    """All figures."""

    @Operation(
        name="getAgreement",
        summary="Read how much annotators agree",
        tag="agreement",
        description="Every figure with its 95 % interval over stories, or why it has none." + DETAILS,
        parameters=QUESTION,
        answers={200: reference("Agreement")},
        problems=[403, 404],
    )
    def get(self, request: Request, slug: str) -> Response:
        """Answer with the figures."""
        agreement = self.agreement()
        figures = [
            {
                "metric": key,
                "name": agreement.metrics[key].name,
                "part": agreement.metrics[key].about,
                **_figure(one.figure),
                "low": one.interval.low,
                "high": one.interval.high,
                "no_interval": one.interval.reason or None,
            }
            for key, one in agreement.figures().items()
        ]
        told = {"annotators": agreement.selection.annotators, **self.common(agreement), "resamples": RESAMPLES}
        return Response({"against": self.query["against"], **told, "figures": figures})


class AgreementPairs(AgreementView):
    """One figure of each two annotators."""

    @Operation(
        name="listAgreementPairs",
        summary="Read how much each two annotators agree",
        tag="agreement",
        description="One figure of each two, or of each and the gold." + DETAILS,
        parameters=(*QUESTION, text("metric", f"Which figure, by its key; `{MAIN_METRIC}` unless you choose.")),
        answers={200: reference("AgreementPairs")},
        problems=[403, 404],
    )
    def get(self, request: Request, slug: str) -> Response:
        """Answer with the pairs."""
        agreement = self.agreement()
        self._known("metric", list(agreement.metrics))
        metric = self.query["metric"] or MAIN_METRIC
        pairs = [
            {"one": pair.one, "other": _or_gold(pair.other), "stories": pair.stories, **_figure(pair.figure)}
            for pair in agreement.pairs(metric)
        ]
        told = {"metric": metric, "name": agreement.metrics[metric].name, **self.common(agreement)}
        return Response({"against": self.query["against"], **told, "pairs": pairs})


class Disagreements(AgreementView):
    """The quotes behind the figures."""

    @Operation(
        name="listDisagreements",
        summary="List the quotes in which annotators differ",
        tag="agreement",
        description="Two quotes that are taken as the same, or one that only one of two annotators has. Ordered by"
        " article and assignment." + DETAILS,
        parameters=(
            *QUESTION,
            text("part", "Where this part was compared: quote, content, speaker, label-act and so on."),
            one_of("show", (DIFFERS, SAME, ALL), "What differs, what is the same, or both.", default=DIFFERS),
            fields(COMPARISON),
            *PAGE,
        ),
        answers={200: page_of("ComparisonInList")},
        problems=[403, 404],
    )
    def get(self, request: Request, slug: str) -> Response:
        """Answer with one page."""
        agreement = self.agreement()
        self._known("part", list(parts(label_sets_of(self.membership.project))))
        rows = agreement.behind(Behind(self.query["part"] or "", self.query["show"]))
        page, following = page_of_places(request, rows, self.query, place=lambda row: _place(agreement, row))
        return Response({"results": [self._chosen(_comparison(agreement, row)) for row in page], "next": following})


def _figure(figure: Figure) -> dict[str, Any]:
    return {"value": figure.value, "reason": figure.reason or None}


def _or_gold(annotator: str) -> str | None:
    return None if annotator == GOLD else annotator


def _place(agreement: Agreement, row: Row) -> list[Any]:
    one, other = agreement.readings(row)
    return [one.article, one.number, one.pk, other.pk, row.comparison.ours or "", row.comparison.theirs or ""]


def _comparison(agreement: Agreement, row: Row) -> dict[str, Any]:
    (one, other), found = agreement.readings(row), row.comparison
    return {
        "article": one.article,
        "version": one.number,
        "one": found.one,
        "other": _or_gold(found.other),
        "one_assignment": one.pk,
        "other_assignment": other.pk,
        "one_quote": found.ours,
        "other_quote": found.theirs,
        "compared": list(found.compared),
        "differing": list(found.differing),
    }
