"""The annotation page: what stands on it, and what it answers to a gesture."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django_htmx.http import replace_url, reswap, retarget

from annotations.access import get_own_assignment, get_own_quote
from annotations.forms.quotes import GestureForm
from annotations.keyboard import page_keys
from annotations.models import Assignment, Comment, LabelSet, Membership, Quote, Review, User
from annotations.services.carrying import carry_over_of
from annotations.services.changes import last_gesture, new_gesture, undo_stack
from annotations.services.completeness import missing_parts
from annotations.services.errors import Conflict, Invalid, KeyReused
from annotations.services.guidelines import unread_change
from annotations.services.suggestions import suggested_work, suggestions_of
from annotations.views.conflicts import Comparison, compare
from annotations.views.fragments import fragments
from annotations.views.guidelines_page import ruled
from annotations.views.page_changes import NOTHING, SeenPage, Written, changes_since, seen_page, written_by
from annotations.views.quote_editor import editor_of
from annotations.views.said import said_of
from annotations.views.story import Card, load_story
from annotations.views.story_parts import ref_of

PAGE = "assignments/annotate.html"
WORKBENCH = "assignments/_workbench.html"
CHANGES = "assignments/_changes.html"
STEPS = "assignments/_steps.html"
SAID = "assignments/_said.html"
CONFLICT = "assignments/_conflict.html"


@dataclass(frozen=True)
class Desk:
    """Somebody at work on their assignment, and the quote that a gesture is about."""

    request: HttpRequest
    membership: Membership
    assignment: Assignment
    quote: Quote | None = None
    seen: SeenPage | None = None

    @property
    def actor(self) -> User:
        """Whose gesture it is."""
        return self.membership.user


@dataclass(frozen=True)
class Refusal:
    """A gesture that cannot be: which form it came from, why, what was typed, and what could be meant instead."""

    form: str
    message: str
    typed: Mapping[str, Any]
    choices: Sequence[Any] = ()


def open_desk(request: HttpRequest, pk: int) -> Desk:
    """Return the user's own assignment to work on. Raises ``Http404``."""
    membership, assignment = get_own_assignment(_user(request), pk)
    return Desk(request, membership, assignment, seen=seen_page(request, assignment))


def open_quote(request: HttpRequest, pk: int, key: str) -> tuple[Desk, Quote]:
    """Return the user's own assignment with one of its quotes, and that quote. Raises ``Http404``."""
    membership, assignment, quote = get_own_quote(_user(request), pk, key)
    return Desk(request, membership, assignment, quote, seen_page(request, assignment)), quote


def _user(request: HttpRequest) -> User:
    # Middleware lets nobody in without a sign-in.
    return cast("User", request.user)


def workbench(desk: Desk, *, active: str = "", refusal: Refusal | None = None) -> dict[str, Any]:
    """Return everything that the page shows of an assignment."""
    assignment = desk.assignment
    label_sets = label_sets_of(assignment.project_id)
    story = load_story(assignment, label_sets)
    asked = asked_now(label_sets)
    keys = [row.key for row in asked]
    card = story.by_key.get(active)
    undoable, redoable = undo_stack(assignment, desk.actor) if assignment.is_open else ([], [])
    return {
        "project": assignment.project,
        "assignment": assignment,
        "version": assignment.version,
        "story": story,
        "card": card,
        "label_sets": label_sets,
        "editor": editor_of(card, story, asked) if card and assignment.is_open else None,
        "refusal": refusal,
        "is_open": assignment.is_open,
        "ruled": ruled(assignment.project_id) if card and assignment.is_open else frozenset(),
        "keys": page_keys(desk.actor.preferences),
        "done": sum(not missing_of(one, keys) for one in story.quotes),
        "can_undo": bool(undoable),
        "can_redo": bool(redoable),
        "tour": not desk.actor.preferences.get("tour"),
        # A template calls it anew for each form.
        "new_gesture": new_gesture,
    }


def label_sets_of(project_id: int) -> list[LabelSet]:
    """Return the questions that a project asks or has asked, with their answers."""
    return list(LabelSet.objects.filter(project_id=project_id).prefetch_related("labels"))


def asked_now(label_sets: Iterable[LabelSet]) -> list[LabelSet]:
    """Return those of these questions that are not hidden."""
    return [row for row in label_sets if row.is_active]


def missing_of(card: Card, label_sets: list[str]) -> list[str]:
    """Return what nobody answered yet of the quote of a card."""
    return missing_parts(
        speaker=card.speaker.key if card.speaker else None,
        resolution=card.resolution,
        labels=card.labels,
        label_sets=label_sets,
    )


def address(assignment: Assignment, active: str = "") -> str:
    """Return the address of the page with a quote chosen: a reload shows the same."""
    query = "?" + urlencode({"quote": active}) if active else ""
    return reverse("assignment", args=[assignment.pk]) + query


def page(
    desk: Desk, *, active: str = "", refusal: Refusal | None = None, written: Written = NOTHING, status: int = 200
) -> HttpResponse:
    """Return the page, or to htmx what changes on it."""
    if not desk.request.htmx:  # type: ignore[attr-defined]
        return whole_page(desk, active=active, refusal=refusal, status=status)
    context = workbench(desk, active=active, refusal=refusal)
    context["said"] = said_of(written, context["story"], context["label_sets"])
    oob = [STEPS, SAID] if context["said"] else [STEPS]
    changes = changes_since(desk.seen, desk.assignment, context["story"], context["card"], written)
    if changes is None:
        return _ours(desk, fragments(desk.request, WORKBENCH, context, oob=oob, status=status))
    response = fragments(desk.request, CHANGES, context | {"changes": changes}, oob=oob, status=status)
    return _ours(desk, reswap(response, "none"))


def whole_page(
    desk: Desk, *, active: str = "", refusal: Refusal | None = None, status: int = 200, **more: Any
) -> HttpResponse:
    """Return the page, with what is told on it alone."""
    # Asked before the story is read: what the page is told to be written must stand on it.
    last = last_gesture(desk.assignment, desk.actor)
    whole = workbench(desk, active=active, refusal=refusal) | {"last_gesture": last, **_around(desk), **more}
    return TemplateResponse(desk.request, PAGE, whole, status=status)


def _around(desk: Desk) -> dict[str, Any]:
    """Return what only the whole page shows: where a draft belongs, whether a story was reviewed or talked about."""
    assignment = desk.assignment
    if assignment.is_draft:
        return {"is_draft": True, "back": _back(assignment)}
    talked, is_suggested = _told(assignment)
    # The guidelines that somebody at work has worked under and those in force now, if they have changed.
    unread = unread_change(desk.membership) if assignment.is_open else None
    return {"was_reviewed": talked, "unread": unread, **_proposed(assignment, is_suggested)}


def _told(assignment: Assignment) -> tuple[bool, bool]:
    """Return whether a story was reviewed or talked about, and whether a program suggested anything for it."""
    reviewed = Exists(Review.objects.filter(assignment=OuterRef("pk"), finished_at__isnull=False))
    said = reviewed | Exists(Comment.objects.filter(assignment=OuterRef("pk")))
    suggested = Exists(suggested_work().filter(version=OuterRef("version")))
    rows = Assignment.objects.annotate(is_told=said, is_suggested=suggested)
    return rows.values_list("is_told", "is_suggested").get(pk=assignment.pk)


def _proposed(assignment: Assignment, is_suggested: bool) -> dict[str, Any]:
    """Return what is proposed to a person: the newest version, if it is another, earlier quotes, and suggestions."""
    version = assignment.version
    newer = version.newest_number if version.newest_number > version.number else None
    is_asked = assignment.is_open and version.number > 1
    return {
        "newer_version": newer,
        "carry": carry_over_of(assignment) if is_asked else None,
        "suggested": suggestions_of(assignment) if is_suggested and assignment.is_open else None,
    }


def _back(draft: Assignment) -> str:
    """Return the page that a draft is made for: of the review, or of the adjudication."""
    review = Review.objects.filter(copy=draft).first()
    if review is not None:
        return reverse("assignment-review", args=[review.assignment_id])
    query = urlencode({"version": draft.version.number})
    return f"{reverse('adjudicate', args=[draft.project.slug, draft.version.article.key])}?{query}"


def _ours(desk: Desk, response: HttpResponse) -> HttpResponse:
    """Let the page know that this answer is not one of whatever stands between it and us."""
    response.headers["X-Page-Revision"] = str(desk.assignment.revision)
    return response


def carry_out(
    desk: Desk,
    form: GestureForm,
    name: str,
    *,
    act: Callable[[], Quote | None],
    asked: Callable[[], Comparison] = dict,
) -> HttpResponseBase:
    """Check a form, do its gesture once, and answer with the page as it is then.

    ``name`` is the form's place on the page, where a refusal appears. ``act`` returns the quote to look at next;
    ``asked`` says what was wanted, for the comparison if somebody else was faster.
    """
    if not form.is_valid():
        return refuse(desk, Refusal(name, form.first_error, desk.request.POST))
    try:
        quote = act()
    except Invalid as invalid:
        return refuse(desk, Refusal(name, invalid.message, desk.request.POST))
    except (Conflict, KeyReused) as conflict:
        return clash(desk, conflict, asked())
    return saved(desk, quote, form.key)


def saved(desk: Desk, quote: Quote | None, gesture: str | None) -> HttpResponseBase:
    """Answer a gesture that was written."""
    active = quote.key if quote is not None and not quote.is_deleted else ""
    if desk.seen is None or desk.seen.revision == desk.assignment.revision:
        # A retry writes nothing, so it does not bring the counters up to date either.
        desk.assignment.refresh_from_db(fields=["revision", "status", "looked_at"])
    where = address(desk.assignment, active)
    if not desk.request.htmx:  # type: ignore[attr-defined]
        return redirect(where)
    return replace_url(page(desk, active=active, written=written_by(desk.actor, gesture)), where)


def refuse(desk: Desk, refusal: Refusal) -> HttpResponse:
    """Answer a gesture that cannot be: the page with the reason at its form, and what was typed."""
    active = desk.quote.key if desk.quote else desk.request.POST.get("active", "")
    return page(desk, active=active, refusal=refusal, status=422)


def clash(desk: Desk, conflict: Conflict | KeyReused, asked: Comparison) -> HttpResponse:
    """Answer a gesture that came too late: what stands now beside what was wanted. Nothing is written or swapped."""
    request = desk.request
    current = getattr(conflict, "current", None)
    context = {
        "message": conflict.message,
        "rows": compare(desk.quote, asked) if desk.quote and conflict.code == "conflict" else [],
        "present": address(desk.assignment, desk.quote.key if desk.quote else ""),
        "again": _again(request, current) if desk.quote and conflict.code == "conflict" and current else [],
        "action": request.path,
        "ref": ref_of(desk.quote.key) if desk.quote else "",
        "is_open": desk.assignment.is_open,
        "new_gesture": new_gesture,
    }
    if request.htmx:  # type: ignore[attr-defined]
        response = TemplateResponse(request, CONFLICT, context, status=409)
        return _ours(desk, retarget(reswap(response, "innerHTML"), "#notice"))
    whole = workbench(desk, active=desk.quote.key if desk.quote else "")
    return TemplateResponse(request, PAGE, whole | {"conflict": context}, status=409)


def _again(request: HttpRequest, current: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the fields of the same gesture on the present state: a deliberate choice, so with a key of its own."""
    if current.get("deleted"):
        return []
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name not in {"csrfmiddlewaretoken", "gesture", "revision"}
    ]
    return [*fields, ("revision", str(current["revision"]))]
