"""The keys of the page in its templates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from django.template import Context, Template

from annotations.keyboard import ADJUDICATING, PAGES, REVIEWING, SHORTCUTS, page_keys, shortcuts_on
from annotations.models import LabelSet


def rendered(source: str, preferences: Mapping[str, object] | None = None) -> str:
    context = {} if preferences is None else {"keys": page_keys(preferences)}
    return Template("{% load keys %}" + source).render(Context(context))


def test_a_button_says_its_key() -> None:
    assert rendered('<b{% keyed "source" %}>') == (
        '<b data-key="source" aria-keyshortcuts="s" title="The words name who said it (s)">'
    )
    assert rendered('{% kbd "source" %}') == '<kbd class="key" aria-hidden="true">s</kbd>'
    assert rendered('<b{% keyed "source" titled=False %}>') == '<b data-key="source" aria-keyshortcuts="s">'


def test_keys_are_named_as_their_readers_know_them() -> None:
    assert 'aria-keyshortcuts="Shift+Z"' in rendered('{% keyed "redo" %}')
    assert 'aria-keyshortcuts="Plus"' in rendered('{% keyed "fragment" %}')
    assert ">Ctrl+Enter<" in rendered('{% kbd "submit" %}')
    assert ">+<" in rendered('{% kbd "fragment" %}')


def test_a_person_may_have_changed_a_key() -> None:
    assert ">§<" in rendered('{% kbd "source" %}', {"keys": {"source": "§"}})


def test_single_characters_can_be_switched_off_and_other_keys_stay() -> None:
    off = {"keys_off": True}
    assert rendered('{% kbd "source" %}', off) == ""
    assert rendered('<b{% keyed "source" %}>', off) == '<b data-key="source" title="The words name who said it">'
    assert ">Ctrl+Enter<" in rendered('{% kbd "submit" %}', off)


def test_a_keyboard_without_a_key_has_another_one() -> None:
    assert rendered('<b{% keyed "delete" %}>') == (
        '<b data-key="delete" aria-keyshortcuts="Delete Backspace" title="Delete the quote (Delete, Backspace)">'
    )
    assert page_keys({})["also"] == {"delete": "Backspace"}
    assert page_keys({"keys": {"delete": "F8"}})["also"] == {}
    assert page_keys({"keys": {"undo": "Backspace"}})["also"] == {}


def test_no_key_does_two_things() -> None:
    keys = [(page, key) for page in PAGES for row in shortcuts_on(page) for key in (row.key, row.also) if key]
    assert Counter(keys).most_common(1)[0][1] == 1
    assert Counter(row.action for row in SHORTCUTS).most_common(1)[0][1] == 1


def test_the_help_sheet_lists_every_key_once() -> None:
    rows = "{% for row in group.rows %}{{ row.keys|join:' ' }},{% endfor %}"
    source = "{% key_groups as groups %}{% for group in groups %}{{ group.name }}:" + rows + "{% endfor %}"
    sheet = rendered(source)
    assert "Speaker:1 2 3 4 5 6 7 8 9 0,/,p," in sheet
    assert sheet.count(":") == 6
    assert "The page:,,,Ctrl+Enter,," in rendered(source, {"keys_off": True})


def test_a_page_has_only_its_own_keys_and_those_it_shares() -> None:
    reviewing, adjudicating = (page_keys({}, page)["keys"] for page in (REVIEWING, ADJUDICATING))
    assert set(reviewing) == {"right", "comment", "item-edit", "item-next", "item-previous", "item-help"}
    assert set(reviewing) & set(adjudicating) == {"item-edit", "item-next", "item-previous", "item-help"}
    names = "{% key_groups 'reviewing' as groups %}{% for group in groups %}{{ group.name }},{% endfor %}"
    assert rendered(names) == "Review,Going through,"


def test_the_help_sheet_names_the_questions_of_the_project() -> None:
    rows = "{% for row in group.rows %}{{ row.label }},{% endfor %}"
    source = (
        "{% load keys %}{% key_groups as groups %}{% for group in groups %}{{ group.name }}:" + rows + "{% endfor %}"
    )
    asked = [LabelSet(name="Act"), LabelSet(name="Type")]
    sheet = Template(source).render(Context({"label_sets": asked}))
    assert "The open quote:Type,Resolution, or why there is no source,Act,Type,Claim," in sheet
    assert "First question,Second question,Third question" in Template(source).render(Context({}))
