"""Projects, who works in them, and the questions they ask of every quote."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from annotations.models.deliveries import Delivered, PublishedManager, delivery_index
from annotations.models.fields import Key, new_key

if TYPE_CHECKING:
    from annotations.models.users import User


class Role(models.TextChoices):
    """What a member may do in a project; ``annotations.access`` gives the rules."""

    ANNOTATOR = "annotator", _("annotator")
    REVIEWER = "reviewer", _("reviewer")
    MANAGER = "manager", _("manager")
    VIEWER = "viewer", _("viewer")


class ProjectQuerySet(models.QuerySet["Project"]):
    def for_user(self, user: User) -> ProjectQuerySet:
        """Projects in which ``user`` is an active member; nothing else exists for them."""
        return self.filter(memberships__user_id=user.pk, memberships__is_active=True)


class Project(models.Model):
    """One team's body of stories, annotated to one set of guidelines."""

    slug = models.SlugField(_("short name"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=200)
    description = models.TextField(_("description"), blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ProjectQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A person's role in a project. Leaving makes it inactive; the row stays."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="memberships")
    user = models.ForeignKey("annotations.User", models.PROTECT, related_name="memberships")
    role = models.CharField(_("role"), max_length=20, choices=Role)
    is_active = models.BooleanField(_("active"), default=True)
    takes_stories = models.BooleanField(_("gets stories from the queue"), default=True)
    # The version of the guidelines that its person has worked under or looked at; 0: there were none. Null: they have
    # not annotated yet. A mark of one's reading, so it has no history.
    guidelines_seen = models.PositiveIntegerField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["project", "user"], name="membership_once"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="membership_role"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.role} of {self.project}"


def new_pseudonym() -> str:
    """Return a fresh name under which an annotator appears in exports."""
    return new_key("annotator")


class Annotator(Delivered):
    """Whoever makes quotes in a project: a person, or a program that suggests them.

    Exports and agreement name annotators by pseudonym. An imported annotator has no user here.
    """

    class Kind(models.TextChoices):
        PERSON = "person", _("person")
        SUGGESTER = "suggester", _("suggester")

    project = models.ForeignKey(Project, models.PROTECT, related_name="annotators")
    user = models.ForeignKey("annotations.User", models.PROTECT, null=True, blank=True, related_name="annotators")
    pseudonym = Key(default=new_pseudonym)
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.PERSON)

    objects = PublishedManager["Annotator"]()
    every = models.Manager["Annotator"]()

    class Meta:
        ordering = ["pk"]
        indexes = [delivery_index("annotator_delivery")]
        constraints = [
            models.UniqueConstraint(fields=["project", "pseudonym"], name="annotator_pseudonym_once"),
            models.UniqueConstraint(fields=["project", "user"], name="annotator_user_once"),
            models.CheckConstraint(
                condition=Q(kind="person") | Q(kind="suggester", user__isnull=True), name="annotator_kind"
            ),
        ]

    def __str__(self) -> str:
        return self.pseudonym


class LabelSet(models.Model):
    """A question a project asks of every quote, with its possible answers. A retired one is asked no more."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="label_sets")
    key = models.SlugField(max_length=60)
    name = models.CharField(max_length=100)
    question = models.CharField(max_length=300, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["project", "key"], name="label_set_key_once")]

    def __str__(self) -> str:
        return self.name


class Label(models.Model):
    """One answer of a label set. Retired labels stay on the quotes that have them."""

    label_set = models.ForeignKey(LabelSet, models.PROTECT, related_name="labels")
    key = models.SlugField(max_length=60)
    name = models.CharField(max_length=100)
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["label_set", "key"], name="label_key_once")]

    def __str__(self) -> str:
        return self.name
