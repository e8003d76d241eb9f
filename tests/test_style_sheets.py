"""The style sheets: what holds for all of them, and colours that every eye can tell apart."""

from __future__ import annotations

import math
import re
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from django.conf import settings

FOLDER = Path(settings.BASE_DIR) / "static" / "css"
SHEETS = sorted(FOLDER.glob("*.css"))
LONGEST = 400
# What names a side of the screen instead of one of the text.
PHYSICAL = re.compile(
    r"(?<![-\w])(?:(?:margin|padding|border|inset|scroll-margin|scroll-padding)-(?:left|right|top|bottom)"
    r"|left|right|top|bottom|float|clear|(?:min-|max-)?(?:width|height))(?:-[a-z]+)?\s*:"
    r"|text-align\s*:\s*(?:left|right)"
)
SIDE = r"\s+((?:[\w-]*\([^()]*\)|[^\s();])+)"
FOUR = re.compile(rf"(?:margin|padding|inset)\s*:{SIDE * 4};")
COLOUR = re.compile(r"oklch\(([\d.]+)% ([\d.]+) ([\d.]+)\)")

# Machado, Oliveira and Fernandes (2009), for linear sRGB, at full severity.
EYES = {
    "all cones": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "no red cones": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "no green cones": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.01182, 0.04294, 0.968881)),
    "no blue cones": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.3039)),
}
# Distance in Oklab from which two colours beside each other are plainly two.
APART = 0.055
LIGHTER = 0.01

Triple = tuple[float, float, float]


def product(matrix: tuple[Triple, ...], vector: Triple) -> Triple:
    """Multiply a matrix by a column."""
    one, two, three = (sum(left * right for left, right in zip(row, vector, strict=True)) for row in matrix)
    return one, two, three


def linear(lightness: float, chroma: float, hue: float) -> Triple:
    """Return the linear sRGB of an OKLCH colour, as CSS Color 4 converts it."""
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    cones = product(
        ((1, 0.3963377774, 0.2158037573), (1, -0.1055613458, -0.0638541728), (1, -0.0894841775, -1.291485548)),
        (lightness, a, b),
    )
    found = product(
        (
            (4.0767416621, -3.3077115913, 0.2309699292),
            (-1.2684380046, 2.6097574011, -0.3413193965),
            (-0.0041960863, -0.7034186147, 1.707614701),
        ),
        (cones[0] ** 3, cones[1] ** 3, cones[2] ** 3),
    )
    return clipped(found)


def clipped(colour: Triple) -> Triple:
    """Bring a colour into what a screen can show."""
    one, two, three = (min(1.0, max(0.0, part)) for part in colour)
    return one, two, three


def oklab(colour: Triple) -> Triple:
    """Return the Oklab of a linear sRGB colour."""
    cones = product(
        (
            (0.4122214708, 0.5363325363, 0.0514459929),
            (0.2119034982, 0.6806995451, 0.1073969566),
            (0.0883024619, 0.2817188376, 0.6299787005),
        ),
        colour,
    )
    roots = (math.cbrt(cones[0]), math.cbrt(cones[1]), math.cbrt(cones[2]))
    return product(
        (
            (0.2104542553, 0.793617785, -0.0040720468),
            (1.9779984951, -2.428592205, 0.4505937099),
            (0.0259040371, 0.7827717662, -0.808675766),
        ),
        roots,
    )


def speakers(theme: int) -> list[Triple]:
    """Return the colours of the first ten speakers, in the light (0) or the dark (1)."""
    tokens = (FOLDER / "tokens.css").read_text()
    rows = [re.search(rf"--c{number}: (.*);", tokens) for number in range(1, 11)]
    found = [COLOUR.findall(row[1])[theme] for row in rows if row]
    return [(float(lightness) / 100, float(chroma), float(hue)) for lightness, chroma, hue in found]


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_a_sheet_is_short_and_knows_no_left_and_right(sheet: Path) -> None:
    lines = sheet.read_text().splitlines()
    assert len(lines) < LONGEST
    physical = [line for line in lines if PHYSICAL.search(re.sub(r"@media.*", "", line))]
    assert physical == []
    uneven = [line for line in lines if (sides := FOUR.search(line)) and sides[2] != sides[4]]
    assert uneven == []


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("eye", EYES)
def test_speakers_can_be_told_apart(eye: str, theme: int) -> None:
    seen = [oklab(clipped(product(EYES[eye], linear(*colour)))) for colour in speakers(theme)]
    assert len(seen) == 10
    assert min(math.dist(one, other) for one, other in combinations(seen, 2)) >= APART


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_speakers_differ_in_lightness(theme: int) -> None:
    lightness = sorted(colour[0] for colour in speakers(theme))
    assert min(right - left for left, right in pairwise(lightness)) >= LIGHTER - 1e-9
