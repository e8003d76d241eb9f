"""How the annotation page looks to everybody: what moves and what does not, small screens, paper, other directions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import override_settings
from django.utils.translation import trans_real
from playwright.sync_api import expect

from annotations.keyboard import ANNOTATING, MOVE, SELECT, SHORTCUTS
from annotations.models import LabelSet, Quote
from annotations.services.speakers import NewSpeaker
from tests.browser.annotating import Desk
from tests.browser.test_annotate import desk  # noqa: F401
from tests.cast import Cast
from tests.factories import make_assignment, make_quote, make_version

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NESTED = "engineers told the council that the old pier “moves a little” in winter"
# Where each paragraph and each closed card begins in the page, and where a closed card or a paragraph ends.
PLACES = """() => [...document.querySelectorAll("[data-story] .block, .quote-card")].map((one) => {
  const { left, top, right, bottom } = one.getBoundingClientRect();
  return [one.id, left + scrollX, top + scrollY, right + scrollX, bottom + scrollY].map((n) => n.toFixed?.(1) ?? n);
})"""
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# Controls that a finger must hit: all but those inside a line of text (WCAG 2.5.8).
SMALL = """() => [...document.querySelectorAll("button, .button, select, .answer, .quote-card__open, summary")]
  .filter((one) => one.checkVisibility())
  .map((one) => [one, one.getBoundingClientRect()])
  .filter(([, box]) => box.width < 24 || box.height < 24)
  .map(([one, box]) => `${one.className} ${one.textContent.trim()} ${box.width}x${box.height}`)"""


@pytest.fixture
def story(desk: Desk, cast: Cast) -> Desk:  # noqa: F811
    """The usual story with quotes at two levels, three of them in one paragraph."""
    make = {"speaker": NewSpeaker("Ada Holt", "person", description="mayor"), "cue": "said"}
    make_quote(desk.assignment, cast.annotator, "“The bridge is safe,”", source="Mayor Ada Holt", **make)
    make_quote(desk.assignment, cast.annotator, NESTED, source="her", cue="According to")
    make_quote(desk.assignment, cast.annotator, "the old pier “moves a little” in winter", source="engineers")
    make_quote(desk.assignment, cast.annotator, "moves a little")
    desk.open()
    return desk


def open_card(desk: Desk, nth: int) -> None:  # noqa: F811
    """Open a card and wait until it is complete."""
    card = desk.page.locator(".quote-card__open").nth(nth)
    ref = card.get_attribute("data-activate")
    # The one that is open may lie over it.
    card.press("Enter")
    expect(desk.page.locator(f"[id='q-{ref}'] #editor")).to_be_visible()


@pytest.mark.parametrize("size", [(1440, 900), (1024, 768), (390, 844)])
def test_opening_a_card_moves_nothing(story: Desk, size: tuple[int, int]) -> None:
    story.page.set_viewport_size({"width": size[0], "height": size[1]})
    story.open()
    before = story.page.evaluate(PLACES)
    for nth in range(4):
        open_card(story, nth)
        assert story.page.evaluate(PLACES) == before


def test_the_open_card_lies_over_the_others(story: Desk) -> None:
    open_card(story, 1)
    editor, following = (story.page.locator(one).bounding_box() for one in ("#editor", "#cards-3"))
    assert editor is not None
    assert following is not None
    assert editor["y"] + editor["height"] > following["y"]
    at = [editor["x"] + 80, following["y"] + 5]
    assert story.page.evaluate("([x, y]) => document.elementFromPoint(x, y).closest('#editor') !== null", at)


def test_the_open_card_has_everything_that_has_a_key(story: Desk) -> None:
    open_card(story, 0)
    story.select("nobody")
    # The keys that move and select, and those of chosen words, press nothing that stands on the page.
    pressed = [row.action for row in SHORTCUTS if row.page == ANNOTATING and row.group not in {SELECT, MOVE}]
    # No clause concerns anything here, and no quote is a proposal of an earlier version.
    absent = {"accept", "edges", "take-away", "give", "rule", *(f"cast-{number}" for number in range(2, 11))}
    for action in [*(one for one in pressed if one not in absent), "looked-at", "find"]:
        assert story.page.locator(f"[data-key~='{action}']").count() == 1, action


def test_a_card_shows_which_words_are_its_own_and_the_reverse(story: Desk) -> None:
    shown = story.page.locator("mark.is-shown")
    story.page.locator(".quote-card__open").first.hover()
    expect(shown).to_have_text(["“The bridge is safe,”", "said", "Mayor Ada Holt"])
    story.page.locator(".quote-card__open").nth(3).focus()
    expect(shown).to_have_text(["moves a little"])
    story.page.locator("mark.source", has_text="her").hover()
    expect(story.page.locator(".quote-card.is-shown .said")).to_have_text(NESTED)


def test_every_mark_has_the_number_of_its_speaker_outside_of_the_text(story: Desk) -> None:
    numbers = story.page.locator("mark[data-n]").evaluate_all("marks => marks.map((mark) => mark.dataset.n)")
    assert numbers[:3] == ["1", "1", "1"]
    assert set(numbers[3:]) == {"–"}
    lines = story.page.locator("mark.content[data-n]").evaluate_all("marks => marks.map((mark) => mark.className)")
    assert [next(part for part in line.split() if part in {"l1", "l2", "l3"}) for line in lines] == [
        "l1",
        "l3",
        "l2",
        "l1",
    ]


def test_a_gap_says_what_to_do_and_the_map_shows_it(story: Desk) -> None:
    gaps = story.page.locator(".block.is-gap")
    expect(gaps).to_have_count(2)
    gaps.last.hover()
    hint = gaps.last.evaluate("block => getComputedStyle(block, '::after').content")
    assert hint == '"nothing here yet: mark a quote, or looked at (o)"'
    expect(story.page.locator("#map .is-gap")).to_have_count(2)
    expect(story.page.locator("#map-2 i")).to_have_count(3)
    with story.answered():
        story.page.locator("#cards-0 .looked").click()
    expect(story.page.locator("#block-0")).to_have_class("block headline is-looked-at")
    expect(story.page.locator("#map-0")).to_have_class("map__block headline is-looked-at")
    expect(story.page.locator(".steps__progress")).to_contain_text("1 paragraph not looked at")
    with story.answered():
        story.page.locator("#cards-0 .looked").click()
    expect(gaps).to_have_count(2)


def test_the_map_leads_to_a_paragraph(story: Desk) -> None:
    story.page.set_viewport_size({"width": 1400, "height": 420})
    story.page.locator("#map-3 a").press("Enter")
    expect(story.page.locator("#block-3")).to_be_in_viewport()
    expect(story.page.locator("#map-3 a")).to_have_attribute("aria-current", "location")


def test_from_the_eleventh_speaker_on_the_page_says_what_to_press(desk: Desk, cast: Cast) -> None:  # noqa: F811
    words = desk.assignment.version.text.split()[3:14]
    for number, word in enumerate(words, start=1):
        make_quote(desk.assignment, cast.annotator, word, speaker=NewSpeaker(f"Number {number}", "person"))
    desk.open()
    open_card(desk, 0)
    keys = desk.page.locator(".cast-member__key").all_inner_texts()
    assert keys == [*"1234567890", "/"]
    expect(desk.page.locator(".cast-panel__find")).to_contain_text("From the eleventh on: type the name")


def test_a_long_cast_is_pushed_aside_by_a_finger(desk: Desk, cast: Cast) -> None:  # noqa: F811
    for number, word in enumerate(desk.assignment.version.text.split()[3:9], start=1):
        make_quote(desk.assignment, cast.annotator, word, speaker=NewSpeaker(f"Speaker number {number}", "person"))
    desk.page.set_viewport_size({"width": 390, "height": 844})
    desk.open()
    open_card(desk, 0)
    assert desk.page.evaluate(WIDER) <= 0
    assert desk.page.locator(".cast-panel").evaluate("panel => panel.scrollWidth - panel.clientWidth") > 0


@pytest.mark.parametrize("height", [256, 700])
def test_nothing_scrolls_sideways_at_four_times_the_size(story: Desk, height: int) -> None:
    story.page.set_viewport_size({"width": 320, "height": height})
    story.open()
    assert story.page.evaluate(WIDER) <= 0
    open_card(story, 2)
    story.page.locator("summary", has_text="New speaker").click()
    assert story.page.evaluate(WIDER) <= 0
    story.page.locator("#open-help").click()
    assert story.page.evaluate(WIDER) <= 0
    assert story.page.locator("#help").evaluate("help => help.scrollWidth - help.clientWidth") <= 0


def test_a_finger_can_hit_everything(story: Desk) -> None:
    story.page.set_viewport_size({"width": 390, "height": 844})
    story.open()
    open_card(story, 0)
    assert story.page.evaluate(SMALL) == []


def test_a_phone_shows_the_card_as_a_sheet(story: Desk) -> None:
    story.page.set_viewport_size({"width": 390, "height": 844})
    story.open()
    open_card(story, 0)
    sheet = story.page.locator("#editor").bounding_box()
    assert sheet is not None
    assert sheet["y"] > 400
    assert round(sheet["y"] + sheet["height"]) == 844
    story.page.locator("#editor").get_by_role("link", name="Close").click()
    expect(story.page.locator("#editor")).not_to_be_attached()


def test_an_address_leads_to_the_words_of_its_quote(story: Desk) -> None:
    quote = Quote.objects.latest("pk")
    for height in (400, 844):
        story.page.set_viewport_size({"width": 390, "height": height})
        story.page.goto(f"/assignments/{story.assignment.pk}/?quote={quote.key}")
        expect(story.page.locator("mark.is-active").first).to_be_in_viewport()
    story.page.evaluate("scrollTo(0, 0)")
    open_card(story, 2)
    words, sheet = (story.page.locator(one).bounding_box() for one in ("mark.content.is-active >> nth=0", "#editor"))
    assert words is not None
    assert sheet is not None
    assert 0 < words["y"] < sheet["y"]


def test_paper_has_the_story_and_its_quotes_and_no_controls(story: Desk) -> None:
    open_card(story, 1)
    story.page.emulate_media(media="print")
    assert (
        story.page.locator("button:visible:not(.cast-choice), input:visible, select:visible, textarea:visible").count()
        == 0
    )
    assert story.page.locator("[data-story] .block:visible").count() == 4
    assert story.page.locator(".quote-card .said:visible").count() == 4
    blocks, cards = (story.page.locator(one).bounding_box() for one in ("#block-2", "#cards-2"))
    assert blocks is not None
    assert cards is not None
    assert cards["y"] >= blocks["y"] + blocks["height"]


def test_nothing_moves_for_who_does_not_want_it(story: Desk) -> None:
    story.page.emulate_media(reduced_motion="reduce")
    moving = story.page.evaluate(
        """() => [document.documentElement, ...document.querySelectorAll("body *")].filter((one) => {
          const { scrollBehavior, transitionDuration, animationName } = getComputedStyle(one);
          return scrollBehavior === "smooth" || transitionDuration !== "0s" || animationName !== "none";
        }).length"""
    )
    assert moving == 0


def test_a_story_from_right_to_left(desk: Desk, cast: Cast) -> None:  # noqa: F811
    text = "مياه الشرب\n\nقال الحمداوي: «المياه سليمة»."
    own = make_assignment(make_version(cast.project, cast.manager, text, language="ar"), cast.annotator)
    make_quote(own, cast.annotator, "«المياه سليمة»", source="الحمداوي", cue="قال")
    desk.assignment = own
    desk.open()
    block = desk.page.locator("#block-1")
    assert block.evaluate("block => getComputedStyle(block).direction") == "rtl"
    cue, content = (desk.page.locator(one).bounding_box() for one in ("mark.cue", "mark.content"))
    assert cue is not None
    assert content is not None
    assert cue["x"] > content["x"]


class Mirrored(trans_real.DjangoTranslation):
    """A language of the tests alone, written from right to left: every text that is translated stands in brackets."""

    def gettext(self, message: str) -> str:
        """Return a text as this language has it."""
        return f"⟦{message}⟧"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Return the right one of two texts as this language has it."""
        return f"⟦{msgid1 if n == 1 else msgid2}⟧"


@pytest.fixture
def mirrored() -> Iterator[None]:
    """Speak the language of the tests, under the code of one that is written from right to left."""
    with override_settings(LANGUAGE_CODE="ar"):
        translations: dict[str, Any] = trans_real.__dict__["_translations"]
        translations["ar"] = Mirrored("ar")
        yield
        del translations["ar"]


# Every text of the page that is not data: not of the story, of speakers and claims, of people, and no number or key.
UNTRANSLATED = """() => {
  const data = "[data-story], bdi, .said, .serif, kbd, .badge, .num, .brand, script, option, datalist, textarea";
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = node.data.trim();
    const around = node.parentElement.closest("p, li, label, dd, button, div");
    const isData = node.parentElement.closest(data) || (around ?? node.parentElement).textContent.includes("⟦");
    if (/\\p{L}{2}/u.test(text) && !isData) found.push(text);
  }
  for (const one of document.querySelectorAll("[title], [aria-label], [placeholder]")) {
    for (const name of ["title", "aria-label", "placeholder"]) {
      const text = one.getAttribute(name);
      if (text && !one.closest("[data-story]") && !text.includes("⟦")) found.push(`${name}: ${text}`);
    }
  }
  return found;
}"""


@pytest.mark.parametrize("width", [1440, 390])
def test_every_text_can_be_translated_and_turned_round(story: Desk, mirrored: None, width: int) -> None:
    story.page.set_viewport_size({"width": width, "height": 900})
    story.page.goto(f"/assignments/{story.assignment.pk}/")
    story.page.locator(".quote-card__open").last.click()
    expect(story.page.locator("#editor")).to_be_visible()
    assert story.page.locator("html").get_attribute("dir") == "rtl"
    # The labels of a project are its own words, and so is the name of a speaker in the field.
    labels = story.page.locator(".answer:has([id^=labels-]), h3 > [id^=labels-]").all_inner_texts()
    questions = [f"title: {question}" for question in LabelSet.objects.values_list("question", flat=True)]
    assert set(story.page.evaluate(UNTRANSLATED)) - {*labels, *questions, "placeholder: Ada Holt"} == set()
    assert story.page.evaluate(WIDER) <= 0
    story_box, cards_box = (story.page.locator(one).bounding_box() for one in ("#block-2", "#cards-2"))
    assert story_box is not None
    assert cards_box is not None
    assert (cards_box["x"] < story_box["x"]) == (width > 1000)
