"""The records of adjudications that the API answers with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from annotations.agreement.items import Item
from annotations.api.records import quote_from_state
from annotations.exports.records import Record
from annotations.models import Adjudication
from annotations.services.adjudication_sources import Compared
from annotations.services.decisions import decision_state, standing_decisions


def summary(adjudication: Adjudication, user_pk: int, state: Mapping[str, Any] | None = None) -> Record:
    """Return an adjudication as lists show it, as it stands or as ``state`` of its draft says that it stood."""
    draft = adjudication.result
    return {
        "id": adjudication.pk,
        "article": adjudication.version.article.key,
        "version": adjudication.version.number,
        "assignment": draft.pk,
        "own": draft.editor_id == user_pk,
        "status": draft.status if state is None else state["status"],
        "revision": draft.revision if state is None else state["revision"],
    }


def adjudication(found: Compared, user_pk: int) -> Record:
    """Return an adjudication with all that is compared."""
    decided = {key: decision(key, decision_state(row)) for key, row in standing_decisions(found.adjudication).items()}
    undone = found.adjudication.decisions.filter(outcome="open").values_list("key", "revision")
    seen = {**dict(undone), **{key: row["revision"] for key, row in decided.items()}}
    moved_on = {one.position for one in found.moved_on}
    return {
        **summary(found.adjudication, user_pk),
        "sources": [
            {"assignment": one.own.pk, "revision": one.revision, "moved_on": one.position in moved_on}
            for one in found.contenders
        ],
        "items": [_item(found, item, decided.get(item.key), seen.get(item.key, 0)) for item in found.items],
    }


def _item(found: Compared, item: Item, decided: Record | None, seen: int) -> Record:
    quotes = []
    for contender, state in zip(found.contenders, item.states, strict=True):
        contender.standing.version = found.adjudication.version
        quotes.append(quote_from_state(dict(state), contender.standing) if state is not None else None)
    return {
        "id": item.key,
        "agreed": item.is_agreed,
        "differing": list(item.differing),
        "quotes": quotes,
        "decision": decided,
        "revision": seen,
    }


def decision(key: str, state: Mapping[str, Any]) -> Record:
    """Return a decision as history keeps it."""
    return {
        "item": key,
        **{name: state[name] for name in ("outcome", "picks", "reason", "clause", "quote", "revision")},
    }
