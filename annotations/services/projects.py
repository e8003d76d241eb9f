"""Projects: making one."""

from __future__ import annotations

import re

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from annotations.models import Change, Project, User
from annotations.services.changes import recorded
from annotations.services.errors import Invalid
from annotations.services.guidelines import add_version, clean_guidelines
from annotations.services.label_sets import add_default_label_sets
from annotations.services.speakers import clean_name

NAME_LENGTH = 200
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
SLUG_LENGTH = 60


def create_project(*, actor: User | None, slug: str, name: str, description: str = "", guidelines: str = "") -> Project:
    """Make a project with the usual label sets. Raises ``Invalid`` for what cannot be, such as a name that is taken."""
    if len(slug) > SLUG_LENGTH or not SLUG.fullmatch(slug):
        message = _("A short name has up to %(most)s letters a to z, digits and hyphens.") % {"most": SLUG_LENGTH}
        raise Invalid(message, field="slug")
    name = clean_name(name, field="name", length=NAME_LENGTH)
    try:
        with transaction.atomic():
            project = Project.objects.create(slug=slug, name=name, description=description)
            add_default_label_sets(project)
            text = clean_guidelines(project, guidelines)
            if text:
                add_version(project=project, author=actor, text=text)
            with recorded(project=project, actor=actor, gesture=None, asked=("project", slug)) as opened:
                after = {"slug": slug, "name": name, "guidelines": text}
                opened.record(Change.Action.CREATE, Change.Subject.PROJECT, slug, after=after)
    except IntegrityError as error:
        message = _("There is a project “%(slug)s” already.") % {"slug": slug}
        raise Invalid(message, field="slug", code="taken") from error
    return project
