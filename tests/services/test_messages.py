"""What people read goes through gettext when it is said, and what is kept is kept as the source has it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation
from django.utils.translation import trans_real

from annotations.services import staging
from annotations.services.imports import Options, Source
from annotations.services.record_checks import DoesNotFit, check_key, check_name
from tests.cast import Cast

ROOT = Path(__file__).parents[2] / "annotations"
LAYERS = ("access", "api", "exports", "forms", "services", "views")
# Commands speak English, and so do the services that only they call.
OF_COMMANDS = {"backup_files.py", "backups.py", "database_copy.py", "sample.py", "whole_desk.py"}
# The files of a release are the same bytes whoever has them made, so they know no language of the desk.
OF_RELEASES = {"card.py", "changes.py", "citation.py"}
TRANSLATED = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy"}
CODE = [
    path
    for layer in LAYERS
    for path in [ROOT / layer, *(ROOT / layer).rglob("*.py")]
    if path.is_file()
    and path.name not in OF_COMMANDS
    and not (path.parent.name == "releases" and path.name in OF_RELEASES)
]


def texts(node: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield each text in a part of the source that no gettext is given, and each that is put together before it is."""
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") in TRANSLATED:
        yield from (found for one in node.args if not isinstance(one, ast.Constant) for found in texts(one))
    elif isinstance(node, ast.JoinedStr):
        words = (one.value if isinstance(one, ast.Constant) else "…" for one in node.values)
        yield node.lineno, "".join(map(str, words))
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.lineno, node.value
    # A docstring, and what is logged, is for those who look after the code and the server.
    elif not isinstance(node, ast.Expr) or not (isinstance(node.value, ast.Constant) or _is_log(node.value)):
        yield from (found for child in ast.iter_child_nodes(node) for found in texts(child))


def _is_log(node: ast.AST) -> bool:
    return ast.unparse(node).startswith("logger.")


def untranslated(source: str, *, sentences: bool = True) -> Iterator[str]:
    """Yield the words that are raised, and each of the ``sentences`` elsewhere, that are in English for good."""
    tree = ast.parse(source)
    found = {one for node in ast.walk(tree) if isinstance(node, ast.Raise) for one in texts(node)}
    if sentences:
        found |= {one for one in texts(tree) if one[1].endswith(".")}
    for line, text in sorted(found):
        if re.search(r"[^\W\d_].* |…\W* .*[^\W\d_]", text):
            yield f"{line}: {text}"


def test_every_message_goes_through_gettext() -> None:
    assert len(CODE) > 100
    found = [
        f"{path.relative_to(ROOT)}:{place}"
        for path in CODE
        # The description of the API is a manual, in English.
        for place in untranslated(path.read_text(encoding="utf-8"), sentences="api" not in path.parts)
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "code",
    [
        'raise Invalid("Not this.", field="key")',
        'raise Invalid(f"{name} is empty")',
        'raise Invalid(_(f"{name} is empty"))',
        'raise Invalid("Not %s." % name) from error',
        'reason = "It is here already."',
    ],
)
def test_the_look_at_the_source_is_sharp(code: str) -> None:
    assert list(untranslated(code))


class Mirrored(trans_real.DjangoTranslation):
    """A language of the tests alone: every text that is translated stands in brackets."""

    def gettext(self, message: str) -> str:
        """Return a text as this language has it."""
        return f"⟦{message}⟧"


@pytest.fixture
def mirrored() -> Iterator[Any]:
    """Return what speaks the language of the tests for as long as it is entered."""
    translations: dict[str, Any] = trans_real.__dict__["_translations"]
    translations["ar"] = Mirrored("ar")
    yield translation.override("ar")
    del translations["ar"]


@pytest.mark.parametrize(("check", "rest"), [(check_name, (50,)), (check_key, ())])
def test_a_refusal_is_said_anew_in_each_language(check: Any, rest: tuple[int, ...], mirrored: Any) -> None:
    said = []
    for language in (translation.override("en"), mirrored):
        with language, pytest.raises(DoesNotFit) as refused:
            check("Ada ", "path", *rest)
        said.append(refused.value.message)
    assert said == [said[0], f"⟦{said[0]}⟧"]


@pytest.mark.django_db
def test_the_report_of_an_import_is_kept_as_the_source_has_it(cast: Cast, mirrored: Any) -> None:
    sources = [Source("story.pdf", b"%PDF")]
    staged = staging.stage(actor=cast.manager, project=cast.project, sources=sources, options=Options())
    with mirrored:
        (shown,) = staging.preview(staged)
        (kept,) = staging.confirm(actor=cast.manager, staged=staged)
    assert shown.reason == f"⟦{kept.reason}⟧"
