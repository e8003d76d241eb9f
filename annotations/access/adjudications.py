"""Who may make the gold of what."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from annotations.access.articles import get_article, get_version
from annotations.access.members import Act, found, get_membership, may
from annotations.access.work import blind_articles, visible_assignments
from annotations.models import Adjudication, ArticleVersion, Membership, User


def get_adjudicated(user: User, slug: str, key: str, number: int | None) -> tuple[Membership, ArticleVersion]:
    """Return a version of a story to adjudicate it, the newest unless numbered.

    Raises ``Http404``, ``PermissionDenied``, also to who annotates the story: nothing is told of others' work.
    """
    membership = get_membership(user, slug, Act.REVIEW)
    article = get_article(membership, key)
    if blind_articles(membership).filter(version__article=article).exists():
        raise PermissionDenied(
            _("You annotate this story yourself, so you see nobody else’s work on it before there is gold.")
        )
    return membership, get_version(article, number)


def visible_adjudications(membership: Membership) -> QuerySet[Adjudication]:
    """Adjudications that the member may see: those of what they may see, if they may review."""
    rows = Adjudication.objects.filter(project=membership.project)
    return rows.filter(result__in=visible_assignments(membership)) if may(membership, Act.REVIEW) else rows.none()


def get_adjudication(user: User, pk: int) -> tuple[Membership, Adjudication]:
    """Return an adjudication with its version and its draft. Raises ``Http404``, ``PermissionDenied``."""
    slug = Adjudication.objects.filter(pk=pk).values_list("project__slug", flat=True).first()
    membership = get_membership(user, slug or "", Act.REVIEW)
    return membership, get_visible_adjudication(membership, pk)


def get_visible_adjudication(membership: Membership, pk: int) -> Adjudication:
    """Return an adjudication of the member's project. Raises ``Http404``."""
    whole = ("version__article", "version__project", "result__editor", "project")
    rows = visible_adjudications(membership).select_related(*whole)
    return found(rows, _("There is no such adjudication."), pk=pk)
