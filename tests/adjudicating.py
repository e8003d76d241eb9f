"""Stories that two people annotated and a third adjudicates, for tests."""

from __future__ import annotations

from typing import Any

from annotations.models import Adjudication, ArticleVersion, Assignment, Decision, Quote, User
from annotations.services.adjudication_sources import compared
from annotations.services.adjudications import start_adjudication
from annotations.services.assignments import submit_assignment
from annotations.services.decisions import Choice, decide
from annotations.services.speakers import NewSpeaker
from tests.cast import Cast
from tests.factories import STORY, make_assignment, make_quote, make_version

BRIDGE, PIER, DENIAL = "“The bridge is safe,”", "the old pier “moves a little” in winter", "nobody had measured it"


def submitted(version: ArticleVersion, user: User, *quotes: tuple[str, dict[str, Any]]) -> Assignment:
    """Let somebody annotate a story with these quotes and submit it."""
    assignment = make_assignment(version, user)
    for content, parts in quotes:
        make_quote(assignment, user, content, **parts)
    assignment.refresh_from_db()
    return submit_assignment(actor=user, assignment=assignment, revision=assignment.revision)


def agreed_on(*, speaker: str = "Ada Holt") -> tuple[str, dict[str, Any]]:
    """Return a quote as both make it."""
    return BRIDGE, {"source": "Mayor Ada Holt", "cue": "said", "speaker": NewSpeaker(speaker)}


def disputed(cast: Cast, text: str = STORY) -> ArticleVersion:
    """Make a story on which two people agree once, differ once, and that has one quote more by the first."""
    version = make_version(cast.project, cast.manager, text)
    first = (PIER, {"source": "engineers", "cue": "told", "speaker": NewSpeaker("engineers", named=False)})
    second = ("old pier “moves a little”", {"source": "engineers", "labels": {"act": "statement"}})
    submitted(version, cast.annotator, agreed_on(), first, (DENIAL, {"source": "He"}))
    submitted(version, cast.other_annotator, agreed_on(), second)
    return version


def begun(cast: Cast, version: ArticleVersion | None = None) -> Adjudication:
    """Let the reviewer begin to adjudicate a story."""
    return start_adjudication(actor=cast.reviewer, version=version or disputed(cast))


def keys(adjudication: Adjudication) -> list[str]:
    """Return the keys of what is compared, in the order of the story."""
    return [item.key for item in compared(adjudication).items]


def choose(adjudication: Adjudication, key: str, choice: Choice, actor: User, **more: Any) -> Decision:
    """Decide something, having seen how it stands."""
    seen = Decision.objects.filter(adjudication=adjudication, key=key).values_list("revision", flat=True).first()
    found = decide(actor=actor, adjudication=adjudication, key=key, revision=seen or 0, choice=choice, **more)
    return found.decision


def contents(adjudication: Adjudication) -> list[str]:
    """Return the words of the quotes of a draft, in the order of their making."""
    quotes = Quote.objects.live().filter(assignment=adjudication.result)
    return [" … ".join(span.exact for span in quote.spans.all() if span.role == "content") for quote in quotes]
