"""Versions of a story: taking up the newest with one's earlier quotes, for oneself or, as a manager, for everybody."""

from __future__ import annotations

from django.db import transaction

from annotations.models import Article, ArticleVersion, Assignment, Quote, Role, User
from annotations.services.assignments import start_assignment
from annotations.services.carrying import carry_over
from annotations.services.errors import Invalid, Locked, NotAllowed
from annotations.services.members import require_manager


def newest_version(article: Article) -> ArticleVersion:
    """Return the version of a story that stands now."""
    return article.versions.select_related("article", "project").latest("number")


def take_up_newest(*, actor: User, assignment: Assignment, gesture: str | None = None) -> Assignment:
    """Take up the newest version of the story of one's own assignment, and carry over what stands unchanged.

    Returns the assignment of that version, which may be this one. Raises ``Invalid`` or ``NotAllowed`` if the story
    has no place, ``Locked`` if that assignment is not open.
    """
    version = newest_version(assignment.version.article)
    newest = assignment if version.pk == assignment.version_id else start_assignment(actor=actor, version=version)
    return carry_over(actor=actor, assignment=newest, gesture=gesture)


def carry_over_for_all(*, actor: User, article: Article) -> None:
    """Give everybody who has quotes in an earlier version of a story its newest version, with what stands unchanged.

    Who gave the story back or has no place in the queue is passed over, and so is finished work. It tells nothing of
    who that was: the manager may be blind to the story. Doing it again adds only what is new. Raises ``NotAllowed``
    unless ``actor`` manages the project.
    """
    with transaction.atomic():
        require_manager(actor=actor, project=article.project)
    version = newest_version(article)
    for user in _annotators_of(version):
        try:
            newest = start_assignment(actor=actor, version=version, user=user)
            carry_over(actor=actor, assignment=newest, by_manager=True)
        except (Invalid, NotAllowed, Locked):
            continue


def _annotators_of(version: ArticleVersion) -> list[User]:
    quotes = Quote.objects.live().filter(
        assignment__version__article=version.article_id, assignment__version__number__lt=version.number
    )
    members = User.objects.filter(
        is_active=True,
        memberships__project=version.project_id,
        memberships__is_active=True,
        memberships__role__in=[Role.ANNOTATOR, Role.REVIEWER, Role.MANAGER],
    )
    kept = quotes.filter(assignment__left="").values("assignment__annotator__user")
    gave_back = Assignment.objects.filter(version=version).exclude(left="").values("annotator__user")
    return list(
        members.filter(pk__in=kept).exclude(pk__in=gave_back.filter(annotator__user__isnull=False)).order_by("pk")
    )
