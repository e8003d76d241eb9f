"""The page of an adjudication: what stands on it, and its address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.template.response import TemplateResponse
from django.urls import reverse

from annotations.access import Act, may
from annotations.http import SignedInRequest
from annotations.keyboard import ADJUDICATING, page_keys
from annotations.models import Adjudication, Decision, Membership
from annotations.services.adjudication_sources import Compared, compared, is_annotator_of
from annotations.services.adjudications import was_gold
from annotations.services.changes import new_gesture
from annotations.services.decisions import last_decision, standing_decisions
from annotations.services.guidelines import clauses_of
from annotations.views.compared_story import compared_story
from annotations.views.comparison import ItemCard, anchor_of, item_cards, runs
from annotations.views.pages import project_context
from annotations.views.workbench import address as draft_address

PAGE = "adjudications/page.html"
# The entry of the navigation under which it stands.
SECTION = "review"


@dataclass(frozen=True)
class Fault:
    """Why something could not be done, with what was typed."""

    message: str
    typed: Mapping[str, str] = field(default_factory=dict)


def address(adjudication: Adjudication, item: str = "") -> str:
    """Return the address of the page of an adjudication, with an item chosen."""
    version = adjudication.version
    asked = {"version": str(version.number)} | ({"item": item} if item else {})
    base = reverse("adjudicate", args=[adjudication.project.slug, version.article.key])
    return f"{base}?{urlencode(asked)}" + (f"#{anchor_of(item)}" if item else "")


def adjudication_page(
    request: SignedInRequest,
    membership: Membership,
    adjudication: Adjudication,
    *,
    current: str = "",
    fault: Fault | None = None,
    status: int = 200,
) -> TemplateResponse:
    """Return the page with an item to look at: the one that is asked for, else the first that is open."""
    found = compared(adjudication)
    cards = _cards(found, current, fault.typed if fault else {})
    card = next((one for one in cards if one.is_current), None)
    clauses = clauses_of(adjudication.project)
    # What a newer version does not have is called by its key.
    clause = card.decision.clause if card and card.decision else ""
    context = {
        "adjudication": adjudication,
        "version": adjudication.version,
        "draft": adjudication.result,
        "found": found,
        "runs": runs(cards),
        "card": card,
        "total": len(cards),
        "open_count": sum(one.is_open for one in cards),
        "story": compared_story(adjudication.version, card.item if card else None),
        "draft_url": draft_address(adjudication.result, card.quote_key if card else ""),
        "address": address(adjudication),
        "fault": fault,
        **_rights(membership, found, sum(one.is_open for one in cards)),
        "clauses": clauses,
        "cited": next((one.title for one in clauses if one.key == clause), clause),
        "keys": page_keys(request.user.preferences, ADJUDICATING),
        "new_gesture": new_gesture,
    }
    return TemplateResponse(request, PAGE, project_context(membership, SECTION, **context), status=status)


def _cards(found: Compared, current: str, typed: Mapping[str, str]) -> list[ItemCard]:
    decisions = standing_decisions(found.adjudication)
    keys = [item.key for item in found.items]
    if current not in keys:
        current = next((key for key in keys if key not in decisions), keys[0] if keys else "")
    undone = found.adjudication.decisions.filter(outcome=Decision.Outcome.OPEN).values_list("key", "revision")
    return item_cards(found, decisions, dict(undone), current, typed)


def _rights(membership: Membership, found: Compared, still_open: int) -> dict[str, Any]:
    """Return what the person can do here."""
    draft, user = found.adjudication.result, membership.user
    is_mine = draft.is_draft and draft.editor_id == user.pk
    is_theirs_to_take = draft.is_draft or draft.editor_id == user.pk or may(membership, Act.MANAGE)
    return {
        "is_mine": is_mine,
        "moved_on": found.moved_on if draft.is_draft else [],
        "may_decide": is_mine and not found.moved_on,
        "may_finish": is_mine and (not still_open or was_gold(draft)),
        "may_take_up": not is_mine and is_theirs_to_take and not is_annotator_of(found.adjudication.version, user),
        "last": last_decision(draft, user) if is_mine else None,
    }
