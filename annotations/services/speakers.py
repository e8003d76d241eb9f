"""Speakers: making, mending and merging them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotations.exports.dataset import speaker_record
from annotations.exports.jsonl_v1_reader import WIKIDATA
from annotations.exports.records import Record
from annotations.models import Article, Assignment, Change, Project, Quote, Speaker, User, fold
from annotations.models.fields import new_key
from annotations.services.changes import Gesture, Replayed, recorded
from annotations.services.deliveries import bring_out
from annotations.services.errors import Invalid
from annotations.services.registry import Registry, refuse_blind_making, resolved
from annotations.text.canonical import TextRefused, check_name

LABEL_LENGTH = 300
DESCRIPTION_LENGTH = 500
BYTES_A_CHARACTER = 2.6
# What a message calls the field of a name.
FIELDS = {
    "name": gettext_lazy("name"),
    "description": gettext_lazy("description"),
    "alias": gettext_lazy("other name"),
    "claim": gettext_lazy("claim"),
    "note": gettext_lazy("note"),
    "text": gettext_lazy("text"),
    "question": gettext_lazy("question"),
}


@dataclass(frozen=True)
class NewSpeaker:
    """A speaker as a person names them; one that exists already is taken instead."""

    label: str
    kind: str = Speaker.Kind.PERSON
    named: bool = True
    description: str = ""
    aliases: tuple[str, ...] = field(default=())
    wikidata: str = ""


def clean_name(value: str, *, field: str, length: int) -> str:
    """Return a name with single spaces. Raises ``Invalid`` if it is empty, too long or could deceive a reader."""
    name, told = " ".join(value.split()), {"field": FIELDS[field], "length": length}
    if not name:
        raise Invalid(_("The %(field)s is empty.") % told, field=field)
    if len(name) > length:
        raise Invalid(_("The %(field)s is longer than %(length)s characters.") % told, field=field)
    try:
        check_name(name)
    except TextRefused as refused:
        message = _("The %(field)s cannot be used: %(why)s") % {**told, "why": refused.message}
        raise Invalid(message, field=field) from refused
    folded = fold(name)
    if len(folded) > 2 * length or len(folded.encode()) > BYTES_A_CHARACTER * length:
        # Some characters stand for many when names are compared, and others take many bytes. The column of the
        # folded name has its length, and a row of PostgreSQL's indexes at most 2,704 bytes.
        raise Invalid(_("The %(field)s is too long once its characters are written out.") % told, field=field)
    return name


def find_or_create(
    *, project: Project, new: NewSpeaker, article: Article | None, actor: User | None, opened: Gesture, key: str = ""
) -> Speaker:
    """Return the speaker of that name, kind and description, made now if there was none.

    A speaker without a description is taken for the only one of that name. Whether the row is new is not told:
    that would betray what other annotators of the same story did.
    """
    values = _clean(new)
    scope = article if not new.named else None
    if not new.named and article is None:
        raise Invalid(_("A speaker who is not named belongs to one story."), field="named")
    existing = _existing(project, values, scope)
    if existing is not None:
        return existing
    speaker = Speaker(
        project=project,
        key=key or free_key(Speaker, project, values["label"], "speaker", article),
        article=scope,
        introduced_in=article,
        created_by=actor,
        **values,
    )
    try:
        with transaction.atomic():
            speaker.save(force_insert=True)
    except IntegrityError:
        # Somebody made the same speaker this very moment; or an import is about to bring it, which nobody sees yet.
        found = _existing(project, values, scope)
        if found is not None:
            return found
        folded = {name: values[name] for name in REGISTRY.same}
        same = Speaker.every.filter(project=project, article=scope, merged_into=None, **folded).first()
        if same is None:
            raise
        speaker = bring_out(same, actor=actor, article=article)
    opened.record(Change.Action.CREATE, Change.Subject.SPEAKER, speaker.key, after=state_of(speaker), article=article)
    return speaker


def _clean(new: NewSpeaker) -> dict[str, Any]:
    label = clean_name(new.label, field="name", length=LABEL_LENGTH)
    description = " ".join(new.description.split())
    if description:
        clean_name(description, field="description", length=DESCRIPTION_LENGTH)
    if new.kind not in Speaker.Kind.values:
        known = {"kind": new.kind, "kinds": ", ".join(Speaker.Kind.values)}
        raise Invalid(_("“%(kind)s” is no kind of speaker: %(kinds)s.") % known, field="kind")
    if (wikidata := new.wikidata.strip()) and not WIKIDATA.fullmatch(wikidata):
        raise Invalid(_("A Wikidata id looks like Q42."), field="wikidata")
    return {
        "label": label,
        "kind": new.kind,
        "named": new.named,
        "description": description,
        "aliases": [clean_name(alias, field="alias", length=LABEL_LENGTH) for alias in new.aliases],
        "wikidata": wikidata,
        "label_folded": fold(label),
        "description_folded": fold(description),
    }


def _existing(project: Project, values: dict[str, Any], scope: Article | None) -> Speaker | None:
    """Return the speaker whom somebody means by these words; a name that was merged stands for another."""
    same = Speaker.objects.filter(
        project=project, article=scope, label_folded=values["label_folded"], kind=values["kind"]
    ).order_by(F("merged_into").asc(nulls_first=True), "pk")
    exact = next((row for row in same if row.description_folded == values["description_folded"]), None)
    if exact is not None:
        return resolved(exact)
    meant = {row.pk: row for row in map(resolved, same)}
    return next(iter(meant.values())) if len(meant) == 1 and not values["description_folded"] else None


def free_key(model: type, project: Project, words: str, prefix: str, article: Article | None) -> str:
    """Return a readable key made of ``words`` that no row of the project has."""
    base = slugify(words)[:60].strip("-")
    # Made in a story it always ends at random: a plain key that is taken would tell that another annotator of the
    # story has made one of these words already.
    if article is None and base and not model.every.filter(project=project, key=base).exists():  # type: ignore[attr-defined]
        return base
    return new_key(base or prefix)


def state_of(speaker: Speaker) -> Record:
    """Return what history keeps of a speaker."""
    merged_into = speaker.merged_into.key if speaker.merged_into else None
    return speaker_record(speaker) | {"merged_into": merged_into, "revision": speaker.revision}


REGISTRY = Registry(
    subject=Change.Subject.SPEAKER,
    state_of=state_of,
    stale=gettext_lazy("This speaker was changed since you saw it. Nothing was written."),
    taken=gettext_lazy("Another speaker has this name, kind and description. Merge the two instead."),
    words="label",
    same=("label_folded", "kind", "description_folded"),
)


def key_for_quote(
    *, speaker: str | NewSpeaker | None, assignment: Assignment, opened: Gesture, actor: User
) -> str | None:
    """Return the key to attribute a quote to: an existing speaker's, or that of one made in this gesture."""
    if not speaker:
        return None
    article = assignment.version.article
    if isinstance(speaker, NewSpeaker):
        row = find_or_create(project=assignment.project, new=speaker, article=article, actor=actor, opened=opened)
    else:
        named = Speaker.objects.filter(project_id=assignment.project_id, key=speaker).first()
        if named is None or named.article_id not in {None, article.pk}:
            message = _("There is no speaker “%(speaker)s” here.") % {"speaker": speaker}
            raise Invalid(message, field="speaker", code="unknown_speaker")
        row = resolved(named)
    opened.speakers[row.key] = row
    return row.key


def resolution_of(*, source: Iterable[Record], speaker: str | None, opened: Gesture) -> str | None:
    """Say how source words name a speaker: explicit if they share a word with its names, else anaphoric.

    As long as nobody is named as speaker it cannot be said.
    """
    if not speaker:
        return None
    row = opened.speakers.get(speaker) or Speaker.objects.get(project=opened.project, key=speaker)
    names = {word for name in (row.label, *row.aliases) for word in re.findall(r"\w+", fold(name))}
    words = {word for span in source for word in re.findall(r"\w+", fold(span["exact"]))}
    return (Quote.Resolution.EXPLICIT if names & words else Quote.Resolution.ANAPHORIC).value


def create_speaker(
    *, project: Project, actor: User, new: NewSpeaker, article: Article | None = None, gesture: str | None = None
) -> Speaker:
    """Make a speaker by itself; one that exists already is returned instead.

    Raises ``Invalid``, also while the actor is blind to what others made of a story.
    """
    asked = ("speaker", project.pk, article.pk if article else None, new)
    try:
        with recorded(project=project, actor=actor, gesture=gesture, asked=asked) as opened:
            refuse_blind_making(project_id=project.pk, actor=actor, article=article, field="name")
            return find_or_create(project=project, new=new, article=article, actor=actor, opened=opened)
    except Replayed as replayed:
        return Speaker.objects.get(project=project, key=replayed.changes[0].subject_key)


def change_speaker(
    *, actor: User, speaker: Speaker, revision: int, new: NewSpeaker, gesture: str | None = None
) -> Speaker:
    """Change what is known of a speaker. Raises ``Conflict`` if it changed since, ``Invalid`` if one is the same."""
    if new.named != speaker.named:
        raise Invalid(_("A speaker stays named or not named; make another and merge them."), field="named")
    return REGISTRY.write(
        actor=actor,
        row=speaker,
        revision=revision,
        action=Change.Action.CHANGE,
        gesture=gesture,
        values=_clean(new),
    )


def merge_speakers(
    *, actor: User, speaker: Speaker, into: Speaker, revision: int, gesture: str | None = None
) -> Speaker:
    """Let ``speaker`` stand for ``into`` from now on. Its quotes stay its own; readers follow the redirect."""
    return REGISTRY.write(
        actor=actor, row=speaker, revision=revision, action=Change.Action.MERGE, gesture=gesture, into=into
    )


def unmerge_speaker(*, actor: User, speaker: Speaker, revision: int, gesture: str | None = None) -> Speaker:
    """Take a merge back: the speaker stands for itself again, with the quotes it had."""
    return REGISTRY.write(
        actor=actor,
        row=speaker,
        revision=revision,
        action=Change.Action.UNMERGE,
        gesture=gesture,
        values={"merged_into": None},
    )
