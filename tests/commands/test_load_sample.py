"""The sample project, and making projects from the console."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from annotations.models import Article, Assignment, Change, LabelSet, Membership, Project, Quote, User
from annotations.services.guidelines import text_in_force
from annotations.services.verification import verify
from tests.exports.test_jsonl_v1_reader import SAMPLES

pytestmark = pytest.mark.django_db


def test_it_loads_every_story_with_its_gold_once(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_sample")
    assert f"{len(SAMPLES)} stories added" in capsys.readouterr().out
    project = Project.objects.get(slug="sample")
    assert (project.name, text_in_force(project)[:2]) == ("Sample desk", "# ")
    assert Article.objects.order_by("pk").first().key == "kirby"
    assert Assignment.objects.filter(status="gold").count() == len(SAMPLES)
    counts = (Quote.objects.count(), Change.objects.count())
    call_command("load_sample")
    assert capsys.readouterr().out == ""
    assert counts == (Quote.objects.count(), Change.objects.count())
    assert list(verify()) == []


def test_loading_again_asks_the_database_little(django_assert_max_num_queries: object) -> None:
    call_command("load_sample")
    with django_assert_max_num_queries(8):  # type: ignore[operator]
        call_command("load_sample")


def test_the_samples_show_what_news_does() -> None:
    call_command("load_sample")
    labels = set(Quote.objects.values_list("type", flat=True))
    assert {"direct", "indirect", "mixed"} <= labels
    assert Quote.objects.filter(parent__isnull=False).exists()
    assert Quote.objects.filter(speaker__named=False).exists()
    assert Quote.objects.filter(speaker__kind="document").exists()
    assert Quote.objects.filter(claim_links__stance="denies").exists()
    assert {"en", "de", "fr", "ar", "ja"} <= set(Article.objects.values_list("language", flat=True))


def test_a_project_with_its_manager() -> None:
    user = User.objects.create_user("mia")
    call_command("create_project", "city", name="City desk", manager="mia")
    project = Project.objects.get(slug="city")
    assert Membership.objects.get(project=project).role == "manager"
    assert list(LabelSet.objects.filter(project=project).values_list("key", flat=True)) == [
        "act",
        "engagement",
        "factuality",
    ]
    assert Membership.objects.get().user == user


@pytest.mark.parametrize("slug", ["City", "a b", "", "x" * 61, "-a", "a/b"])
def test_a_short_name_that_is_none(slug: str) -> None:
    with pytest.raises(CommandError):
        call_command("create_project", slug)
    assert not Project.objects.exists()


def test_a_short_name_that_is_taken() -> None:
    call_command("create_project", "city")
    with pytest.raises(CommandError, match="already"):
        call_command("create_project", "city")


def test_a_manager_who_does_not_exist() -> None:
    with pytest.raises(CommandError, match="no user"):
        call_command("create_project", "city", manager="nobody")
    assert not Project.objects.exists()
