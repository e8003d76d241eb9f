"""Lines of newsnotes/1 that are not what they say are refused, with the path to the fault."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from annotations.exports import jsonl_v1
from annotations.exports.jsonl_v1_reader import LineRefused, check_record, lines_of, read_line
from annotations.exports.records import Record
from annotations.services.sample import FOLDER, sample_record
from annotations.text.canonical import text_sha256

SAMPLES = sorted(path.name.removesuffix(".gold.json") for path in FOLDER.glob("*.gold.json"))
Change = Callable[[Record], Any]


@pytest.fixture
def record() -> Record:
    """A copy of the Kirby record, to be spoilt."""
    return copy.deepcopy(sample_record("kirby"))


def refusal(record: Record) -> LineRefused:
    """Return why a record is refused."""
    with pytest.raises(LineRefused) as refused:
        check_record(record)
    return refused.value


@pytest.mark.parametrize("name", SAMPLES)
def test_every_sample_is_taken(name: str) -> None:
    record = json.loads((FOLDER / f"{name}.gold.json").read_text())
    assert read_line(jsonl_v1.line(record)) == record


@pytest.mark.parametrize("start", [-1, 96, 97, 2**31, 2**63, 10**900, 40.0, "40", True, None, [], 1e300])
def test_offsets_that_are_none(record: Record, start: Any) -> None:
    record["quotes"][0]["content"][0]["start"] = start
    assert refusal(record).path == "quotes[0].content[0].start"


@pytest.mark.parametrize("end", [0, 40, 3018, 2**63, 96.0, "96", True, None])
def test_ends_that_are_none(record: Record, end: Any) -> None:
    record["quotes"][0]["content"][0]["end"] = end
    assert refusal(record).path.startswith("quotes[0].content[0].")


def test_the_true_words_are_shown(record: Record) -> None:
    span = record["quotes"][1]["source"][0]
    span["exact"] = span["exact"] + " "
    refused = refusal(record)
    assert (refused.code, refused.path) == ("wrong_words", "quotes[1].source[0].exact")
    assert "“him”" in refused.message


def put(path: str, value: Any) -> Change:
    """Return a change that puts a value at a path."""

    def change(record: Record) -> None:
        *steps, last = [int(step) if step.isdigit() else step for step in path.split(".")]
        part: Any = record
        for step in steps:
            part = part[step]
        part[last] = value

    return change


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (put("format", "newsnotes/2"), "format"),
        (put("offset_unit", "utf16"), "offset_unit"),
        (put("status", "done"), "status"),
        (put("status", "submitted"), "annotator"),
        (put("annotator", "a"), "annotator"),
        (put("guidelines", "2-0f1e2d3c"), "guidelines"),
        (put("quotes.0.guidelines", "2-0f1e2d3c"), "guidelines"),
        (put("quotes.0.guidelines", "2"), "quotes[0].guidelines"),
        (put("article", []), "article"),
        (put("article.version", 0), "article.version"),
        (put("article.version", True), "article.version"),
        (put("article.version", 2**31), "article.version"),
        (put("article.headline", ""), "article.headline"),
        (put("article.text", "a\rb"), "article.text"),
        (put("article.text", "a\x0bb"), "article.text"),
        (put("article.text", " \n"), "article.text"),
        (put("article.text", "x" * 5_000_001), "article.text"),
        (put("article.sha256", "0" * 64), "article.sha256"),
        (put("article.blocks.1.start", 10), "article.blocks[1].start"),
        (put("article.blocks.1.kind", "aside"), "article.blocks[1].kind"),
        (put("article.blocks.0.end", 9999), "article.blocks[0].start"),
        (put("speakers.0.kind", "robot"), "speakers[0].kind"),
        (put("speakers.0.named", 1), "speakers[0].named"),
        (put("speakers.0.wikidata", "42"), "speakers[0].wikidata"),
        (put("speakers.0.aliases", [1]), "speakers[0].aliases"),
        (put("speakers.1.id", "john-kirby"), "speakers[1].id"),
        (put("claims.1.id", "no-contact"), "claims[1].id"),
        (put("quotes.1.id", "q01"), "quotes[1].id"),
        (put("quotes.0.id", "x" * 101), "quotes[0].id"),
        (put("quotes.0.type", "loud"), "quotes[0].type"),
        (put("quotes.0.type", "reported"), "quotes[0].type_overridden"),
        (put("quotes.0.content", []), "quotes[0].content"),
        (put("quotes.0.content", None), "quotes[0].content"),
        (put("quotes.0.speaker", "nobody"), "quotes[0].speaker"),
        (put("quotes.0.resolution", "none"), "quotes[0].resolution"),
        (put("quotes.0.resolution", ["none"]), "quotes[0].resolution"),
        (put("quotes.0.source", []), "quotes[0].resolution"),
        (put("quotes.0.no_source", "orphan"), "quotes[0].no_source"),
        (put("quotes.0.parent", "q01"), "quotes[0].parent"),
        (put("quotes.0.parent", "zz"), "quotes[0].parent"),
        (put("quotes.0.labels", []), "quotes[0].labels"),
        (put("quotes.0.labels.act", None), "quotes[0].labels"),
        (put("quotes.0.claims.0.claim", "zz"), "quotes[0].claims[0].claim"),
        (put("quotes.0.claims.0.stance", "likes"), "quotes[0].claims[0].stance"),
        (put("quotes.0.note", ""), "quotes[0].note"),
        (put("quotes.0.note", None), "quotes[0].note"),
        (put("looked_at", []), "looked_at"),
        (put("looked_at", {}), "looked_at"),
        (put("looked_at", [{"start": 0, "end": 7, "exact": "Russia"}]), "looked_at[0].exact"),
        (put("looked_at", [{"start": 0, "end": 6, "exact": "Russia"}] * 2), "looked_at[1].start"),
        (put("read_up_to", 0), "read_up_to"),
        (put("read_up_to", None), "read_up_to"),
        (put("read_up_to", 3018), "read_up_to"),
        (put("quotes.0.more", 1), "quotes[0]"),
        (put("quotes.0.content.0.more", 1), "quotes[0].content[0]"),
        (lambda record: record.update(more=1), ""),
        (lambda record: record.pop("claims"), ""),
        (lambda record: record["quotes"][0].pop("cue"), "quotes[0]"),
        (lambda record: record["quotes"][0]["cue"].append(record["quotes"][0]["cue"][0]), "quotes[0].cue[1]"),
        (lambda record: record["quotes"][0]["claims"].append(record["quotes"][0]["claims"][0]), "quotes[0].claims[1]"),
    ],
)
def test_each_fault_has_its_path(record: Record, change: Change, path: str) -> None:
    change(record)
    assert refusal(record).path == path


def test_a_key_that_is_not_known_is_named(record: Record) -> None:
    record["quotes"][3]["colour"] = "red"
    assert "colour" in refusal(record).message


def test_a_ring_of_parents_is_refused(record: Record) -> None:
    record["quotes"][0]["parent"], record["quotes"][1]["parent"] = "q02", "q01"
    assert refusal(record).code == "cycle"


@pytest.mark.parametrize("blank", ["\u200b", "\u2060\ufeff", " \n"])
def test_a_span_of_nothing_to_see_is_refused(record: Record, blank: str) -> None:
    text = record["article"]["text"] + blank
    place = len(record["article"]["text"])
    record["article"] |= {"text": text, "sha256": text_sha256(text)}
    record["quotes"][0]["cue"] = [{"start": place, "end": len(text), "exact": blank}]
    assert refusal(record).path == "quotes[0].cue[0].exact"


def test_a_line_that_is_not_utf8_is_refused_with_its_byte() -> None:
    with pytest.raises(LineRefused) as refused:
        read_line(b'{"format": "\xe9"}')
    assert refused.value.byte == 12


def test_lines_end_with_line_feeds_and_nothing_else() -> None:
    # U+2028 ends a line for some readers; in JSON it is a character like others.
    assert [number for number, _ in lines_of('{}\n\n"\u2028"\r\n[]'.encode())] == [1, 3, 4]


def test_a_record_has_so_many_claims_that_history_can_number_them(record: Record) -> None:
    record["claims"] = [{"id": f"c{number}", "text": f"Claim {number}."} for number in range(10_001)]
    assert (refusal(record).code, refusal(record).path) == ("too_many", "claims")
