"""Removal: the one way in which text leaves for good. A tombstone with ids and hashes stays."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from annotations.exports.records import Record
from annotations.models import (
    Article,
    ArticleVersion,
    Assignment,
    Change,
    Claim,
    ClaimLink,
    Comment,
    Decision,
    GuidelinesExample,
    Project,
    Quote,
    QuoteLabel,
    Removal,
    Review,
    Span,
    Speaker,
    StagedImport,
    User,
)
from annotations.models.fields import is_fresh, new_key
from annotations.models.registry import REMOVED
from annotations.services import claims as claim_services
from annotations.services import speakers as speaker_services
from annotations.services import staging
from annotations.services.article_metadata import guessed_key
from annotations.services.articles import lock_imports
from annotations.services.changes import Gesture, recorded
from annotations.services.erasure import (
    Erasure,
    blank_claim,
    blank_speaker,
    rename_in_orders,
    reword_claims,
    reword_speakers,
    reword_talk,
    rewrite_history,
)
from annotations.services.errors import Invalid
from annotations.services.releases import withdraw_releases
from annotations.services.task_files import remove_files_of
from annotations.services.tasks import cancel_tasks_of, forget_results
from annotations.text.canonical import TextRefused, canonicalise, text_sha256

logger = logging.getLogger("newsnotes.removals")

REASON_LENGTH = 2000
# How long a removal keeps writers waiting for readers to let go of the log, in milliseconds.
LOG_PATIENCE = 2000
# What history keeps of each kind of object whose text is gone.
KEPT = ("id", "version", "sha256", "length", "status", "left", "revision", "deleted")


def remove_article(*, actor: User, article: Article, reason: str) -> Removal:
    """Erase the text of an article for good: all versions, original bytes, spans, history, and its own registry rows.

    An id that was made of its headline goes too; its hash stays. Quotes stay as tombstones. Speakers and claims that no
    other article uses go with it. Raises ``Invalid`` if it is removed already, or without a reason. Who may do this is
    for the caller to know.
    """
    reason = _clean_reason(reason)
    asked = ("remove article", article.pk)
    with recorded(project=article.project, actor=actor, gesture=None, asked=asked) as opened:
        _end_tasks(actor, article.project)
        _wait_for_writers(article.project, ArticleVersion.objects.filter(article=article))
        locked = Article.objects.select_for_update(no_key=True).get(pk=article.pk)
        if Removal.objects.filter(article=locked, finished_at__isnull=False).exists():
            raise Invalid(_("This story is removed already."), code="removed")
        hashes = [
            sha for pair in locked.versions.order_by("number").values_list("sha256", "original_sha256") for sha in pair
        ]
        ids = {locked.key: new_key(REMOVED)} if _is_named_after_its_words(locked) else {}
        removal = Removal.objects.create(
            project=locked.project,
            article=locked,
            actor=actor,
            reason=reason,
            hashes=[*hashes, *map(text_sha256, ids)],
        )
        erasure = _erase_registry(locked, opened)
        _erase_quotes(locked)
        _erase_texts(locked, ids.get(locked.key, locked.key))
        _erase_history(locked, erasure, ids)
        withdraw_releases(opened=opened, removal=removal, erasure=erasure, article=locked)
        staging.forget(StagedImport.objects.filter(project=locked.project).values_list("pk", flat=True))
        opened.record(
            Change.Action.REMOVE,
            Change.Subject.ARTICLE,
            locked.key,
            after={"id": locked.key, "removal": removal.pk},
            article=locked,
        )
        _finish(removal)
    article.refresh_from_db()
    return removal


def _end_tasks(actor: User, project: Project) -> None:
    """Leave no task that goes on with what is removed, and nothing that any brought forth.

    Their locks come first, as they do in the steps of tasks.
    """
    cancel_tasks_of(actor=actor, project=project)
    forget_results(project)
    transaction.on_commit(lambda: remove_files_of(project))


def _wait_for_writers(project: Project, versions: QuerySet[ArticleVersion]) -> None:
    """Let whoever writes about these versions come to an end, and everybody else wait for the removal.

    What they write would otherwise be read before they have written it, and stay.
    """
    lock_imports(project)
    # Nobody takes up a version that is locked so.
    list(versions.select_for_update().order_by("pk").values_list("pk", flat=True))
    assignments = Assignment.objects.filter(version__in=versions)
    list(assignments.select_for_update().order_by("pk").values_list("pk", flat=True))


def _is_named_after_its_words(article: Article) -> bool:
    """Whether its id is one that the desk makes of a headline: then it would tell what the story said."""
    made = {guessed_key(headline, text) for headline, text in article.versions.values_list("headline", "text")}
    return any(article.key == key or is_fresh(article.key, key) for key in made)


def _erase_texts(article: Article, key: str) -> None:
    ArticleVersion.objects.filter(article=article).update(text="", headline="", original=b"", blocks=[], search_text="")
    article.key, article.outlet, article.url, article.byline = key, "", "", ""
    article.revision += 1
    article.save(update_fields=["key", "outlet", "url", "byline", "revision"])


def _erase_quotes(article: Article) -> None:
    quotes = Quote.objects.filter(assignment__version__article=article)
    keys = quotes.values("pk")
    # The resolution goes first: the database holds it against the source words.
    quotes.update(
        resolution="",
        no_source="",
        note="",
        speaker=None,
        is_deleted=True,
        revision=F("revision") + 1,
        updated_at=timezone.now(),
    )
    GuidelinesExample.objects.filter(quote__in=keys).update(note="", is_active=False)
    for model in (Span, QuoteLabel, ClaimLink):
        model.objects.filter(quote__in=keys).delete()
    Comment.objects.filter(assignment__version__article=article).update(text="")
    Review.objects.filter(assignment__version__article=article).update(note="")
    Assignment.objects.filter(version__article=article).update(looked_at=[], read_up_to=None)
    Decision.objects.filter(adjudication__version__article=article).update(reason="", clause="")


def _erase_registry(article: Article, opened: Gesture) -> Erasure:
    """Blank the speakers and claims that only this article knows.

    They are recorded once all are blank: one may be merged into another.
    """
    erasure = Erasure()
    elsewhere = Quote.objects.filter(project=article.project).exclude(assignment__version__article=article)
    speakers = Speaker.objects.select_for_update(of=("self",)).filter(
        Q(introduced_in=article) | Q(article=article), project=article.project
    )
    quoted = _with_targets(Speaker, elsewhere.values_list("speaker", flat=True), article.project)
    gone = [speaker for speaker in speakers if speaker.pk not in quoted]
    for speaker in gone:
        blank_speaker(speaker, erasure)
    links = ClaimLink.objects.filter(quote__in=elsewhere)
    said = _with_targets(Claim, links.values_list("claim", flat=True), article.project)
    claims = Claim.objects.select_for_update(of=("self",)).filter(introduced_in=article, project=article.project)
    unsaid = [claim for claim in claims if claim.pk not in said]
    for claim in unsaid:
        blank_claim(claim, erasure)
    for speaker in gone:
        _record_speaker(opened, speaker)
    for claim in unsaid:
        _record_claim(opened, claim)
    return erasure


def _with_targets(model: type[Speaker] | type[Claim], used: Iterable[int | None], project: Project) -> set[int | None]:
    """Return the keys of these rows and of all that they stand for."""
    merged = model.objects.filter(project=project, merged_into__isnull=False)
    step: dict[int | None, int | None] = dict(merged.values_list("pk", "merged_into_id"))
    found = set(used)
    for pk in list(found):
        target = step.get(pk)
        while target is not None:
            found.add(target)
            target = step.get(target)
    return found


def _erase_history(article: Article, erasure: Erasure, article_ids: dict[str, str]) -> None:
    """Leave of this article's history only who did what, when, and to which object."""
    rows = Change.objects.filter(article=article).order_by("pk")
    gone = set(erasure.ids)
    for pk, kind, key, before, after in rows.values_list(
        "pk", "subject_kind", "subject_key", "before", "after"
    ).iterator():
        registry = kind in {Change.Subject.SPEAKER, Change.Subject.CLAIM}
        if registry and key not in gone:
            continue
        ids = erasure.ids if registry else article_ids if kind == Change.Subject.ARTICLE else {}
        Change.objects.filter(pk=pk).update(
            subject_key=ids.get(key, key), before=_kept(before, ids), after=_kept(after, ids)
        )
    later = Change.objects.filter(
        project=article.project,
        article=None,
        subject_kind__in=[Change.Subject.SPEAKER, Change.Subject.CLAIM],
        subject_key__in=gone,
    )
    for pk, key, before, after in later.values_list("pk", "subject_key", "before", "after"):
        Change.objects.filter(pk=pk).update(
            subject_key=erasure.ids[key], before=_kept(before, erasure.ids), after=_kept(after, erasure.ids)
        )
    rename_in_orders(article.project, erasure)


def _kept(state: Record | None, ids: dict[str, str]) -> Record | None:
    if state is None:
        return None
    kept = {name: state[name] for name in KEPT if name in state}
    return kept | ({"id": ids.get(kept["id"], kept["id"])} if "id" in kept else {})


def remove_name(*, actor: User, speaker: Speaker, reason: str) -> Removal:
    """Erase a person's name from a project: from the speaker, claims, other speakers and history.

    The stories keep their text; where that must go too, remove the article. Raises ``Invalid`` without a reason.
    """
    reason = _clean_reason(reason)
    project = speaker.project
    with recorded(project=project, actor=actor, gesture=None, asked=("remove name", speaker.pk)) as opened:
        _end_tasks(actor, project)
        _wait_for_writers(project, ArticleVersion.objects.filter(project=project))
        if Removal.objects.filter(speaker=speaker, finished_at__isnull=False).exists():
            raise Invalid(_("This name is removed already."), code="removed")
        rows = _all_that_are(speaker)
        names = [name for row in rows for name in (row.label, *row.aliases)]
        removal = Removal.objects.create(project=project, speaker=speaker, actor=actor, reason=reason)
        erasure = Erasure.of_names(names)
        for row in rows:
            blank_speaker(row, erasure)
        others = reword_speakers(project, erasure)
        claims = reword_claims(project, erasure, names)
        reword_talk(project, erasure)
        rewrite_history(Change.objects.filter(project=project), erasure)
        rename_in_orders(project, erasure)
        withdraw_releases(opened=opened, removal=removal, erasure=erasure)
        staging.forget(StagedImport.objects.filter(project=project).values_list("pk", flat=True))
        for row in (*rows, *others):
            _record_speaker(opened, row)
        for claim in claims:
            _record_claim(opened, claim)
        _finish(removal)
    speaker.refresh_from_db()
    return removal


def _all_that_are(speaker: Speaker) -> list[Speaker]:
    """Return a speaker with all that it is merged into and all that are merged into it."""
    rows = {row.pk: row for row in Speaker.objects.select_for_update().filter(project=speaker.project_id)}
    into = {pk: row.merged_into_id for pk, row in rows.items()}

    def last(pk: int) -> int:
        while (step := into[pk]) is not None:
            pk = step
        return pk

    return [row for pk, row in rows.items() if last(pk) == last(speaker.pk)]


def _clean_reason(reason: str) -> str:
    try:
        reason = canonicalise(reason).strip()
    except TextRefused as refused:
        raise Invalid(_("The reason cannot be used: %(why)s") % {"why": refused.message}, field="reason") from refused
    if not reason or len(reason) > REASON_LENGTH:
        message = _("Give a reason of 1 to %(most)s characters.") % {"most": f"{REASON_LENGTH:,}"}
        raise Invalid(message, field="reason")
    return reason


def _record_speaker(opened: Gesture, speaker: Speaker) -> None:
    opened.record(Change.Action.REMOVE, Change.Subject.SPEAKER, speaker.key, after=speaker_services.state_of(speaker))


def _record_claim(opened: Gesture, claim: Claim) -> None:
    opened.record(Change.Action.REMOVE, Change.Subject.CLAIM, claim.key, after=claim_services.state_of(claim))


def _finish(removal: Removal) -> None:
    removal.finished_at = timezone.now()
    removal.save(update_fields=["finished_at"])
    transaction.on_commit(_empty_log)


def _empty_log() -> None:
    """Empty SQLite's write-ahead log, which holds the pages as they were before the removal."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        (patience,) = cursor.fetchone()
        cursor.execute(f"PRAGMA busy_timeout = {LOG_PATIENCE}")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (is_busy, *_) = cursor.fetchone()
        cursor.execute(f"PRAGMA busy_timeout = {patience}")
    if is_busy:
        logger.warning(
            "Somebody was reading, so the write-ahead log still holds words that were removed. It is emptied when the"
            " server stops."
        )
