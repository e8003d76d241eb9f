"""Twelve texts that have broken annotation tools, each with words to mark in it.

The words are marked wherever they stand; a number says at which of their places.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Probe:
    """A text as it is typed or sent, and the words that are marked in it, with the number of their place."""

    name: str
    sent: str
    marks: tuple[tuple[str, int], ...]

    @property
    def text(self) -> str:
        """The text as it must be kept: line breaks are one character, and nothing else is different."""
        return self.sent.replace("\r\n", "\n").replace("\r", "\n")

    def spans(self) -> list[dict[str, int | str]]:
        """Return the marks as spans in code points."""
        found = []
        for words, nth in self.marks:
            start = -1
            for _ in range(nth + 1):
                start = self.text.index(words, start + 1)
            found.append({"start": start, "end": start + len(words), "exact": words})
        return found


PROBES = (
    Probe("line breaks", "“Yes,” she said.\r\nNo.\rMaybe.\n\nYes.", (("No.", 0), ("Maybe.", 0), ("Yes", 1))),
    Probe("leading newlines", "\n\nHeadline\n\nShe said so.", (("Headline", 0), ("She said so.", 0))),
    Probe("composed and not", "Café said no. Cafe\u0301 said yes.", (("Café", 0), ("Cafe\u0301", 0), ("yes", 0))),
    Probe("emoji", "💩This is an annotation.", (("annotation", 0), ("💩", 0))),
    Probe("a family of code points", "👨🏻‍🚒 firemen drive firetrucks", (("firetrucks", 0), ("👨🏻‍🚒", 0))),
    Probe(
        "right to left",
        "قال الوزير: «لن نغادر». שר אמר “לא”. The minister\u200f said no.",
        (("«لن نغادر»", 0), ("“לא”", 0), ("The minister\u200f", 0)),
    ),
    Probe(
        "marks that nobody sees",
        "a\u200bb\u200c\u200d\u2060\ufeffc\u00ad said no\u00a0more.",
        (("a\u200bb\u200c\u200d\u2060\ufeffc\u00ad", 0), ("no\u00a0more", 0)),
    ),
    Probe(
        "markup as words",
        "AT&amp;T said &ldquo;no&rdquo;&nbsp;&#8212; <b>&lt;b&gt;</b> &amp;amp; </pre></textarea>\n\nThe end.",
        (("&ldquo;no&rdquo;", 0), ("&lt;b&gt;", 0), ("&amp;amp; </pre></textarea>", 0), ("The end", 0)),
    ),
    Probe(
        "quotation marks",
        "\"straight\" 'single' “curly” „low” «guillemets» 「CJK」 ‚a‘ ''two singles'' isn’t",
        tuple((words, 0) for words in ('"straight"', "„low”", "«guillemets»", "「CJK」", "''two singles''", "isn’t")),
    ),
    Probe(
        "a mark that is never closed",
        "“We will not leave.\n\n“We will stay,” she said.\n\nHe said “nothing",
        (("“We will not leave.\n\n“We will stay,”", 0), ("“nothing", 0)),
    ),
    Probe(
        "nested and the same twice",
        "“He told me ‘never’ twice,” she said. ‘never’ again.",
        (("“He told me ‘never’ twice,”", 0), ("‘never’", 0), ("told me ‘never’", 0), ("‘never’", 1)),
    ),
    Probe(
        "tabs, spaces and the end",
        "\tTwo  spaces,   three. \n \nLast line \n",
        (("Two  spaces,   three.", 0), ("Last", 0)),
    ),
)
