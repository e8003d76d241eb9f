"""What is known of an article beside its text, corrected: by hand, or by an import that knows better."""

from __future__ import annotations

from typing import Unpack, cast

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from annotations.exports.records import Record
from annotations.models import Article, Change, Removal, User
from annotations.services.article_metadata import (
    COLUMNS,
    ArticleFields,
    Columns,
    CorrectableFields,
    as_json,
    clean_metadata,
)
from annotations.services.changes import Gesture, Replayed, recorded
from annotations.services.errors import Conflict, Invalid


def state_of(article: Article) -> Record:
    """Return what history keeps of an article beside its text."""
    columns = as_json({name: getattr(article, name) for name in COLUMNS})
    return {"id": article.key, **columns, "revision": article.revision}


def change_article(
    *,
    actor: User | None,
    article: Article,
    revision: int,
    gesture: str | None = None,
    **fields: Unpack[CorrectableFields],
) -> Article:
    """Correct what is known of an article. A field that is not named stays as it is; an empty one becomes empty.

    The text and its headline never change. Raises ``Invalid`` naming the field, and for a story that was removed,
    ``Conflict`` if the article changed since ``revision``. Who may do this is for the caller to know.
    """
    columns = clean_metadata(**cast("ArticleFields", fields)).columns()
    values = {name: columns[name] for name in COLUMNS if name in fields}
    asked = ("change article", article.pk, revision, as_json(values))
    try:
        with recorded(project=article.project, actor=actor, gesture=gesture, asked=asked) as opened:
            locked = Article.objects.select_for_update(no_key=True).get(pk=article.pk)
            if Removal.objects.filter(article=locked).exists():
                raise Invalid(_("This story was removed for good: nothing is said of it any more."), code="removed")
            if locked.revision != revision:
                message = _("What is known of this story was changed since you saw it. Nothing was written.")
                raise Conflict(message, current=state_of(locked))
            write_columns(opened, locked, values)
    except Replayed:
        pass
    article.refresh_from_db()
    return article


def write_columns(opened: Gesture, locked: Article, values: Columns) -> None:
    """Set columns of a locked article, with their history row, if any of them differs. Raises ``Invalid``."""
    before = state_of(locked)
    changed = [name for name, value in values.items() if getattr(locked, name) != value]
    if not changed:
        return
    for name in changed:
        setattr(locked, name, values[name])
    locked.revision += 1
    try:
        with transaction.atomic():
            locked.save(update_fields=[*changed, "revision"])
    except IntegrityError as error:
        other = Article.every.get(project=locked.project_id, url=locked.url)
        message = _("The story “%(key)s” has this address.") % {"key": other.key}
        raise Invalid(message, field="url", code="taken") from error
    after = state_of(locked)
    opened.record(Change.Action.CHANGE, Change.Subject.ARTICLE, locked.key, before=before, after=after, article=locked)
