"""Correcting what is known of a story from the console."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from annotations.models import Article, Change
from tests.cast import Cast
from tests.factories import make_article

pytestmark = pytest.mark.django_db


def run(*arguments: str, who: str = "manager") -> None:
    """Correct the story."""
    call_command("change_article", "mm", "--project", "desk", "--as", who, *arguments)


@pytest.fixture(autouse=True)
def article(cast: Cast) -> Article:
    """A story of which an outlet is known."""
    return make_article(cast.project, cast.manager, key="mm", outlet="OutA")


def test_each_field_that_changed_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    run("--outlet", "OutB", "--text-exportable", "no", "--embargoed-until", "2099-01-02 03:04", "--licence", "")
    assert capsys.readouterr().out.splitlines() == [
        "outlet: OutA -> OutB",
        "text_exportable: yes -> no",
        "embargoed_until: – -> 2099-01-02T03:04:00+00:00",
        "“mm” is at revision 2.",
    ]
    run("--outlet", "", "--embargoed-until", "")
    found = Article.objects.get()
    assert (found.outlet, found.embargoed_until, found.text_exportable) == ("", None, False)
    assert Change.objects.filter(action="change", actor__username="manager").count() == 2


@pytest.mark.parametrize(
    ("arguments", "who", "said"),
    [
        (["--published", "tomorrow"], "manager", "no date"),
        (["--outlet", "OutB", "--revision", "7"], "manager", "changed since"),
        (["--outlet", "OutB"], "reviewer", "may not correct"),
        (["--outlet", "OutB"], "outsider", "no such project"),
        (["--outlet", "OutB"], "nobody", "no user"),
    ],
)
def test_what_is_asked_wrongly(arguments: list[str], who: str, said: str) -> None:
    with pytest.raises(CommandError, match=said):
        run(*arguments, who=who)
    assert Article.objects.get().revision == 1


def test_a_story_that_is_not_there() -> None:
    with pytest.raises(CommandError, match="no article"):
        call_command("change_article", "other", "--project", "desk", "--as", "manager")
