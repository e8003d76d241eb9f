"""Adjudicating: how many actions it takes to make gold of a story of 60 quotes, on 80 % of which two people agree.

``python -m benchmarks.adjudication``. An action is a key or button that is pressed. They are pressed on the pages as a
browser without scripts has them: each form is sent as it stands, with nothing chosen or typed in it.
"""

from __future__ import annotations

import random
import re
from typing import Any

from benchmarks import corpus
from benchmarks.desk import desk, machine, project, say, seconds

QUOTES, AGREED = 60, 48
MOST = 40
FORM = re.compile(r'<form[^>]*method="post"[^>]*>.*?</form>', re.DOTALL)
ACTION = re.compile(r'action="([^"]*)"')
FIELD = re.compile(r'<input type="(?:hidden|checkbox)" name="(\w+)" value="([^"]*)"')
BUTTON = re.compile(r"<button([^>]*)>\s*([^<]*)")
PRESSED = re.compile(r'name="(\w+)" value="([^"]+)"')


def annotate(version: Any, name: str, quotes: list[dict[str, Any]]) -> None:
    """Let somebody submit the story with these quotes."""
    from annotations.models import Membership, Role, User
    from annotations.services.assignments import start_assignment, submit_assignment
    from annotations.services.quotes import create_quote

    user = User.objects.create_user(name)
    Membership.objects.create(project=version.project, user=user, role=Role.ANNOTATOR)
    assignment = start_assignment(actor=user, version=version)
    for quote in quotes:
        create_quote(actor=user, assignment=assignment, parts=quote)
    submit_assignment(actor=user, assignment=assignment, revision=assignment.revision)


def differing(quotes: list[dict[str, Any]], seed: int) -> list[dict[str, Any]]:
    """Return the same quotes, of which the share on which people differ ends a little earlier or has no source."""
    chosen = set(random.Random(seed).sample(range(len(quotes)), QUOTES - AGREED))  # noqa: S311  it is to be repeated
    return [_differing(quote, place) if place in chosen else quote for place, quote in enumerate(quotes)]


def _differing(quote: dict[str, Any], place: int) -> dict[str, Any]:
    if place % 2:
        return {**quote, "source": quote["source"][:0], "speaker": None}
    *others, last = quote["content"]
    return {**quote, "content": [*others, {"start": last["start"], "end": last["end"] - 2}]}


def parts_of(record: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the quotes of a record as a gesture asks for them."""
    from annotations.services.speakers import NewSpeaker

    labels = {speaker["id"]: speaker["label"] for speaker in record["speakers"]}
    return [
        {role: _bare(quote[role]) for role in ("content", "source", "cue")}
        | {"speaker": NewSpeaker(labels[quote["speaker"]]) if quote["speaker"] else None}
        for quote in record["quotes"]
    ]


def _bare(spans: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"start": span["start"], "end": span["end"]} for span in spans]


class Presser:
    """Presses buttons of pages and counts."""

    def __init__(self, client: Any, path: str) -> None:
        self.client = client
        self.actions = 0
        self.open(path)

    def open(self, path: str) -> None:
        """Follow to a page."""
        answer = self.client.get(path, follow=True)
        self.path, self.page = answer.request["PATH_INFO"], answer.content.decode()

    def press(self, label: str) -> None:
        """Press the first button with these words."""
        for form in FORM.findall(self.page):
            for attributes, words in BUTTON.findall(form):
                if words.strip().startswith(label):
                    return self._send(form, dict(PRESSED.findall(attributes)))
        raise RuntimeError(f"There is no button “{label}” on {self.path}.")

    def _send(self, form: str, pressed: dict[str, str]) -> None:
        self.actions += 1
        if self.actions > 2 * QUOTES:
            raise RuntimeError(f"There is no end to it: {self.path}")
        data: dict[str, Any] = {}
        for name, value in FIELD.findall(form):
            data.setdefault(name, []).append(value)
        found = ACTION.search(form.split(">", 1)[0])
        answer = self.client.post(found[1] if found else self.path, data | pressed)
        if answer.status_code == 302:
            self.open(answer["Location"])
        else:
            self.page = answer.content.decode()


def adjudicate(version: Any, manager: Any) -> int:
    """Make gold, always taking what the first has; return the number of actions."""
    from django.test import Client
    from django.urls import reverse

    client = Client(SERVER_NAME="localhost")
    client.force_login(manager)
    presser = Presser(client, reverse("adjudicate", args=[version.project.slug, version.article.key]))
    presser.press("Compare")
    while "Take A" in presser.page and " disabled>Make it gold" in presser.page:
        presser.press("Take A")
    presser.press("Make it gold")
    if not version.assignments.filter(status="gold").exists():
        presser.press("Make it gold all the same")
    return presser.actions


def main() -> None:
    """Count and print."""
    with desk():
        from django.core.management import call_command

        from annotations.services.articles import import_article

        say("machine", machine())
        # Pages name style sheets by what is in them.
        call_command("collectstatic", interactive=False, verbosity=0)
        desk_project, manager = project()
        record = corpus.record(0, seed=7, quotes=QUOTES)
        article = import_article(actor=manager, project=desk_project, text=record["article"]["text"]).article
        version = article.versions.select_related("article", "project").get()
        quotes = parts_of(record)
        annotate(version, "first", quotes)
        annotate(version, "second", differing(quotes, seed=7))
        actions = 0

        def act() -> None:
            nonlocal actions
            actions = adjudicate(version, manager)

        took = seconds(act)
        say(f"actions for {QUOTES} quotes, {AGREED} of them agreed (at most {MOST})", f"{actions} ({took:.1f} s)")
        if actions > MOST:
            raise SystemExit(1)


if __name__ == "__main__":
    main()
