"""Claims: making, wording and merging them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.db import IntegrityError, transaction

from annotations.exports.records import Record
from annotations.models import Article, Assignment, Change, Claim, Project, User, fold
from annotations.services.changes import Gesture, Replayed, recorded
from annotations.services.errors import Conflict, Invalid
from annotations.services.redirects import locked_target
from annotations.services.speakers import clean_name, free_key

TEXT_LENGTH = 1000


@dataclass(frozen=True)
class NewClaim:
    """A claim as a person words it; one with the same words is taken instead."""

    text: str


def find_or_create(
    *,
    project: Project,
    new: NewClaim,
    article: Article | None,
    actor: User | None,
    opened: Gesture,
    key: str = "",
) -> Claim:
    """Return the claim of these words, made now if there was none. Whether it is new is not told."""
    text = clean_name(new.text, field="claim", length=TEXT_LENGTH)
    same = Claim.objects.filter(project=project, text_folded=fold(text), merged_into__isnull=True)
    existing = same.first()
    if existing is not None:
        return existing
    claim = Claim(
        project=project,
        key=key or free_key(Claim, project, text, "claim", article),
        text=text,
        text_folded=fold(text),
        introduced_in=article,
        created_by=actor,
    )
    try:
        with transaction.atomic():
            claim.save(force_insert=True)
    except IntegrityError:
        # Somebody made the same claim this very moment.
        return same.get()
    opened.record(Change.Action.CREATE, Change.Subject.CLAIM, claim.key, after=state_of(claim), article=article)
    return claim


def state_of(claim: Claim) -> Record:
    """Return what history keeps of a claim."""
    return {
        "id": claim.key,
        "text": claim.text,
        "merged_into": claim.merged_into.key if claim.merged_into else None,
        "revision": claim.revision,
    }


def resolved(claim: Claim) -> Claim:
    """Return the claim that this one finally stands for."""
    while claim.merged_into is not None:
        claim = claim.merged_into
    return claim


def key_for_quote(*, claim: str | NewClaim, assignment: Assignment, opened: Gesture, actor: User) -> str:
    """Return the key to link a quote to: an existing claim's, or that of one made in this gesture."""
    if isinstance(claim, NewClaim):
        article = assignment.version.article
        return find_or_create(project=assignment.project, new=claim, article=article, actor=actor, opened=opened).key
    row = Claim.objects.filter(project_id=assignment.project_id, key=claim).first()
    if row is None:
        raise Invalid(f"There is no claim “{claim}” here.", field="claims", code="unknown_claim")
    return resolved(row).key


def create_claim(
    *, project: Project, actor: User, new: NewClaim, article: Article | None = None, gesture: str | None = None
) -> Claim:
    """Make a claim by itself; one of the same words is returned instead."""
    asked = ("claim", project.pk, article.pk if article else None, new)
    try:
        with recorded(project=project, actor=actor, gesture=gesture, asked=asked) as opened:
            return find_or_create(project=project, new=new, article=article, actor=actor, opened=opened)
    except Replayed as replayed:
        return Claim.objects.get(project=project, key=replayed.changes[0].subject_key)


def change_claim(*, actor: User, claim: Claim, revision: int, text: str, gesture: str | None = None) -> Claim:
    """Reword a claim. Raises ``Conflict`` if it changed since, or if another has these words."""
    text = clean_name(text, field="claim", length=TEXT_LENGTH)
    values = {"text": text, "text_folded": fold(text)}
    return _write(
        actor=actor, claim=claim, revision=revision, values=values, action=Change.Action.CHANGE, gesture=gesture
    )


def merge_claims(*, actor: User, claim: Claim, into: Claim, revision: int, gesture: str | None = None) -> Claim:
    """Let ``claim`` stand for ``into`` from now on. Its links stay its own; readers follow the redirect."""
    return _write(actor=actor, claim=claim, revision=revision, into=into, action=Change.Action.MERGE, gesture=gesture)


def unmerge_claim(*, actor: User, claim: Claim, revision: int, gesture: str | None = None) -> Claim:
    """Take a merge back: the claim stands for itself again, with the links it had."""
    return _write(
        actor=actor,
        claim=claim,
        revision=revision,
        values={"merged_into": None},
        action=Change.Action.UNMERGE,
        gesture=gesture,
    )


def _write(
    *,
    actor: User,
    claim: Claim,
    revision: int,
    action: Change.Action,
    gesture: str | None,
    values: Mapping[str, str | None] = MappingProxyType({}),
    into: Claim | None = None,
) -> Claim:
    asked = (action.value, claim.pk, revision, dict(values), into.pk if into else None)
    try:
        with recorded(project=claim.project, actor=actor, gesture=gesture, asked=asked) as opened:
            target = locked_target(claim, into) if into else None
            locked = _locked(claim, revision)
            before = state_of(locked)
            for column, value in values.items():
                setattr(locked, column, value)
            if target is not None:
                locked.merged_into = target
            _save(locked)
            opened.record(action, Change.Subject.CLAIM, locked.key, before=before, after=state_of(locked))
    except Replayed:
        pass
    claim.refresh_from_db()
    return claim


def _locked(claim: Claim, revision: int) -> Claim:
    locked = Claim.objects.select_for_update(no_key=True).get(pk=claim.pk)
    if locked.revision != revision:
        raise Conflict("This claim was changed since you saw it. Nothing was written.", current=state_of(locked))
    return locked


def _save(claim: Claim) -> None:
    claim.revision += 1
    try:
        with transaction.atomic():
            claim.save()
    except IntegrityError as error:
        raise Conflict("Another claim has these words. Merge the two instead.") from error
