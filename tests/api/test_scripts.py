"""The scripts of the documents do what they say, against a server as ``make run`` starts it."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.factories import STORY, at
from tests.killing import HOST, ROOT, free_port, killed, own_database, run, started

SCRIPTS = ROOT / "docs" / "scripts"
WORDS = "“The bridge is safe,”"

pytestmark = [pytest.mark.slow, pytest.mark.data]


@contextmanager
def serving(folder: Path) -> Iterator[dict[str, str]]:
    """Serve a desk, and give the environment of scripts that ask it."""
    with own_database(folder, os.environ.get("DATABASE_URL", ""), "scripts") as environment:
        token, port = run(environment, "-m", "tests.script_desk"), free_port()
        server = started(environment, port)
        try:
            yield environment | {"NEWSNOTES_API": f"http://{HOST}:{port}/api/v1", "NEWSNOTES_TOKEN": token}
        finally:
            killed(server)


def script(environment: dict[str, str], name: str, *arguments: str, sent: str = "", status: int = 0) -> list[str]:
    """Run a script as its first lines say, and return the lines that it printed."""
    command = [sys.executable, str(SCRIPTS / f"{name}.py"), *arguments]
    done = subprocess.run(command, env=environment, input=sent, capture_output=True, text=True, check=False)
    assert done.returncode == status, done.stdout + done.stderr
    return (done.stdout + done.stderr).splitlines()


def spans(words: str) -> list[list[int]]:
    """Return where these words of the story stand, as the corpora say it."""
    found = at(STORY, words)
    return [[found["start"], found["end"]]]


def test_the_scripts_do_what_they_say(tmp_path: Path) -> None:
    with serving(tmp_path) as environment:
        _folder(environment, tmp_path)
        _predictions(environment)
        _gold(environment, tmp_path)
        _task(environment)
        _corpus(environment, tmp_path)
        run(environment, "manage.py", "verify")


def _folder(environment: dict[str, str], folder: Path) -> None:
    (stories := folder / "stories").mkdir()
    for number in range(3):
        (stories / f"story-{number}.txt").write_text(f"Story {number}.\n\nIt is short.", encoding="utf-8")
    assert script(environment, "load_folder", "desk", str(stories)) == ["3 new, 0 the same, 0 not written"]
    (stories / "story-3.txt").write_text("A bell\a.", encoding="utf-8")
    told = script(environment, "load_folder", "desk", str(stories), status=1)
    assert told[0].startswith("story-3.txt: ")
    assert told[1] == "0 new, 3 the same, 1 not written"


def _predictions(environment: dict[str, str]) -> None:
    line = json.dumps({"article": "bridge", "suggestions": [{"content": [at(STORY, WORDS)], "score": 0.9}]})
    for _ in range(2):
        told = script(environment, "push_predictions", "desk", "tagger", "1", sent=line)
        assert told == ["bridge: 1 suggestions by tagger@1"]
    other = line.replace("0.9", "0.8")
    assert "another version" in script(environment, "push_predictions", "desk", "tagger", "1", sent=other, status=1)[0]


def _gold(environment: dict[str, str], folder: Path) -> None:
    path = folder / "gold.jsonl"
    assert script(environment, "fetch_gold", "desk", str(path)) == ["1 stories, 1 quotes"]
    (record,) = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    ((start, end),) = [(one["start"], one["end"]) for one in record["quotes"][0]["content"]]
    assert (record["annotator"], record["article"]["text"][start:end]) == (None, WORDS)


def _task(environment: dict[str, str]) -> None:
    worker = subprocess.Popen([sys.executable, "manage.py", "worker"], cwd=ROOT, env=environment)
    try:
        told = script(environment, "watch_task", "desk", "verify")
    finally:
        worker.terminate()
        worker.wait(timeout=30)
    assert any(line.startswith("done") for line in told), told


def _corpus(environment: dict[str, str], folder: Path) -> None:
    quote = {"content": spans(WORDS), "cue": spans("said"), "source": spans("Mayor Ada Holt"), "type": "direct"}
    documents = [
        {"id": "one", "text": STORY, "quotes": [quote, quote | {"content": spans("nobody"), "type": "indirect"}]},
        {"id": "again", "text": STORY, "quotes": [quote]},
        {"id": "bell", "text": "A bell\a.", "quotes": []},
    ]
    path = folder / "corpus.jsonl.gz"
    path.write_bytes(gzip.compress("\n".join(map(json.dumps, documents)).encode()))
    (told,) = script(environment, "load_corpus", "corpus", str(path))
    assert told.startswith("3 documents with 3 quotes in ")
    assert told.endswith("all came back equal")
