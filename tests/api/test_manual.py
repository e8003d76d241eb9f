"""The manual of the API is true: each of its commands answers with the status that stands beside it."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from string import Template
from typing import Any

import pytest
from django.core.management import call_command
from django.http import HttpResponse

from annotations.models import Membership, Project
from tests.api.program import Program, program_of
from tests.cast import Cast

MANUAL = Path(__file__).parents[2] / "docs" / "api.md"
BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^(curl .*?)    # (\d{3})$", re.MULTILINE | re.DOTALL)

# What an answer is about, by a part that no other has.
MADE = {"content": "QUOTE", "aliases": "SPEAKER", "author": "COMMENT", "merged_into": "CLAIM"}


def commands() -> list[tuple[str, int]]:
    """Return the commands of the manual, each with its status."""
    found = [
        (command.replace("\\\n", " "), int(status))
        for block in BLOCK.findall(MANUAL.read_text(encoding="utf-8"))
        for command, status in COMMAND.findall(block)
    ]
    assert sum(block.count("curl ") for block in BLOCK.findall(MANUAL.read_text(encoding="utf-8"))) == len(found)
    return found


def run(program: Program, command: str, names: dict[str, Any]) -> HttpResponse:
    """Send what ``curl`` would send."""
    words = iter(shlex.split(Template(command).substitute(names))[1:])
    method, headers, data, address = "GET", {}, None, ""
    for word in words:
        if word == "-H":
            name, _, value = next(words).partition(": ")
            headers[name] = value
        elif word == "-d":
            method, data = "POST" if method == "GET" else method, next(words).encode()
        elif word == "-X":
            method = next(words)
        elif word == "-o":
            next(words)
        else:
            address = word
    content_type = headers.pop("Content-Type", "")
    body = {} if data is None else {"data": data, "content_type": content_type}
    return program.client.generic(method, address.removeprefix("http://testserver"), headers=headers, **body)


@pytest.fixture
def program(cast: Cast) -> Program:
    """A program of an annotator of the sample project."""
    call_command("load_sample", verbosity=0)
    for user, role in ((cast.annotator, "annotator"), (cast.manager, "manager")):
        Membership.objects.create(project=Project.objects.get(slug="sample"), user=user, role=role)
    return program_of(cast.annotator)


def test_every_command_of_the_manual_answers_as_it_says(program: Program, cast: Cast) -> None:
    names: dict[str, Any] = {
        "API": "/api/v1",
        "TOKEN": program.secret,
        "MANAGER": program_of(cast.manager).secret,
        "NEXT": "",
        "ASSIGNMENT": "",
        "QUOTE": "",
        "SPEAKER": "",
        "COMMENT": "",
    }
    for command, status in commands():
        response = run(program, command, names)
        assert response.status_code == status, (command, response.content)
        answer = (
            response.json() if "json" in response.headers.get("Content-Type", "") and not response.streaming else {}
        )
        names["NEXT"] = answer.get("next") or names["NEXT"]
        # What somebody else's work is about is none of the manual's.
        if status == 201 and answer.get("own", True):
            made = next((name for part, name in MADE.items() if part in answer), "ASSIGNMENT")
            names[made] = answer["id"]
