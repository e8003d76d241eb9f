"""Speakers and claims that a member may be offered: those whose use they may see."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from annotations.access.members import found
from annotations.access.work import not_blind
from annotations.models import Assignment, Claim, ClaimLink, Membership, Quote, Speaker, published
from annotations.models.registry import RegistryQuerySet


def visible_speakers(membership: Membership) -> QuerySet[Speaker]:
    """Speakers that the member may be offered: of those they may see, the ones that no removal has emptied."""
    return known_speakers(membership).standing()


def known_speakers(membership: Membership) -> RegistryQuerySet[Speaker]:
    """Speakers that the member may see.

    Not those that anybody introduced in an article the member is blind to, until they are used in gold, in another
    article or by the member. Their own are no exception: they would see who was first.
    """
    used = Quote.objects.live().filter(speaker=OuterRef("pk")).filter(use_seen(membership, "assignment"))
    return Speaker.objects.filter(project=membership.project).filter(_introduction_seen(membership) | Exists(used))


def visible_claims(membership: Membership) -> QuerySet[Claim]:
    """Claims that the member may be offered: of those they may see, the ones that no removal has emptied."""
    return known_claims(membership).standing()


def known_claims(membership: Membership) -> RegistryQuerySet[Claim]:
    """Claims that the member may see, by the same rule as speakers."""
    live = ClaimLink.objects.filter(published("quote__"), claim=OuterRef("pk"), quote__is_deleted=False)
    used = live.filter(use_seen(membership, "quote__assignment"))
    return Claim.objects.filter(project=membership.project).filter(_introduction_seen(membership) | Exists(used))


def offered_speaker(membership: Membership, key: str) -> Speaker | None:
    """Return a speaker that the member may be offered, by its key. Every gesture asks this: the quick reason first."""
    rows = Speaker.objects.standing().filter(project=membership.project, key=key)
    return rows.filter(_introduction_seen(membership)).first() or visible_speakers(membership).filter(key=key).first()


def offered_claim(membership: Membership, key: str) -> Claim | None:
    """Return a claim that the member may be offered, by its key."""
    rows = Claim.objects.standing().filter(project=membership.project, key=key)
    return rows.filter(_introduction_seen(membership)).first() or visible_claims(membership).filter(key=key).first()


def _introduction_seen(membership: Membership) -> Q:
    return not_blind(membership, "introduced_in")


def use_seen(membership: Membership, assignment: str) -> Q:
    """Return the condition that the quotes behind a relation are ones whose use the member may see."""
    return (
        Q(**{f"{assignment}__status": Assignment.Status.GOLD})
        | Q(**{f"{assignment}__annotator__user_id": membership.user_id})
        | not_blind(membership, f"{assignment}__version__article")
    )


def get_speaker(membership: Membership, key: str) -> Speaker:
    """Return a speaker that the member may see. Raises ``Http404``."""
    rows = known_speakers(membership).select_related("merged_into", "project")
    return found(rows, _("There is no such speaker."), key=key)


def get_claim(membership: Membership, key: str) -> Claim:
    """Return a claim that the member may see. Raises ``Http404``."""
    rows = known_claims(membership).select_related("merged_into", "project")
    return found(rows, _("There is no such claim."), key=key)
