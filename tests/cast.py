"""The people of the tests: the same in every file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import Max, Model, QuerySet

from annotations.models import Change, Membership, Project, Role, User
from annotations.services.members import add_member
from annotations.services.projects import create_project

PASSWORD = "correct horse battery staple"
ROLES = {
    "annotator": Role.ANNOTATOR,
    "other_annotator": Role.ANNOTATOR,
    "reviewer": Role.REVIEWER,
    "manager": Role.MANAGER,
    "viewer": Role.VIEWER,
}


@dataclass(frozen=True)
class Cast:
    """One desk, its members, and an outsider who belongs to another desk."""

    project: Project
    annotator: User
    other_annotator: User
    reviewer: User
    manager: User
    viewer: User
    outsider: User
    other_project: Project
    # The last row of history that made the desk itself.
    begun: int

    @property
    def changes(self) -> QuerySet[Change]:
        """The history of what happened since the desk was there."""
        return Change.objects.filter(pk__gt=self.begun)

    def membership(self, user: User) -> Membership:
        """Return the user's membership of the desk."""
        return Membership.objects.select_related("project", "user").get(project=self.project, user=user)

    @property
    def members(self) -> dict[str, User]:
        """The members of the desk by what they are."""
        return {
            "annotator": self.annotator,
            "other_annotator": self.other_annotator,
            "reviewer": self.reviewer,
            "manager": self.manager,
            "viewer": self.viewer,
        }


def make_user(username: str) -> User:
    """Make a user who signs in with ``PASSWORD``."""
    return User.objects.create_user(username=username, password=PASSWORD, first_name=username.title())


def make_project(slug: str, name: str) -> Project:
    """Make a project with the usual label sets."""
    return create_project(actor=None, slug=slug, name=name)


def make_cast() -> Cast:
    """Make the desk and everybody: in an empty database, out of the rows that making them left the first time.

    Nearly every test wants them, and the services that make them take longer than many a test.
    """
    if User.objects.exists() or Project.objects.exists():
        return _made()
    if not _ROWS:
        cast = _made()
        _ROWS.extend(_all_rows())
        return cast
    with transaction.atomic():
        for model, rows in _ROWS:
            model._base_manager.bulk_create(model(**row) for row in rows)
    users = {user.username: user for user in User.objects.all()}
    projects = {project.slug: project for project in Project.objects.all()}
    return _cast(projects["desk"], projects["elsewhere"], users)


_ROWS: list[tuple[type[Model], list[dict[str, Any]]]] = []


def _all_rows() -> list[tuple[type[Model], list[dict[str, Any]]]]:
    models = apps.get_app_config("annotations").get_models()
    found = [(model, list(model._base_manager.order_by("pk").values())) for model in models]
    return [(model, rows) for model, rows in found if rows]


def _made() -> Cast:
    project, other = make_project("desk", "City desk"), make_project("elsewhere", "Another desk")
    users = {name: make_user(name) for name in (*ROLES, "outsider")}
    for name, role in ROLES.items():
        add_member(actor=None, project=project, user=users[name], role=role)
    add_member(actor=None, project=other, user=users["outsider"], role=Role.MANAGER)
    return _cast(project, other, users)


def _cast(project: Project, other: Project, users: dict[str, User]) -> Cast:
    begun = Change.objects.aggregate(last=Max("pk"))["last"]
    return Cast(project=project, other_project=other, begun=begun, **users)
