"""Charts of a release: static pictures, which look the same wherever they are shown."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

ROW, LEFT, BAR, RIGHT, TOP = 26, 190, 380, 70, 44
MOST_BARS = 60


def bars(title: str, rows: Sequence[Sequence[str | int]]) -> bytes:
    """Return a bar chart of labels and counts as SVG, with all of it as text. Of many rows it shows the last ones."""
    shown = _shown(rows)
    most = max((count for _label, count in shown), default=0) or 1
    width, height = LEFT + BAR + RIGHT, TOP + ROW * len(shown) + 12
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{width}" height="{height}"'
        f' viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="14">',
        f"<title>{escape(title)}</title><desc>{escape(described(title, rows))}</desc>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        f'<text x="12" y="26" font-size="16" font-weight="bold" fill="#1b1f24">{escape(title)}</text>',
        *(_bar(number, label, count, most) for number, (label, count) in enumerate(shown)),
        "</svg>\n",
    ]
    return "\n".join(parts).encode()


def _shown(rows: Sequence[Sequence[str | int]]) -> list[tuple[str, int]]:
    return [(str(label), int(count)) for label, count in rows][-MOST_BARS:]


def described(title: str, rows: Sequence[Sequence[str | int]]) -> str:
    """Return what a chart shows, in words."""
    return f"{title}: {', '.join(f'{label} {count:,}' for label, count in _shown(rows)) or 'none'}"


def _bar(number: int, label: str, count: int, most: int) -> str:
    top = TOP + ROW * number
    length = max(1, round(BAR * count / most)) if count else 0
    short = label if len(label) <= 24 else f"{label[:23]}…"
    return (
        f'<text x="{LEFT - 8}" y="{top + 16}" text-anchor="end" fill="#1b1f24">{escape(short)}</text>'
        f'<rect x="{LEFT}" y="{top + 3}" width="{length}" height="{ROW - 8}" fill="#2f6f9f"/>'
        f'<text x="{LEFT + length + 6}" y="{top + 16}" fill="#1b1f24">{count:,}</text>'
    )
