"""Between the preview of an import and its confirmation: what was sent is kept, and nobody else sees it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from functools import partial
from typing import cast

from django.db import transaction
from django.utils import timezone, translation

from annotations.models import Project, StagedFile, StagedImport, User
from annotations.services import imports
from annotations.services.article_metadata import ArticleFields
from annotations.services.articles import retried
from annotations.services.imports import Item, Options, Row, Source

KEPT = timedelta(days=1)


def stage(*, actor: User, project: Project, sources: Sequence[Source], options: Options) -> StagedImport:
    """Keep files until they are confirmed, for a day at most. Raises ``Invalid`` if they are too many or too large."""
    imports.check_size(sources)
    with transaction.atomic():
        forget(StagedImport.objects.filter(created_at__lt=timezone.now() - KEPT).values_list("pk", flat=True))
        staged = StagedImport.objects.create(project=project, user=actor, options=_as_json(options))
        StagedFile.objects.bulk_create(
            StagedFile(staged=staged, name=source.name, data=source.data) for source in sources
        )
    return staged


def change_options(*, staged: StagedImport, charset: str, update: bool) -> None:
    """Read the files in another charset, or let changed stories become new versions."""
    staged.options = staged.options | {"charset": charset, "update": update}
    staged.save(update_fields=["options"])


def options_of(staged: StagedImport) -> Options:
    """Return what was said about the files."""
    found = staged.options
    return Options(
        charset=found["charset"],
        update=found["update"],
        headline=found["headline"],
        fields=cast("ArticleFields", found["fields"]),
    )


def items(staged: StagedImport) -> list[Item]:
    """Return what is in the files."""
    options = options_of(staged)
    return [
        item for file in staged.files.all() for item in imports.items_of(Source(file.name, bytes(file.data)), options)
    ]


def preview(staged: StagedImport) -> list[Row]:
    """Tell what confirming would do."""
    return imports.preview(
        actor=staged.user, project=staged.project, items=items(staged), update=staged.options["update"]
    )


def report(staged: StagedImport) -> list[Row]:
    """Return what a confirmed import did."""
    return [Row(**row) for row in staged.report or []]


def confirm(*, actor: User, staged: StagedImport) -> list[Row]:
    """Import the files, once: confirming again only tells what it did."""
    # What is kept is kept as the source has it, in no other language.
    with translation.override(None):
        # Nobody has to wait until the files are read.
        retried(partial(_confirm, actor, staged, items(staged)))
    staged.refresh_from_db()
    return report(staged)


def _confirm(actor: User, staged: StagedImport, found: Sequence[Item]) -> None:
    with transaction.atomic():
        locked = StagedImport.objects.select_for_update().get(pk=staged.pk)
        if locked.finished_at is None:
            rows = imports.run(actor=actor, project=staged.project, items=found, update=staged.options["update"])
            locked.report = [row.as_json() for row in rows]
            locked.finished_at = timezone.now()
            locked.save(update_fields=["report", "finished_at"])
            StagedFile.objects.filter(staged=locked).delete()


def forget(keys: Iterable[int]) -> None:
    """Throw staged imports away."""
    gone = list(keys)
    StagedFile.objects.filter(staged__in=gone).delete()
    StagedImport.objects.filter(pk__in=gone).delete()


def _as_json(options: Options) -> dict[str, object]:
    return {
        "charset": options.charset,
        "update": options.update,
        "headline": options.headline,
        "fields": dict(options.fields),
    }
