"""The pages, the API and the command of releases: made by a manager, read by everybody, hidden from who is blind."""

from __future__ import annotations

import hashlib
import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from annotations.models import Article, Release, Task
from annotations.services.articles import add_version
from annotations.services.records import import_records
from annotations.services.removals import remove_article
from annotations.services.tokens import create_token
from benchmarks import corpus
from tests.cast import Cast
from tests.client import StrictClient, soup_of
from tests.factories import make_assignment
from tests.releasing import AS_OF, released, work_on

pytestmark = pytest.mark.django_db


@pytest.fixture
def gold(cast: Cast) -> Cast:
    """A desk with some gold."""
    import_records(actor=cast.manager, project=cast.project, records=[corpus.record(one, seed=7) for one in range(4)])
    return cast


def test_a_manager_asks_for_one_and_everybody_reads_it(gold: Cast, client: StrictClient, tmp_path: Path) -> None:
    client.force_login(gold.manager)
    new = "/projects/desk/releases/new/"
    page = soup_of(client.get(new))
    asked = {"title": "City & quotes", "how": "random", "seed": "3", "dev": "60", "test": "20", "as_of": AS_OF}
    refused = client.post(new, asked)
    assert refused.status_code == 422
    assert soup_of(refused).select_one("#id_title")["value"] == "City & quotes"  # type: ignore[index]
    gesture = page.select_one("input[name=gesture]")["value"]  # type: ignore[index]
    for _twice in range(2):
        answer = client.post(new, asked | {"dev": "20", "gesture": gesture})
    task = Task.objects.get()
    assert answer["Location"] == f"/projects/desk/tasks/{task.key}/"
    work_on(task)
    assert "Release 1" in soup_of(client.get(answer["Location"])).text

    client.force_login(gold.viewer)
    assert "City & quotes" in soup_of(client.get("/projects/desk/releases/")).text
    page = soup_of(client.get("/projects/desk/releases/1/"))
    assert page.select(".prose h2")[0].text == "City & quotes, release 1"
    release = Release.objects.get()
    for file in release.files.all():
        got = client.get(f"/projects/desk/releases/1/{file.name}")
        data = b"".join(got.streaming_content)  # type: ignore[attr-defined]
        assert hashlib.sha256(data).hexdigest() == file.sha256
    assert client.get("/projects/desk/releases/1/..%2f..%2fmanage.py").status_code == 404
    assert client.get("/projects/desk/releases/2/").status_code == 404
    assert "publish" in client.get("/projects/desk/history/").content.decode()

    # By API and command it is the same.
    header = {"Authorization": f"Bearer {create_token(user=gold.viewer, name='test')[1]}"}
    told = client.get("/api/v1/projects/desk/releases/1", headers=header).json()
    assert (told["sha256"], told["summary"]["counts"]["stories"]) == (release.sha256, 4)
    (listed,) = client.get("/api/v1/projects/desk/releases", headers=header).json()["results"]
    assert listed == told
    call_command("release", "desk", "--as", "viewer", "fetch", "1", str(tmp_path), stdout=StringIO())
    assert {path.name for path in tmp_path.iterdir()} == {file["name"] for file in told["files"]}
    sums = (tmp_path / "SHA256SUMS").read_text().splitlines()
    assert all(hashlib.sha256((tmp_path / line[66:]).read_bytes()).hexdigest() == line[:64] for line in sums)
    with pytest.raises(CommandError, match="may not"):
        call_command("release", "desk", "--as", "viewer", "make")
    with pytest.raises(CommandError, match="No story is from the outlet"):
        call_command("release", "desk", "--as", "manager", "make", "--how", "date", "--outlet", "No such")


def test_by_api_with_a_key_it_is_made_once(gold: Cast, client: StrictClient) -> None:
    header = {
        "Authorization": f"Bearer {create_token(user=gold.manager, name='test', scope='write')[1]}",
        "Idempotency-Key": "once",
    }
    body = json.dumps({"authors": ["Ada", "Ben"], "as_of": AS_OF, "speakers_apart": True, "how": "date"})
    made = [
        client.post("/api/v1/projects/desk/releases", body, content_type="application/json", headers=header)
        for _twice in range(2)
    ]
    assert [one.status_code for one in made] == [201, 201]
    task = Task.objects.get()
    assert made[0].json()["id"] == task.key
    assert task.arguments["authors"] == ["Ada", "Ben"]
    wrong = json.dumps({"dev": 40, "test": 99})
    answer = client.post("/api/v1/projects/desk/releases", wrong, content_type="application/json", headers=header)
    assert answer.status_code == 400


def test_who_is_blind_to_a_story_of_it_sees_only_that_there_is_one(gold: Cast, client: StrictClient) -> None:
    release = released(gold)
    version = release.stories.select_related("version__article", "version__project")[0].version
    newer = add_version(actor=gold.manager, article=version.article, text=f"{version.text}\n\nCorrected.")
    assert newer.version is not None
    make_assignment(newer.version, gold.annotator)
    client.force_login(gold.annotator)
    page = soup_of(client.get("/projects/desk/releases/1/"))
    assert "has no gold now" in page.text
    assert not page.select(".prose")
    assert client.get("/projects/desk/releases/1/README.md").status_code == 404
    header = {"Authorization": f"Bearer {create_token(user=gold.annotator, name='test')[1]}"}
    told = client.get("/api/v1/projects/desk/releases/1", headers=header).json()
    assert (told["summary"], told["files"], told["changes"]) == (None, [], None)

    remove_article(actor=gold.manager, article=Article.objects.get(pk=version.article_id), reason="A court.")
    client.force_login(gold.manager)
    assert "withdrawn" in soup_of(client.get("/projects/desk/releases/1/")).text
    assert "withdrawn" in soup_of(client.get("/projects/desk/releases/")).text
