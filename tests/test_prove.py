"""The table of what backs each promise cannot rot, and says no where a proof fails or is gone."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.prove.promises import PROMISES, proofs
from tests.prove.running import ROOT, Case, cases
from tests.prove.table import holds, table

REPORT = """<testsuites><testsuite>
<testcase classname="tests.test_kill" name="test_nothing_that_was_acknowledged_is_lost" time="3.5"/>
<testcase classname="tests.test_backups" name="test_the_drill[sqlite]" time="2">
<properties><property name="editors" value="20"/></properties></testcase>
<testcase classname="tests.text.test_spans" name="test_a" time="1"><failure message="no"/></testcase>
<testcase classname="tests.text.test_spans" name="test_b" time="1"><skipped/></testcase>
</testsuite></testsuites>"""


def names(path: Path) -> Iterator[str]:
    """Yield the ids of what is in a file of tests: its functions, its classes, and theirs."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        if isinstance(node, ast.ClassDef):
            yield from (f"{node.name}::{one.name}" for one in node.body if isinstance(one, ast.FunctionDef))


@pytest.mark.parametrize("proof", sorted({proof for promise in PROMISES for proof in promise.proofs}))
def test_every_proof_is_there(proof: str) -> None:
    file, _, name = proof.partition("::")
    found = set(names(ROOT / file))
    assert name in found if name else any(one.rpartition("::")[2].startswith("test_") for one in found)


def test_each_proof_runs_once() -> None:
    assert len(proofs()) == len(set(proofs()))
    assert not [one for one in proofs() if "::" in one and one.partition("::")[0] in proofs()]


def test_the_table_tells_what_ran_and_what_failed() -> None:
    found = cases(REPORT)
    shown = table([found, []])
    assert "FAILED tests.text.test_spans.test_a, 1 skipped, 2 s" in shown
    assert "test_the_drill[sqlite]: 20 editors" in shown
    assert "NOT RUN" in shown
    assert not holds([found, []])


def test_it_holds_only_if_every_proof_ran() -> None:
    everything = [
        Case(
            proof.replace(".py::", ".").removesuffix(".py").replace("/", ".").replace("::", ".") + ".test", "passed", 1
        )
        for promise in PROMISES
        for proof in promise.proofs
    ]
    assert holds([everything, []])
    assert not holds([everything[1:], []])
