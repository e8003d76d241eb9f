"""docs/permissions.md, written from the table of permissions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from tests.permissions.table import Cell, Row, read_table
from tests.routes import Route, routes
from tests.world import ROLES

FILE = Path(__file__).parents[2] / "docs" / "permissions.md"
HEAD = """# Who may do what

Written by `python -m tests.permissions` from `tests/permissions/matrix.toml`; change that file, not this one. A test
sends every request of these tables, as every role, and compares the status. An address without a row fails it.

A cell holds the status of the answer: 200 a page or a record, 201 made, 204 done, 302 done and led on, 403 refused,
404 does not exist for this person. These rules hold everywhere:

- A method that is not in a table is not offered (405). HEAD answers as GET.
- Who is not signed in, or whose account is switched off, is asked to sign in: a page load leads there (302), anything
  else is refused (401). Only the addresses of the first table are open.
- For who is not a member of a project, or no longer one, it does not exist (404). The same holds for the objects of
  other projects.
- Nobody sees another's work on a story of which they hold an assignment, before there is gold.
  `tests/test_independence.py` walks the whole site for that. Speakers and claims are shared: who names one that
  another has named already gets the same row, so its spelling and its id may be another's. No list shows the order
  in which they were made.
- A token of the API may do what its owner may. One that only reads is refused every write (403); one that is expired
  or revoked, everything (401). A token opens no page, and the sign-in of a browser nothing of the API.
- A refusal changes nothing, and neither does reading.
"""
Chooses = Callable[[Route, Row], bool]
SECTIONS: tuple[tuple[str, str, Chooses], ...] = (
    ("Open to everybody", "everybody", lambda route, row: row.is_open),
    (
        "For who is signed in",
        "signed in",
        lambda route, row: not row.is_open and not row.is_about_a_desk,
    ),
    ("In a project: pages", "", lambda route, row: row.is_about_a_desk and not route.is_api),
    ("In a project: the API", "", lambda route, row: row.is_about_a_desk and route.is_api),
)


def document() -> str:
    """Return the whole page."""
    table = read_table()
    rows = [(route, table[route.name]) for route in routes()]
    parts = [HEAD]
    for title, column, chooses in SECTIONS:
        parts.append(f"## {title}\n\n" + "\n".join(_section([one for one in rows if chooses(*one)], column)) + "\n")
    return "\n".join(parts)


def _section(rows: list[tuple[Route, Row]], column: str) -> Iterator[str]:
    columns = [column] if column else list(ROLES)
    people = ["annotator"] if column else list(ROLES)
    yield "| " + " | ".join(["Address", "Method", "Whose", *columns]) + " |"
    yield "|" + "---|" * (3 + len(columns))
    for route, row in rows:
        for words, cell in _lines(row):
            yield "| " + " | ".join([f"`{route.path}`", words[0], words[1], *_answers(cell, people)]) + " |"


def _lines(row: Row) -> Iterator[tuple[tuple[str, str], Cell]]:
    """Yield the methods that answer alike together."""
    alike: dict[tuple[str, Cell], list[str]] = {}
    for method, cells in row.methods.items():
        for whose, cell in cells.items():
            alike.setdefault((_whose(whose) if len(cells) > 1 else "", cell), []).append(method)
    for (whose, cell), methods in alike.items():
        yield (", ".join(methods), whose), cell


def _whose(whose: str) -> str:
    return {"own": "one's own", "others": "another's"}[whose]


def _answers(cell: Cell, people: list[str]) -> list[str]:
    if "signed-out" in cell.groups:
        return [f"{cell.answer('anonymous')}; {cell.answer('annotator')} once signed in"]
    if "signed-in" in cell.groups and cell.otherwise != 403:
        return [f"{cell.answer('anonymous')}; {cell.answer('annotator')} once signed in"]
    return [str(cell.answer(person)) for person in people]
