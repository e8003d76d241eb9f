"""The table of permissions: who gets which answer at which address. ``matrix.toml`` holds it."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.routes import SAFE, Route
from tests.world import ROLES

FILE = Path(__file__).with_name("matrix.toml")
GROUPS: dict[str, frozenset[str]] = {
    "viewers": frozenset({"viewer"}),
    "managers": frozenset({"manager"}),
    "reviewers": frozenset({"reviewer", "manager"}),
    "workers": frozenset({"annotator", "reviewer", "manager"}),
    "members": frozenset(ROLES),
    "signed-in": frozenset({*ROLES, "outsider", "removed"}),
    "signed-out": frozenset({"anonymous", "disabled"}),
    "everybody": frozenset({*ROLES, "outsider", "removed", "anonymous", "disabled", "reader", "expired"}),
}
SIGNED_OUT = GROUPS["signed-out"]
ABOUT_NO_DESK = frozenset({"signed-in", "signed-out", "everybody"})
NOT_MEMBERS = frozenset({"outsider", "removed"})
CLAUSE = re.compile(r"(?P<group>[\w-]+) (?P<status>\d{3})")


@dataclass(frozen=True)
class Cell:
    """What one method of one address answers: to each group its status, the first that fits."""

    clauses: tuple[tuple[str, int], ...]
    otherwise: int

    @classmethod
    def read(cls, words: str) -> Cell:
        """Read ``managers 200`` or ``reviewers 200, else 404``."""
        *clauses, last = words.split(", ")
        if not last.startswith("else"):
            clauses, last = [*clauses, last], "else 403"
        found = [CLAUSE.fullmatch(clause) for clause in clauses]
        assert all(match and match["group"] in GROUPS for match in found), f"not a cell: {words!r}"
        return cls(tuple((match["group"], int(match["status"])) for match in found if match), int(last[5:]))

    @property
    def groups(self) -> frozenset[str]:
        """The groups that it names."""
        return frozenset(group for group, _ in self.clauses)

    def answer(self, actor: str) -> int:
        """Return the status for somebody who may knock here."""
        return next((status for group, status in self.clauses if actor in GROUPS[group]), self.otherwise)


@dataclass(frozen=True)
class Row:
    """One address."""

    name: str
    methods: dict[str, dict[str, Cell]]
    is_open: bool

    @property
    def is_about_a_desk(self) -> bool:
        """Whether the address stands inside a project."""
        return not any(cells["own"].groups & ABOUT_NO_DESK for cells in self.methods.values())

    def expected(self, route: Route, method: str, actor: str, whose: str) -> int:
        """Return the status that ``actor`` gets. The rules at the head of the table stand here."""
        cells = self.methods.get(method) or (self.methods.get("GET") if method == "HEAD" else None)
        if route.is_api:
            return self._of_program(cells, method, actor, whose)
        if actor in SIGNED_OUT and not self.is_open:
            return 302 if method in SAFE else 401
        return 405 if cells is None else self._of_member(cells, actor, whose)

    def _of_program(self, cells: dict[str, Cell] | None, method: str, actor: str, whose: str) -> int:
        if cells is None:
            return 405
        if self.is_open:
            return cells["own"].answer(actor)
        if actor in {*SIGNED_OUT, "expired"}:
            return 401
        if actor == "reader":
            return 403 if method not in SAFE else self._of_program(cells, method, "manager", whose)
        return self._of_member(cells, actor, whose)

    def _of_member(self, cells: dict[str, Cell], actor: str, whose: str) -> int:
        if self.is_about_a_desk and (whose == "elsewhere" or actor in NOT_MEMBERS):
            return 404
        return cells.get(whose, cells["own"]).answer(actor)


def read_table(file: Path = FILE) -> dict[str, Row]:
    """Return the rows by the name of their address."""
    return {name: _row(name, entry) for name, entry in tomllib.loads(file.read_text(encoding="utf-8")).items()}


def _row(name: str, entry: dict[str, Any]) -> Row:
    methods = {}
    is_open = entry.pop("open", False)
    for method, cell in entry.items():
        given = {"own": cell} if isinstance(cell, str) else cell
        methods[method] = {whose: Cell.read(words) for whose, words in given.items()}
    return Row(name, methods, is_open)
