"""Regions in quotation marks."""

import pytest
from hypothesis import given

from annotations.text.blocks import blocks
from annotations.text.quotation import regions
from tests.text.strategies import grows_linearly, texts


def quoted(text):
    """The regions as their words; unclosed ones with a question mark after them, nested ones with dashes before."""
    return [
        "-" * region.depth + text[region.start : region.end] + "?" * (not region.closed) for region in regions(text)
    ]


@given(texts)
def test_regions_are_ordered_and_never_cross(text):
    found = regions(text)
    assert found == sorted(found, key=lambda region: (region.start, -region.end))
    for number, region in enumerate(found):
        outer = [other for other in found[:number] if other.end > region.start]
        assert all(region.end <= other.end for other in outer)
        assert region.depth == len(outer)


@given(texts)
def test_regions_begin_and_end_with_their_marks_and_hold_something(text):
    for region in regions(text):
        assert text.startswith(region.opening, region.start)
        assert text[region.start : region.end].endswith(region.closing)
        assert region.closed == bool(region.closing)
        start, end = region.inner
        assert region.start + len(region.opening) == start <= end == region.end - len(region.closing)
        assert text[start:end].strip()


@given(texts)
def test_an_unclosed_region_ends_within_a_block(text):
    ends = {block.end for block in blocks(text)}
    for region in regions(text):
        if not region.closed:
            assert region.end in ends or text[region.end :].lstrip()[:1] != ""
            assert text[region.end - 1] not in "\n "


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"straight"', ['"straight"']),
        ("'single'", ["'single'"]),
        ("“curly”", ["“curly”"]),
        ("‘curly’", ["‘curly’"]),
        ("„low“", ["„low“"]),
        ("„low”", ["„low”"]),
        ("‚a‘", ["‚a‘"]),
        ("«guillemets»", ["«guillemets»"]),
        ("»inward«", ["»inward«"]),
        ("»both«, ›single‹ und «other»", ["»both«", "›single‹", "«other»"]),
        ("‹single›", ["‹single›"]),
        ("「CJK」『two』", ["「CJK」", "『two』"]),
        ("〝prime〟", ["〝prime〟"]),
        ("＂wide＂", ["＂wide＂"]),
        ("''two singles''", ["''two singles''"]),
        ("``TeX''", ["``TeX''"]),
        ("‘‘two singles’’", ["‘‘two singles’’"]),
        ("”svenska”, sade han", ["”svenska”"]),
        ("»suomi», hän sanoi", ["»suomi»"]),
        ("❝ornament❞", ["❝ornament❞"]),
        ("« français »", ["« français »"]),
        ("«\u00a0Oui\u00a0», «\u202fnon\u202f»", ["«\u00a0Oui\u00a0»", "«\u202fnon\u202f»"]),
        ('" français " dit-il', ['" français "']),
    ],
)
def test_every_style_of_marks(text, expected):
    assert quoted(text) == expected
    assert quoted(f"He said: {text} and left.") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“He told me ‘never’ twice,” she said.", ["“He told me ‘never’ twice,”", "-‘never’"]),
        ("\"He told me 'never' twice,\" she said.", ["\"He told me 'never' twice,\"", "-'never'"]),
        ("‘Is it “real”?’ he asked", ["‘Is it “real”?’", "-“real”"]),
        ("“Who said ‘I’ll be back’?” he asked", ["“Who said ‘I’ll be back’?”", "-‘I’ll be back’"]),
        ("„Er sagte ‚nein‘ zu mir“, sagte sie.", ["„Er sagte ‚nein‘ zu mir“", "-‚nein‘"]),
        ("»Er sagte ›nein‹ zu mir«, sagte sie.", ["»Er sagte ›nein‹ zu mir«", "-›nein‹"]),
        ("« Il a dit “non” », dit-elle", ["« Il a dit “non” »", "-“non”"]),
        ("「彼は『いや』と言った」と述べた。", ["「彼は『いや』と言った」", "-『いや』"]),
        ("«قال “لا” ثم غادر»", ["«قال “لا” ثم غادر»", "-“لا”"]),
        ("“He said “no” to me,” she said", ["“He said “no” to me,”", "-“no”"]),
        ("“A ‘b “c” d’ e”", ["“A ‘b “c” d’ e”", "-‘b “c” d’", "--“c”"]),
        ('“I like the "big" plan,” he said', ['“I like the "big" plan,”', '-"big"']),
        ("“They said, ‘No.’”", ["“They said, ‘No.’”", "-‘No.’"]),
        ("\"They said, 'No.'\"", ["\"They said, 'No.'\"", "-'No.'"]),
    ],
)
def test_quotations_in_quotations(text, expected):
    assert quoted(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "don't, won’t, O'Neill, O’Neill, l’homme, aujourd'hui",
        "the ’90s and the '90s and the ‘90s",
        "the workers’ pay, the workers' pay, James’ car",
        "rock ’n’ roll, rock 'n' roll, ‘n’",
        "’Tis so, ’til then, get ’em",
        "6'2\" tall and 5’11” wide",
        "the class of ’84",
        "the ‘90s and the workers’ pay",
        'צה"ל',
        "the Smiths’ and the Joneses’ houses",
        "it is 5' long",
        "“”",
        '""',
        "«»",
        "no marks at all",
    ],
)
def test_marks_that_quote_nothing(text):
    assert quoted(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("‘We don’t know the workers’ pay,’ he said, ‘yet.’", ["‘We don’t know the workers’ pay,’", "‘yet.’"]),
        ("Tom’s ‘so-called friends’ came", ["‘so-called friends’"]),
        ("the Smiths' 'best' house", ["'best'"]),
        ("“Trump is 6'3\" tall,” he said. “Yes.”", ["“Trump is 6'3\" tall,”", "“Yes.”"]),
        (
            "“I like the ‘big’ and the ‘old’ ones,” he said",
            ["“I like the ‘big’ and the ‘old’ ones,”", "-‘big’", "-‘old’"],
        ),
        ('l’“Express” et l\'"Unità"', ["“Express”", '"Unità"']),
    ],
)
def test_apostrophes_among_quotation_marks(text, expected):
    assert quoted(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“We will not\n\nHe left.", ["“We will not?"]),
        ('He said: "We will not  \n\nHe left.', ['"We will not?']),
        ("„Wir gehen nicht\n\nEr ging.", ["„Wir gehen nicht?"]),
        ("‘We will not go\n\nHe left.", ["‘We will not go?"]),
        ("He ‘never left\n\nHe left.", []),
        ("“Yes, he said. “No,” she said. “Maybe.”", ["“Yes, he said.?", "“No,”", "“Maybe.”"]),
        ("He left,” she said. “Yes.”", ["“Yes.”"]),
        ("「行く\n\n彼は去った", ["「行く?"]),
        ("“A ‘b c” d", ["“A ‘b c”"]),
        ("“A «b c” d", ["“A «b c”", "-«b c?"]),
    ],
)
def test_a_forgotten_mark(text, expected):
    assert quoted(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('was “no evidence" yet. “Good.”', ['“no evidence"', "“Good.”"]),
        ("rated “Mostly False.“ Then “good.”", ["“Mostly False.“", "“good.”"]),
        ('"We will,” he said', ['"We will,”']),
        ('„Wir gehen", sagte er. „Ja.“', ['„Wir gehen"', "„Ja.“"]),
    ],
)
def test_marks_that_do_not_match(text, expected):
    assert quoted(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "“One.\n\n“Two.\n\n“Three,”",
        '"One.\n\n"Two.\n\n"Three,"',
        "‘One.\n\n‘Two.\n\n‘Three,’",
        "„Eins.\n\n„Zwei.\n\n„Drei“",
        "»Eins.\n\n»Zwei.\n\n»Drei«",
        "« Un.\n\n« Deux.\n\n« Trois »",
        "« Un.\n\n» Deux.\n\n» Trois »",
        "«واحد.\n\n«اثنان»",
        "''One.\n\n''Two.''",
        "“One.\n“Two.”",
    ],
)
def test_one_quotation_over_several_paragraphs(text):
    story = f"He said: {text} he said.\n\nShe left."
    (region,) = regions(story)
    assert story[region.start : region.end] == text
    assert region.closed


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“One.\n\nShe left.\n\n“Two.”", ["“One.?", "“Two.”"]),
        ("“One.\n\n“Two.\n\nShe left.", ["“One.\n\n“Two.?"]),
        ("“One, ‘two.\n\n“‘Three,’ four.”", ["“One, ‘two.\n\n“‘Three,’ four.”", "-‘two.\n\n“‘Three,’"]),
        ("“One.” Yes.\n\n“Two.”", ["“One.”", "“Two.”"]),
        ("“One,” he said. “Two.\n\n“Three.”", ["“One,”", "“Two.\n\n“Three.”"]),
        ("a “quote that\ngoes on” here", ["“quote that\ngoes on”"]),
        ("a “quote that\n\ngoes on” here", ["“quote that?"]),
        ("『一。\n\n「二。」", ["『一。?", "「二。」"]),
    ],
)
def test_what_goes_on_in_the_next_paragraph_and_what_does_not(text, expected):
    assert quoted(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("他说：“好。”她说‘不’。", ["“好。”", "‘不’"]),
        ('他说"好"就走了', ['"好"']),
        ('"안녕"이라고 말했다. ‘안녕’이라고', ['"안녕"', "‘안녕’"]),
        ('قال: «لا» وقال ”نعم“ و"ربما".', ["«لا»", "”نعم“", '"ربما"']),
        ("قال \u200f“نعم”\u200f ثم غادر", ["“نعم”"]),
        ("首相は「厳しい」と語り、「全力で対応する」と強調した。", ["「厳しい」", "「全力で対応する」"]),
        ("„Ja“, sagte sie. „Nein.“", ["„Ja“", "„Nein.“"]),
        ("« Oui », dit-il. « Non. »", ["« Oui »", "« Non. »"]),
        ("“A”—he said—“B”", ["“A”", "“B”"]),
        ('He said: "We go." "You?"', ['"We go."', '"You?"']),
        ('(“a”) [‘b’] /"c"/', ["“a”", "‘b’", '"c"']),
    ],
)
def test_marks_in_many_languages(text, expected):
    assert quoted(text) == expected


def test_a_region_knows_its_marks_and_what_is_between():
    text = "He said ''no'' and “yes"
    first, second = regions(text)
    assert (first.opening, first.closing, text[slice(*first.inner)]) == ("''", "''", "no")
    assert (second.opening, second.closing, text[slice(*second.inner)]) == ("“", "", "yes")


@pytest.mark.parametrize(
    "unit",
    ["“He told me ‘never’ twice,” she said. ", "“", '"', '"a ', "'a ", "“a\n\n", "‘s’ a ", "“‘", '"a\n', "s’ a "],
)
def test_finding_them_takes_linear_work(unit):
    assert grows_linearly(regions, unit, times=150)
