"""Words are compared and searched whatever apostrophe or hyphen they are written with."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.urls import reverse

from annotations.models import ArticleVersion, Claim, Speaker, fold
from annotations.services.claims import NewClaim, create_claim
from annotations.services.speakers import NewSpeaker, create_speaker
from annotations.services.verification import verify
from tests.cast import Cast
from tests.factories import make_version

MIGRATION: Any = import_module("annotations.migrations.0009_alike_apostrophes")


@pytest.mark.parametrize("written", ["Don't", "Don’t", "Don‘t", "Donʼt", "Don＇t", "DON’T"])
def test_apostrophes_are_alike(written: str) -> None:
    assert fold(f"{written}  Go") == "don't go"


@pytest.mark.parametrize("written", ["Ann-Marie", "Ann‐Marie", "Ann‑Marie"])
def test_hyphens_are_alike(written: str) -> None:
    assert fold(written) == "ann-marie"


def test_a_dash_is_no_hyphen_and_joiners_are_not_seen() -> None:
    assert fold("Ann–Marie") == "ann–marie"
    assert fold("می\u200cگوید") == fold("میگوید")
    assert fold("a \u200d b") == "a b"


@pytest.mark.parametrize("text", ["Don’t", "a‑b", "ŉ", "İ", "ﬁ ’", "‘’"])
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert MIGRATION.fold(text) == fold(text)


@pytest.mark.django_db
def test_the_same_name_is_the_same_speaker(cast: Cast) -> None:
    made = [
        create_speaker(project=cast.project, actor=cast.manager, new=NewSpeaker(name))
        for name in ("Ann-Marie O'Neill", "Ann‑Marie O’Neill")
    ]
    assert made[0] == made[1]


@pytest.mark.django_db
def test_a_search_finds_the_other_apostrophe(cast: Cast, as_user: Any) -> None:
    make_version(cast.project, cast.manager, "Don’t Go\n\nShe said: “It’s Ann‑Marie’s.”")
    for words in ("don't", "it's ann-marie’s", "don‘t"):
        page = as_user(cast.viewer).get(reverse("article-list", args=["desk"]), {"q": words})
        assert len(page.context["page"].object_list) == 1, words


@pytest.mark.django_db
class TestMigration:
    def migrate(self) -> None:
        """Run the functions of the migration on today's rows."""
        for step in (MIGRATION.fold_speakers, MIGRATION.fold_claims, MIGRATION.fold_stories):
            step(apps, connection.schema_editor())

    def before(self, row: Any, column: str, words: str) -> None:
        """Give a row the words that it was compared by once."""
        type(row)._default_manager.filter(pk=row.pk).update(**{column: words})

    def test_all_rows_are_compared_anew(self, cast: Cast) -> None:
        speaker = create_speaker(
            project=cast.project, actor=cast.manager, new=NewSpeaker("O’Neill", description="City‑hall clerk")
        )
        claim = create_claim(project=cast.project, actor=cast.manager, new=NewClaim("It’s safe."))
        version = make_version(cast.project, cast.manager, "Don’t Go\n\nIt is safe.")
        self.before(speaker, "label_folded", "o’neill")
        self.before(speaker, "description_folded", "city\u2010hall clerk")
        self.before(claim, "text_folded", "it’s safe.")
        self.before(version, "search_text", "don’t go it is safe.")
        self.migrate()
        speaker.refresh_from_db()
        assert (speaker.label_folded, speaker.description_folded) == ("o'neill", "city-hall clerk")
        assert Claim.objects.get().text_folded == "it's safe."
        assert ArticleVersion.objects.get().search_text == "don't go it is safe."
        assert list(verify()) == []

    def test_two_that_become_alike_stay_two(self, cast: Cast) -> None:
        names = ["O’Neill", "O'Neill", "D’Arcy", "Dʼarcy"]
        for number, name in enumerate(names):
            new = NewSpeaker(f"{number}")
            row = create_speaker(project=cast.project, actor=cast.manager, new=new)
            Speaker.objects.filter(pk=row.pk).update(label=name, label_folded=name.casefold())
            claim = create_claim(project=cast.project, actor=cast.manager, new=NewClaim(f"{number}"))
            Claim.objects.filter(pk=claim.pk).update(text=name, text_folded=name.casefold())
        self.migrate()
        expected = ["o’neill", "o'neill", "d'arcy", "dʼarcy"]
        assert list(Speaker.objects.order_by("pk").values_list("label_folded", flat=True)) == expected
        assert list(Claim.objects.order_by("pk").values_list("text_folded", flat=True)) == expected
        # Their history knows nothing of this; verify finds no other fault.
        assert {breach.message for breach in verify()} == {"it is not what its history says"}
        found = create_speaker(project=cast.project, actor=cast.manager, new=NewSpeaker("O‘Neill"))
        assert found.label == "O'Neill"
