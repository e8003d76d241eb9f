"""What is verified: a whole desk, or what belongs to one project."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from annotations.models import AdjudicationSource, ClaimLink, Decision, Project, QuoteAncestor, QuoteLabel, Span

# Where a row does not name its project itself.
PATHS: dict[type[Model], str] = {
    Project: "pk",
    Span: "quote__project",
    QuoteLabel: "quote__project",
    QuoteAncestor: "quote__project",
    ClaimLink: "quote__project",
    AdjudicationSource: "adjudication__project",
    Decision: "adjudication__project",
}


@dataclass(frozen=True)
class Scope:
    """The connection that is read, and the number of the one project; None is every project."""

    using: str
    project: int | None = None

    def rows(self, model: type[Model]) -> Any:
        """Return the rows of a model, as its own manager gives them."""
        rows = model._default_manager.using(self.using)
        return rows if self.project is None else rows.filter(**{PATHS.get(model, "project"): self.project})
