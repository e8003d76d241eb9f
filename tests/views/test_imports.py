"""The pages of an import: forms, preview, confirmation, report."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.urls import reverse

from annotations.exports import jsonl_v1
from annotations.models import Article, ArticleVersion, Quote, StagedFile, StagedImport
from annotations.services.sample import sample_record
from annotations.tasks.running import work
from tests.cast import Cast
from tests.client import StrictClient, soup_of

URL = "/projects/desk/import/"
FILES_URL = "/projects/desk/import/files/"


def sent(client: StrictClient, *files: tuple[str, bytes], **fields: Any) -> HttpResponse:
    """Upload files and follow to the preview."""
    uploads = [SimpleUploadedFile(name, data) for name, data in files]
    return client.post(FILES_URL, {"upload": uploads, **fields}, follow=True)


def confirmed(client: StrictClient) -> HttpResponse:
    """Confirm the import that was staged last."""
    key = StagedImport.objects.latest("pk").key
    return client.post(reverse("import-confirm", args=["desk", key]), follow=True)


@pytest.fixture
def manager(cast: Cast, as_user: Any) -> StrictClient:
    """The manager's browser."""
    return as_user(cast.manager)


class TestPaste:
    def test_a_text_is_shown_before_it_is_written(self, manager: StrictClient) -> None:
        response = manager.post(URL, {"text": "One.\r\nTwo.", "headline": "News", "outlet": "Courier"}, follow=True)
        assert response.template_name == "imports/preview.html"
        assert not Article.objects.exists()
        report = confirmed(manager)
        assert report.template_name == "imports/report.html"
        version = ArticleVersion.objects.get()
        assert (version.text, bytes(version.original)) == ("News\n\nOne.\nTwo.", b"One.\r\nTwo.")
        assert (version.article.key, version.article.outlet) == ("news", "Courier")
        assert not StagedFile.objects.exists()

    def test_confirming_twice_writes_once(self, manager: StrictClient) -> None:
        manager.post(URL, {"text": "One."})
        confirmed(manager)
        assert confirmed(manager).context_data["counts"]["new"] == 1
        assert Article.objects.count() == 1

    def test_what_was_typed_comes_back_to_be_mended(self, manager: StrictClient) -> None:
        manager.post(URL, {"text": "\r\n  One.", "headline": "News", "licence": "CC0-1.0"})
        key = StagedImport.objects.get().key
        form = manager.get(f"{URL}?again={key}").context_data["paste"]
        assert (form.initial["text"], form.initial["licence"]) == ("\r\n  One.", "CC0-1.0")

    @pytest.mark.parametrize(
        ("text", "said"), [("", "required"), (" \n", "no text"), ("a\x00b", "NUL"), ("a\x0bb", "line 1, column 2")]
    )
    def test_a_text_that_cannot_be_taken_stays_in_the_form(self, manager: StrictClient, text: str, said: str) -> None:
        response = manager.post(URL, {"text": text, "outlet": "Courier"})
        assert response.status_code == 422
        assert said in str(response.context_data["paste"].errors)
        assert soup_of(response).find(id="paste-outlet")["value"] == "Courier"
        assert not StagedImport.objects.exists()

    def test_a_wrong_address_is_told_at_its_field(self, manager: StrictClient) -> None:
        response = manager.post(URL, {"text": "One.", "url": "javascript:alert(1)"})
        assert response.status_code == 422
        assert "url" in response.context_data["paste"].errors

    def test_a_text_with_what_could_not_be_read_is_refused_with_the_place(self, manager: StrictClient) -> None:
        response = manager.post(URL, {"text": "One.\r\nCaf\ufffd.", "outlet": "Courier"})
        assert response.status_code == 422
        assert "line 2, column 4" in str(response.context_data["paste"].errors["text"])
        assert soup_of(response).find(id="paste-outlet")["value"] == "Courier"

    def test_a_dataset_is_no_story(self, manager: StrictClient) -> None:
        response = manager.post(URL, {"text": jsonl_v1.line(sample_record("kirby")).decode()})
        assert response.status_code == 422
        assert "ends in .jsonl" in str(response.context_data["paste"].errors["text"])
        assert not StagedImport.objects.exists()

    def test_more_than_five_megabytes_is_refused_with_the_limit(self, manager: StrictClient) -> None:
        assert manager.post(URL, {"text": "x" * 5_000_000}).status_code == 302
        response = manager.post(URL, {"text": "x" * 5_000_001})
        assert response.status_code == 413
        assert "5,000,000" in response.content.decode()


class TestFiles:
    def test_each_file_is_told_apart(self, manager: StrictClient, cast: Cast) -> None:
        line = jsonl_v1.line(sample_record("kirby"))
        response = sent(
            manager,
            ("a.txt", b"Story one."),
            ("b.txt", "Café.".encode("latin-1")),
            ("c.jsonl", line + b'{"format": "newsnotes/1"}\n\n[1\n'),
            ("d.pdf", b"%PDF"),
        )
        rows = {(row.source, row.line): row for row in response.context_data["rows"]}
        assert rows["a.txt", None].outcome == "new"
        assert "byte 3" in rows["b.txt", None].reason
        assert (rows["c.jsonl", 1].outcome, rows["c.jsonl", 1].quotes) == ("new", 23)
        assert "missing" in rows["c.jsonl", 2].reason
        assert rows["c.jsonl", 4].place == "column 3"
        assert "Only" in rows["d.pdf", None].reason
        confirmed(manager)
        assert (Article.objects.count(), Quote.objects.count()) == (2, 23)

    def test_a_guess_at_the_charset_is_offered_and_can_be_taken(self, manager: StrictClient) -> None:
        response = sent(manager, ("b.txt", "Il dit « café ».".encode("cp1252")))
        assert response.context_data["guess"] == "windows-1252"
        assert response.context_data["form"].initial["charset"] == "windows-1252"
        key = StagedImport.objects.get().key
        response = manager.post(reverse("import-options", args=["desk", key]), {"charset": "windows-1252"}, follow=True)
        assert response.context_data["counts"]["new"] == 1
        confirmed(manager)
        assert ArticleVersion.objects.get().text == "Il dit « café »."

    def test_a_changed_story_is_left_alone_unless_asked(self, manager: StrictClient) -> None:
        sent(manager, ("a.txt", b"Story one."))
        confirmed(manager)
        assert sent(manager, ("a.txt", b"Story one.")).context_data["counts"]["same"] == 1
        response = sent(manager, ("a.txt", b"Story two."))
        assert (response.context_data["counts"]["changed"], response.context_data["writes"]) == (1, 0)
        key = StagedImport.objects.latest("pk").key
        response = manager.post(reverse("import-options", args=["desk", key]), {"update": "on"}, follow=True)
        assert response.context_data["writes"] == 1
        confirmed(manager)
        assert list(ArticleVersion.objects.values_list("number", "text")) == [(1, "Story one."), (2, "Story two.")]

    def test_what_is_said_anew_of_a_story_is_shown_before_it_is_written(self, manager: StrictClient) -> None:
        sent(manager, ("a.txt", b"Story one."), outlet="OutA")
        confirmed(manager)
        response = sent(manager, ("a.txt", b"Story one."), outlet="OutB", text_exportable="no")
        assert (response.context_data["counts"]["changed"], response.context_data["writes"]) == (1, 1)
        said = "Its text is here already, as a. What is known of it changes. outlet: OutA → OutB; text may be exported:"
        assert said in " ".join(soup_of(response).main.get_text(" ").split())
        assert "OutA → OutB" in confirmed(manager).content.decode()
        article = Article.objects.get()
        assert (article.outlet, article.text_exportable, article.revision) == ("OutB", False, 2)

    def test_too_many_files_are_refused(self, manager: StrictClient) -> None:
        files = [(f"{number}.txt", b"x") for number in range(201)]
        assert sent(manager, *files).status_code == 413

    def test_a_file_may_hold_what_could_not_be_read_and_a_field_may_not(self, manager: StrictClient) -> None:
        response = sent(manager, ("a.txt", "Caf\ufffd.".encode()))
        assert response.context_data["counts"]["new"] == 1
        response = sent(manager, ("a.txt", b"Story one."), outlet="Caf\ufffd")
        assert response.status_code == 422
        assert "column 4" in str(response.context_data["files"].errors["outlet"])

    def test_a_dataset_with_the_name_of_a_story_is_none(self, manager: StrictClient) -> None:
        response = sent(manager, ("a.txt", b"\xef\xbb\xbf" + jsonl_v1.line(sample_record("viola"))))
        assert response.context_data["counts"]["refused"] == 1
        assert "ends in .jsonl" in response.context_data["rows"][0].reason

    def test_no_file_at_all_is_told(self, manager: StrictClient) -> None:
        assert manager.post(FILES_URL, {}).status_code == 422


class TestWhoMay:
    def test_only_managers_import(self, cast: Cast, as_user: Any) -> None:
        for user in (cast.annotator, cast.reviewer, cast.viewer):
            assert as_user(user).get(URL).status_code == 403
            assert as_user(user).post(URL, {"text": "One."}).status_code == 403
        assert as_user(cast.outsider).get(URL).status_code == 404
        assert not StagedImport.objects.exists()

    def test_what_is_staged_exists_for_nobody_else(self, cast: Cast, manager: StrictClient, as_user: Any) -> None:
        manager.post(URL, {"text": "One."})
        cast.membership(cast.reviewer).__class__.objects.filter(user=cast.reviewer).update(role="manager")
        other = as_user(cast.reviewer)
        key = StagedImport.objects.get().key
        assert other.get(f"{URL}{key}/").status_code == 404
        assert other.post(f"{URL}{key}/confirm/").status_code == 404
        assert other.get(f"{URL}?again={key}").status_code == 404

    def test_throwing_away_leaves_nothing(self, manager: StrictClient) -> None:
        manager.post(URL, {"text": "One."})
        manager.post(reverse("import-discard", args=["desk", StagedImport.objects.get().key]))
        assert not StagedImport.objects.exists()

    def test_reading_changes_nothing(self, manager: StrictClient) -> None:
        manager.post(URL, {"text": "One."})
        key = StagedImport.objects.get().key
        for step in ("options", "confirm", "discard"):
            assert manager.get(f"{URL}{key}/{step}/").status_code == 405
        assert manager.get(f"{URL}?other=1").status_code == 400


def test_a_large_file_is_imported_by_a_task_whose_page_tells_what_came_of_it(manager: StrictClient) -> None:
    def sent(name: str, data: bytes) -> HttpResponse:
        return manager.post(f"{URL}large/", {"upload": SimpleUploadedFile(name, data), "gesture": "once"}, follow=True)

    assert sent("stories.txt", b"A story.").status_code == 422
    assert sent("stories.jsonl", b"").status_code == 422
    page = sent("stories.jsonl", b'{"text": "A story."}\n{"text": 1}\n')
    assert page.template_name == "tasks/detail.html"
    assert not Article.objects.exists()
    work.call()
    shown = soup_of(manager.get(page.request["PATH_INFO"]))
    assert [figure.text for figure in shown.select(".figures dd")] == ["1", "0", "0", "1"]
    assert "1 line was refused" in shown.text
    assert shown.select_one("a[href*='/files/report.jsonl']")
