"""Projects: making one, and its guidelines."""

from __future__ import annotations

import hashlib
import re

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from annotations.models import Change, Project, User
from annotations.services.changes import Replayed, recorded
from annotations.services.errors import Conflict, Invalid
from annotations.services.label_sets import add_default_label_sets
from annotations.services.speakers import clean_name
from annotations.text.canonical import TextRefused, canonicalise

# Markdown of the worst kind takes a server a fifth of a second at this length.
GUIDELINES_LENGTH = 40_000
NAME_LENGTH = 200
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
SLUG_LENGTH = 60


def create_project(*, actor: User | None, slug: str, name: str, description: str = "", guidelines: str = "") -> Project:
    """Make a project with the usual label sets. Raises ``Invalid`` for a short name that is taken or unfit."""
    if len(slug) > SLUG_LENGTH or not SLUG.fullmatch(slug):
        message = _("A short name has up to %(most)s letters a to z, digits and hyphens.") % {"most": SLUG_LENGTH}
        raise Invalid(message, field="slug")
    name = clean_name(name, field="name", length=NAME_LENGTH)
    try:
        with transaction.atomic():
            project = Project.objects.create(slug=slug, name=name, description=description, guidelines=guidelines)
            add_default_label_sets(project)
            with recorded(project=project, actor=actor, gesture=None, asked=("project", slug)) as opened:
                after = {"slug": slug, "name": name, "guidelines": guidelines}
                opened.record(Change.Action.CREATE, Change.Subject.PROJECT, slug, after=after)
    except IntegrityError as error:
        message = _("There is a project “%(slug)s” already.") % {"slug": slug}
        raise Invalid(message, field="slug", code="taken") from error
    return project


def guidelines_seen(project: Project) -> str:
    """Return the mark of the guidelines as they stand: what a change of them says that it has seen."""
    return hashlib.sha256(project.guidelines.encode()).hexdigest()


def change_guidelines(
    *, actor: User, project: Project, seen: str, guidelines: str, gesture: str | None = None
) -> Project:
    """Replace the guidelines. Raises ``Conflict`` if they changed since they were seen."""
    try:
        text = canonicalise(guidelines)
    except TextRefused as refused:
        message = _("The guidelines cannot be used: %(why)s") % {"why": refused.message}
        raise Invalid(message, field="guidelines") from refused
    if len(text) > GUIDELINES_LENGTH:
        message = _("Guidelines have at most %(most)s characters.") % {"most": f"{GUIDELINES_LENGTH:,}"}
        raise Invalid(message, field="guidelines")
    try:
        with recorded(
            project=project, actor=actor, gesture=gesture, asked=("guidelines", project.pk, seen, text)
        ) as opened:
            locked = Project.objects.select_for_update().get(pk=project.pk)
            if guidelines_seen(locked) != seen:
                raise Conflict(
                    _("The guidelines were changed since you saw them. Nothing was written."),
                    current={"guidelines": locked.guidelines},
                )
            before, locked.guidelines = locked.guidelines, text
            if before == text:
                return locked
            locked.save(update_fields=["guidelines"])
            opened.record(
                Change.Action.CHANGE,
                Change.Subject.PROJECT,
                locked.slug,
                before={"guidelines": before},
                after={"guidelines": text},
            )
    except Replayed:
        pass
    project.refresh_from_db()
    return project
