"""Compare and search apostrophes and hyphens of all forms alike: what rows are compared by is written anew."""

import unicodedata

from django.db import migrations

ALIKE = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "\u2010": "-", "\u2011": "-", "\u200c": None, "\u200d": None})
NAMES, TEXTS = 500, 20


def fold(text):
    """As the models fold, at the time of this migration."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().translate(ALIKE).split())


def batches(rows, columns, size):
    """Yield rows in lists, each read before anything is written."""
    last = 0
    while found := list(rows.filter(pk__gt=last).order_by("pk").values_list("pk", *columns)[:size]):
        yield found
        last = found[-1][0]


def fold_speakers(apps, schema_editor):
    """A name that another row has already stays as it was: two speakers never become one by themselves."""
    speakers = apps.get_model("annotations", "Speaker").objects.using(schema_editor.connection.alias)
    scope = ("project_id", "article_id", "kind")
    words = ("label", "description", "label_folded", "description_folded")
    for batch in batches(speakers, (*scope, *words), NAMES):
        for pk, project, article, kind, label, description, *before in batch:
            after = [fold(label), fold(description)]
            if after == before:
                continue
            columns = dict(zip(("label_folded", "description_folded"), after, strict=True))
            same = speakers.filter(project_id=project, article_id=article, kind=kind, **columns)
            if not same.exclude(pk=pk).exists():
                speakers.filter(pk=pk).update(**columns)


def fold_claims(apps, schema_editor):
    """As with speakers."""
    claims = apps.get_model("annotations", "Claim").objects.using(schema_editor.connection.alias)
    for batch in batches(claims, ("project_id", "text", "text_folded"), NAMES):
        for pk, project, text, before in batch:
            after = fold(text)
            if after != before and not claims.filter(project_id=project, text_folded=after).exclude(pk=pk).exists():
                claims.filter(pk=pk).update(text_folded=after)


def fold_stories(apps, schema_editor):
    """A text is searched by its folded words."""
    versions = apps.get_model("annotations", "ArticleVersion").objects.using(schema_editor.connection.alias)
    for batch in batches(versions, ("text", "search_text"), TEXTS):
        for pk, text, before in batch:
            if (after := fold(text)) != before:
                versions.filter(pk=pk).update(search_text=after)


class Migration(migrations.Migration):
    dependencies = [
        ("annotations", "0008_article_revision"),
    ]

    operations = [
        migrations.RunPython(fold_speakers, migrations.RunPython.noop),
        migrations.RunPython(fold_claims, migrations.RunPython.noop),
        migrations.RunPython(fold_stories, migrations.RunPython.noop),
    ]
