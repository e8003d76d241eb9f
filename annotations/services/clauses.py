"""Clauses of the guidelines that a decision can cite: their headings."""

from __future__ import annotations

import re

from django.utils.text import slugify
from django.utils.translation import gettext as _

from annotations.models import Project
from annotations.services.errors import Invalid

HEADING = re.compile(r"^#{1,6}[ \t]+(.+?)[ \t]*#*$", re.MULTILINE)
CLAUSE_LENGTH = 200


def clauses_of(project: Project) -> list[tuple[str, str]]:
    """Return the headings of a project's guidelines, each with the name under which it is cited."""
    found: dict[str, str] = {}
    for title in HEADING.findall(project.guidelines):
        slug = slugify(title, allow_unicode=True)[:CLAUSE_LENGTH]
        if slug:
            found.setdefault(slug, title)
    return list(found.items())


def check_clause(project: Project, clause: str) -> None:
    """Raise ``Invalid`` if the guidelines have no such clause; none may be cited."""
    if clause and clause not in dict(clauses_of(project)):
        told = {"clause": f"{clause:.60}"}
        raise Invalid(_("The guidelines have no clause “%(clause)s”.") % told, field="clause")
