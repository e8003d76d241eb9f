"""The filters of a dataset: the same by page, API and command, and what they do not know is refused."""

from __future__ import annotations

import json
import shlex
from datetime import date
from io import StringIO
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from annotations.exports.filters import FILTERS, Asked
from annotations.exports.overview import MOST_CHARACTERS, MOST_ROWS, shortened
from annotations.models import Assignment, Speaker
from annotations.services.records import import_records
from annotations.services.sample import sample_record
from annotations.services.speakers import merge_speakers
from tests.api.program import program_of
from tests.cast import Cast
from tests.factories import make_assignment, make_quote, make_version

PAGE = "/projects/desk/export/"
LINES = "projects/desk/export"


@pytest.fixture
def work(cast: Cast) -> Assignment:
    """Gold of Kirby, and the annotator's work on a story of another outlet and day."""
    import_records(actor=cast.manager, project=cast.project, records=[sample_record("kirby")])
    told = {"outlet": 'O\'Brien & Co: "Post"', "published": "2026-05-31"}
    version = make_version(cast.project, cast.manager, **told)
    assignment = make_assignment(version, cast.annotator)
    make_quote(assignment, cast.annotator, "nobody had measured it", source="He")
    return assignment


def by_command(*arguments: str) -> bytes:
    out = StringIO()
    call_command("export_dataset", "--project", "desk", *arguments, stdout=out)
    return out.getvalue().encode()


def statuses(lines: bytes) -> list[str]:
    return [json.loads(line)["status"] for line in lines.splitlines()]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (Asked(), ["gold"]),
        (Asked(annotations="all"), ["gold", "in_progress"]),
        (Asked(annotations="all", status=("in_progress",)), ["in_progress"]),
        (Asked(annotations="all", status=("gold", "in_progress")), ["gold", "in_progress"]),
        (Asked(status=("in_progress",)), []),
        (Asked(annotations="all", published_from=date(2026, 5, 31), published_to=date(2026, 5, 31)), ["in_progress"]),
        (Asked(annotations="all", published_from=date(2026, 6, 1)), []),
        (Asked(annotations="all", outlet=('O\'Brien & Co: "Post"',)), ["in_progress"]),
        (Asked(annotations="all", speaker=("john-kirby",)), ["gold"]),
        (Asked(annotations="all", type=("direct",)), []),
        (Asked(annotations="all", type=("indirect",)), ["gold", "in_progress"]),
        (Asked(annotations="all", type=("indirect",), speaker=("john-kirby",)), ["gold"]),
    ],
)
def test_page_api_and_command_give_the_same(
    cast: Cast, as_user: Any, work: Assignment, asked: Asked, found: list[str]
) -> None:
    shown = as_user(cast.reviewer).get(f"{PAGE}?{asked.query()}").context_data
    arguments = shlex.split(shown["command"])
    start = arguments.index("--as=reviewer")
    lines = by_command(*arguments[start : arguments.index("--output=desk.jsonl")])
    assert statuses(lines) == found
    assert shown["counts"].assignments == len(found)
    assert len(shown["records"]) == len(found)
    downloaded = as_user(cast.reviewer).get(f"{PAGE}download/?{asked.query()}&format=jsonl")
    assert b"".join(downloaded) == lines
    assert b"".join(program_of(cast.reviewer).get(f"{LINES}?{asked.query()}").streaming_content) == lines


def test_an_annotator_by_pseudonym(cast: Cast, as_user: Any, work: Assignment) -> None:
    assert work.annotator is not None
    name = work.annotator.pseudonym
    assert statuses(by_command("--annotations=all", f"--annotator={name}")) == ["in_progress"]
    # Whose work one may not see, one cannot ask for: not even whether there is any.
    for one in (name, "nobody"):
        answer = program_of(cast.viewer).get(f"{LINES}?annotations=all&annotator={one}")
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "annotator")
        assert as_user(cast.viewer).get(f"{PAGE}?annotations=all&annotator={one}").status_code == 400


def test_a_speaker_is_also_those_merged_with_it(cast: Cast, work: Assignment) -> None:
    rows = Speaker.objects.filter(project=cast.project, named=True)
    kirby, other = rows.get(key="john-kirby"), rows.exclude(key="john-kirby").filter(kind="person")[0]
    merge_speakers(actor=cast.manager, speaker=kirby, into=other, revision=kirby.revision)
    for key in (kirby.key, other.key):
        assert statuses(by_command(f"--speaker={key}")) == ["gold"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("outlet", "Nowhere"),
        ("speaker", "nobody"),
        ("annotator", "nobody"),
        ("status", "done"),
        ("status", "draft"),
        ("type", "loud"),
        ("annotations", "some"),
        ("published_from", "yesterday"),
        ("colour", "red"),
    ],
)
def test_what_is_not_known_is_refused(cast: Cast, as_user: Any, work: Assignment, name: str, value: str) -> None:
    client = as_user(cast.manager)
    for path in (PAGE, f"{PAGE}download/", f"{PAGE}manifest/"):
        asked = {"annotations": "all", "format": "jsonl", name: value}
        assert client.get(path, asked).status_code == 400
    answer = program_of(cast.manager).get(f"{LINES}?{name}={value}")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, name)
    with pytest.raises(CommandError):
        by_command(f"--{name.replace('_', '-')}={value}")


def test_days_in_the_wrong_order_and_too_many_values(cast: Cast, as_user: Any, work: Assignment) -> None:
    program, wrong = program_of(cast.manager), "published_from=2026-06-01&published_to=2026-05-31"
    assert program.get(f"{LINES}?{wrong}").json()["errors"][0]["field"] == "published_to"
    page = as_user(cast.manager).get(f"{PAGE}?{wrong}")
    # What was typed is still there.
    assert (page.status_code, 'value="2026-06-01"' in page.content.decode()) == (400, True)
    many = "&".join(f"outlet={number}" for number in range(21))
    assert "20 values" in program.get(f"{LINES}?{many}").json()["detail"]
    assert program.get(f"{LINES}?type=direct&type=direct").status_code == 400
    assert program.get(f"{LINES}?annotations=all&annotations=gold").status_code == 400


def test_a_script_asks_for_what_is_found_alone(cast: Cast, as_user: Any, work: Assignment) -> None:
    client = as_user(cast.manager)
    answer = client.get(f"{PAGE}?annotations=all&type=indirect", headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert answer.content.lstrip().startswith(b'<div class="stack stack--loose" id="found"')
    assert "HX-Request" in answer.headers["Vary"]
    refused = client.get(f"{PAGE}?outlet=Nowhere", headers={"HX-Request": "true"})
    assert (refused.status_code, "Nowhere" in refused.content.decode()) == (422, True)


def test_the_manifest_says_what_was_asked_for(cast: Cast, work: Assignment) -> None:
    asked = "annotations=all&type=mixed&type=indirect&published_from=2026-05-31"
    manifest = program_of(cast.manager).read(f"{LINES}/manifest?{asked}")
    assert manifest["filters"] == {"type": ["indirect", "mixed"], "published_from": "2026-05-31"}
    assert manifest["files"][0]["name"] == "desk.all.part.jsonl"


def test_the_command_knows_members_only(cast: Cast, work: Assignment) -> None:
    assert statuses(by_command("--annotations=all", "--as=viewer")) == ["gold"]
    for name in ("outsider", "nobody"):
        with pytest.raises(CommandError, match="no member"):
            by_command(f"--as={name}")


TEXTS = st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1), max_size=3)


@given(outlets=TEXTS, day=st.none() | st.dates())
def test_whatever_is_asked_for_can_be_asked_for_again(outlets: list[str], day: date | None) -> None:
    asked = Asked.of({"annotations": "all", "outlet": outlets, "published_to": day})
    found = parse_qs(asked.query(), keep_blank_values=True)
    words = [argument.partition("=")[::2] for argument in shlex.split(asked.arguments())]
    assert sorted(words) == sorted((f"--{name.replace('_', '-')}", one) for name in found for one in found[name])
    read = {"published_to": date.fromisoformat, "as_of": date.fromisoformat, "annotations": str, "restricted": str}
    assert Asked.of(found | {name: read[name](found[name][0]) for name in found.keys() & read.keys()}) == asked
    assert {one.name for one in FILTERS} == set(vars(asked))


JSON = st.recursive(
    st.none() | st.integers() | st.text(), lambda part: st.lists(part) | st.dictionaries(st.text(), part)
)


@given(JSON)
def test_what_is_shown_of_a_record_is_short(value: Any) -> None:
    shown = shortened(value)
    if isinstance(value, list):
        assert len(shown) <= MOST_ROWS + 1
    if isinstance(value, str):
        assert len(shown) <= MOST_CHARACTERS + 1
