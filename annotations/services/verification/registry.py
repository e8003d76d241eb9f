"""Are speakers and claims what they may be, and do their redirects lead somewhere?"""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import F, Q

from annotations.models import Claim, Quote, Speaker, is_folded
from annotations.services.verification.breach import Breach
from annotations.services.verification.scope import Scope

ROWS = 1000


def speakers_fit(scope: Scope) -> Iterator[Breach]:
    """Redirects make no ring and stay in the project; an unnamed speaker is used in its own article only."""
    yield from _redirects(Speaker, "speaker", scope)
    rows = (
        scope.rows(Speaker)
        .order_by("pk")
        .values_list("key", "label", "label_folded", "description", "description_folded", "kind", "named", "article_id")
    )
    for key, label, folded, description, description_folded, kind, named, article in rows.iterator(chunk_size=ROWS):
        if kind not in Speaker.Kind.values:
            yield Breach("speaker", key, f"“{kind}” is no kind")
        elif named != (article is None):
            yield Breach("speaker", key, "an unnamed speaker, and no other, belongs to an article")
        elif not (is_folded(folded, label) and is_folded(description_folded, description)):
            yield Breach("speaker", key, "its name is not what it is compared by")
    elsewhere = scope.rows(Quote).filter(
        ~Q(assignment__version__article=F("speaker__article")), speaker__article__isnull=False, is_deleted=False
    )
    for key, speaker in elsewhere.values_list("key", "speaker__key").iterator(chunk_size=ROWS):
        yield Breach("quote", key, f"its speaker {speaker} belongs to another article")
    astray = scope.rows(Speaker).filter(article__isnull=False).exclude(article__project=F("project"))
    for key in astray.values_list("key", flat=True):
        yield Breach("speaker", key, "its article is of another project")


def claims_fit(scope: Scope) -> Iterator[Breach]:
    """Redirects make no ring and stay in the project; a claim is compared by its words."""
    yield from _redirects(Claim, "claim", scope)
    rows = scope.rows(Claim).order_by("pk").values_list("key", "text", "text_folded")
    for key, text, folded in rows.iterator(chunk_size=ROWS):
        if not is_folded(folded, text):
            yield Breach("claim", key, "its words are not what it is compared by")


def _redirects(model: type[Speaker] | type[Claim], kind: str, scope: Scope) -> Iterator[Breach]:
    rows = scope.rows(model).filter(merged_into__isnull=False).order_by("pk")
    found = list(rows.values_list("pk", "key", "merged_into_id", "project_id", "merged_into__project_id"))
    step = {pk: into for pk, _, into, _, _ in found}
    for pk, key, _, project, into_project in found:
        if project != into_project:
            yield Breach(kind, key, "it is merged into one of another project")
        seen, at = set(), pk
        while at in step and at not in seen:
            seen.add(at)
            at = step[at]
        if at == pk:
            yield Breach(kind, key, "its redirects make a ring")
