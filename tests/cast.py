"""The people of the tests: the same in every file."""

from __future__ import annotations

from dataclasses import dataclass

from annotations.models import Label, LabelSet, Membership, Project, Role, User

LABEL_SETS = {
    "act": ("statement", "question", "demand", "decline", "belief", "desire", "decree"),
    "engagement": ("acknowledges", "endorses", "distances"),
    "factuality": ("said", "not_said", "hypothetical"),
}
PASSWORD = "correct horse battery staple"


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
    project = Project.objects.create(slug=slug, name=name)
    for position, (key, answers) in enumerate(LABEL_SETS.items()):
        label_set = LabelSet.objects.create(project=project, key=key, name=key.title(), position=position)
        Label.objects.bulk_create(
            Label(label_set=label_set, key=answer, name=answer.replace("_", " "), position=place)
            for place, answer in enumerate(answers)
        )
    return project


def make_cast() -> Cast:
    """Make the desk and everybody."""
    project, other = make_project("desk", "City desk"), make_project("elsewhere", "Another desk")
    roles = {
        "annotator": Role.ANNOTATOR,
        "other_annotator": Role.ANNOTATOR,
        "reviewer": Role.REVIEWER,
        "manager": Role.MANAGER,
        "viewer": Role.VIEWER,
    }
    users = {name: make_user(name) for name in (*roles, "outsider")}
    for name, role in roles.items():
        Membership.objects.create(project=project, user=users[name], role=role)
    Membership.objects.create(project=other, user=users["outsider"], role=Role.MANAGER)
    return Cast(project=project, other_project=other, **users)
