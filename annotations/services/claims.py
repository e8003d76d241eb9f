"""Claims: making, wording and merging them."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotations.exports.records import Record
from annotations.models import Article, Assignment, Change, Claim, Project, User, fold
from annotations.services.changes import Gesture, Replayed, recorded
from annotations.services.deliveries import bring_out
from annotations.services.errors import Invalid
from annotations.services.registry import Registry, refuse_blind_making, resolved
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
    same = Claim.objects.filter(project=project, text_folded=fold(text))
    # Words that were merged stand for other ones.
    existing = same.order_by(F("merged_into").asc(nulls_first=True), "pk").first()
    if existing is not None:
        return resolved(existing)
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
        # Somebody made the same claim this very moment; or an import is about to bring it, which nobody sees yet.
        if (found := same.filter(merged_into=None).first()) is not None:
            return found
        hidden = Claim.every.get(project=project, text_folded=fold(text), merged_into=None)
        claim = bring_out(hidden, actor=actor, article=article)
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


REGISTRY = Registry(
    subject=Change.Subject.CLAIM,
    state_of=state_of,
    stale=gettext_lazy("This claim was changed since you saw it. Nothing was written."),
    taken=gettext_lazy("Another claim has these words. Merge the two instead."),
    words="text",
    same=("text_folded",),
)


def key_for_quote(*, claim: str | NewClaim, assignment: Assignment, opened: Gesture, actor: User) -> str:
    """Return the key to link a quote to: an existing claim's, or that of one made in this gesture."""
    if isinstance(claim, NewClaim):
        article = assignment.version.article
        return find_or_create(project=assignment.project, new=claim, article=article, actor=actor, opened=opened).key
    row = Claim.objects.filter(project_id=assignment.project_id, key=claim).first()
    if row is None:
        raise Invalid(_("There is no claim “%(claim)s” here.") % {"claim": claim}, field="claims", code="unknown_claim")
    return resolved(row).key


def create_claim(
    *, project: Project, actor: User, new: NewClaim, article: Article | None = None, gesture: str | None = None
) -> Claim:
    """Make a claim by itself; one of the same words is returned instead.

    Raises ``Invalid``, also while the actor is blind to what others made of a story.
    """
    asked = ("claim", project.pk, article.pk if article else None, new)
    try:
        with recorded(project=project, actor=actor, gesture=gesture, asked=asked) as opened:
            refuse_blind_making(project_id=project.pk, actor=actor, article=article, field="claim")
            return find_or_create(project=project, new=new, article=article, actor=actor, opened=opened)
    except Replayed as replayed:
        return Claim.objects.get(project=project, key=replayed.changes[0].subject_key)


def change_claim(*, actor: User, claim: Claim, revision: int, text: str, gesture: str | None = None) -> Claim:
    """Reword a claim. Raises ``Conflict`` if it changed since, ``Invalid`` if another has these words."""
    text = clean_name(text, field="claim", length=TEXT_LENGTH)
    return REGISTRY.write(
        actor=actor,
        row=claim,
        revision=revision,
        action=Change.Action.CHANGE,
        gesture=gesture,
        values={"text": text, "text_folded": fold(text)},
    )


def merge_claims(*, actor: User, claim: Claim, into: Claim, revision: int, gesture: str | None = None) -> Claim:
    """Let ``claim`` stand for ``into`` from now on. Its links stay its own; readers follow the redirect."""
    return REGISTRY.write(
        actor=actor, row=claim, revision=revision, action=Change.Action.MERGE, gesture=gesture, into=into
    )


def unmerge_claim(*, actor: User, claim: Claim, revision: int, gesture: str | None = None) -> Claim:
    """Take a merge back: the claim stands for itself again, with the links it had."""
    return REGISTRY.write(
        actor=actor,
        row=claim,
        revision=revision,
        action=Change.Action.UNMERGE,
        gesture=gesture,
        values={"merged_into": None},
    )
