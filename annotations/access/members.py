"""Who is a member, and what each role may do."""

from __future__ import annotations

from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet, TextChoices
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotations.models import Membership, Project, Role, User

Row = TypeVar("Row", bound=Model)


class Act(TextChoices):
    """What a member can be allowed to do in a project. Reading is allowed to every member."""

    ANNOTATE = "annotate", gettext_lazy("annotate")
    EDIT_REGISTRY = "edit speakers and claims", gettext_lazy("edit speakers and claims")
    COMPARE = "compare annotators", gettext_lazy("compare annotators")
    MERGE = "merge speakers and claims", gettext_lazy("merge speakers and claims")
    REVIEW = "review and adjudicate", gettext_lazy("review and adjudicate")
    IMPORT = "import articles", gettext_lazy("import articles")
    EDIT_ARTICLES = "correct what is known of articles", gettext_lazy("correct what is known of articles")
    PIN = "pin examples to the guidelines", gettext_lazy("pin examples to the guidelines")
    MANAGE = "manage members and guidelines", gettext_lazy("manage members and guidelines")
    REMOVE = "remove text for good", gettext_lazy("remove text for good")


SEES_OTHERS = frozenset({Role.REVIEWER, Role.MANAGER})


ALLOWED: dict[Act, frozenset[Role]] = {
    Act.ANNOTATE: frozenset({Role.ANNOTATOR, Role.REVIEWER, Role.MANAGER}),
    Act.EDIT_REGISTRY: frozenset({Role.REVIEWER, Role.MANAGER}),
    Act.COMPARE: SEES_OTHERS,
    Act.MERGE: frozenset({Role.REVIEWER, Role.MANAGER}),
    Act.REVIEW: frozenset({Role.REVIEWER, Role.MANAGER}),
    Act.IMPORT: frozenset({Role.MANAGER}),
    Act.EDIT_ARTICLES: frozenset({Role.MANAGER}),
    Act.PIN: frozenset({Role.REVIEWER, Role.MANAGER}),
    Act.MANAGE: frozenset({Role.MANAGER}),
    Act.REMOVE: frozenset({Role.MANAGER}),
}


def found(rows: QuerySet[Row], told: str, **wanted: Any) -> Row:
    """Return the one row that is wanted. Raises ``Http404`` in our own words: Django's name the model."""
    row = rows.filter(**wanted).first()
    if row is None:
        raise Http404(told)
    return row


def may(membership: Membership, act: Act) -> bool:
    """Whether this member may do this."""
    return membership.role in ALLOWED[act]


def require(membership: Membership, act: Act) -> None:
    """Raise ``PermissionDenied`` unless this member may do this."""
    if not may(membership, act):
        told = {"role": membership.get_role_display(), "act": act.label}
        raise PermissionDenied(_("As %(role)s of this project you may not %(act)s.") % told)


def get_membership(user: User, slug: str, act: Act | None = None) -> Membership:
    """Return the user's active membership of a project, with the project. Raises ``Http404``, ``PermissionDenied``."""
    membership = (
        Membership.objects.select_related("project", "user")
        .filter(project__slug=slug, user_id=user.pk, user__is_active=True, is_active=True)
        .first()
    )
    if membership is None:
        raise Http404(_("There is no such project."))
    if act is not None:
        require(membership, act)
    return membership


def annotating_members(project: Project) -> list[Membership]:
    """Return the active members who may annotate."""
    roles = ALLOWED[Act.ANNOTATE]
    rows = project.memberships.filter(is_active=True, user__is_active=True, role__in=roles)
    return sorted(rows.select_related("user"), key=lambda row: (str(row.user).casefold(), row.pk))


def projects_of(user: User) -> QuerySet[Project]:
    """Return the projects that exist for this user."""
    return Project.objects.for_user(user)
