"""SVG pictures: the frame that all have in common, and how wide a text is.

Invariant: one unit is one point (1/72 inch), so that type has the size that it says.  Text is set
in Helvetica or a typeface with the same widths (Arial, Liberation Sans); the widths are those of
Adobe's font metrics for it.  A picture follows the reader's light or dark scheme.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from html import escape

#: The size of type, and how wide a picture may be: the text of a page of LaTeX's `article`.
TYPE_SIZE, COLUMN = 9.0, 345.0

_FONT = "Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif"

#: The widths of characters from the space on, in thousandths of the size of type.
_ASCII = (
    "278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 "
    "556 556 556 278 278 584 584 584 556 1015 667 667 722 722 667 611 778 722 278 500 667 556 833 "
    "722 778 667 778 722 667 611 722 667 944 667 667 611 278 278 278 469 556 333 556 556 500 556 "
    "556 278 556 556 222 222 500 222 833 556 556 556 556 333 500 278 556 500 722 500 500 500 334 "
    "260 334 584"
)
_BOLD_ASCII = (
    "278 333 474 556 556 889 722 278 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 "
    "556 556 556 333 333 584 584 584 611 975 722 722 722 722 667 611 778 722 278 556 722 611 833 "
    "722 778 667 778 722 667 611 722 667 944 667 667 611 333 278 333 584 556 333 556 611 556 611 "
    "556 333 611 611 278 278 556 278 889 611 611 611 611 389 556 333 611 556 778 556 556 500 389 "
    "280 389 584"
)
_BEYOND_ASCII = {"−": 584, "×": 584, "·": 278, "…": 1000, "↓": 838, "↑": 838, "→": 1000}
_BEYOND_ASCII |= dict.fromkeys("₀₁₂₃₄₅₆₇₈₉⁰¹²³⁴⁵⁶⁷⁸⁹", 400) | dict.fromkeys("₋⁻", 420)


def _widths(ascii: str) -> dict[str, int]:
    characters = map(chr, range(32, 127))
    return dict(zip(characters, map(int, ascii.split()), strict=True)) | _BEYOND_ASCII


_WIDTHS, _BOLD_WIDTHS = _widths(_ASCII), _widths(_BOLD_ASCII)
#: What other characters take: those of a wide fallback typeface.
_OTHER = 640

_STYLE = """\
svg { color-scheme: light dark; }
text { font-family: %s; fill: #1f2328; white-space: pre; }
.page { fill: #ffffff; }
.rule { stroke: #57606a; stroke-width: .6; fill: none; }
.quiet { fill: #57606a; }
.strong { font-weight: bold; }
.primal { fill: #0550ae; }
.derived { fill: #8f1d77; }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3; }
  .page { fill: #0d1117; }
  .rule { stroke: #9198a1; }
  .quiet { fill: #9198a1; }
  .primal { fill: #79c0ff; }
  .derived { fill: #f0a6e0; }
}
"""


def text_width(text: str, size: float = TYPE_SIZE, *, bold: bool = False) -> float:
    """How wide a text is, in points."""
    return sum(map(_bold_width if bold else _width, text)) * size / 1000


@cache
def _width(char: str) -> int:
    return _found_width(char, _WIDTHS)


@cache
def _bold_width(char: str) -> int:
    return _found_width(char, _BOLD_WIDTHS)


def _found_width(char: str, widths: dict[str, int]) -> int:
    if unicodedata.category(char) in ("Mn", "Me"):
        return 0
    found = widths.get(char)
    if found is None:
        base = unicodedata.normalize("NFD", char)[0]
        found = widths.get(base, _OTHER)
    return found


def document(width: float, height: float, title: str, parts: list[str], style: str = "") -> str:
    """A whole picture; `title` is what screen readers say, `style` further rules of CSS."""
    size = f'width="{width:.6g}pt" height="{height:.6g}pt" viewBox="0 0 {width:.6g} {height:.6g}"'
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="title">\n'
        f'<title id="title">{escape(title)}</title>\n<style>\n{_STYLE % _FONT}{style}</style>\n'
        f'<rect class="page" width="{width:.6g}" height="{height:.6g}"/>\n{body}\n</svg>\n'
    )


def text(
    x: float, y: float, words: str, *, size: float = TYPE_SIZE, anchor: str = "", style: str = ""
) -> str:
    """Words with their baseline at y; `anchor` is start, middle or end, `style` names classes."""
    more = f' text-anchor="{anchor}"' if anchor else ""
    more += f' class="{style}"' if style else ""
    return f'<text x="{x:.2f}" y="{y:.2f}" font-size="{size:g}"{more}>{escape(words)}</text>'


def line(x1: float, y1: float, x2: float, y2: float, style: str = "rule") -> str:
    """A straight line."""
    return f'<line class="{style}" x1="{x1:.2f}" y1="{y1:.2f}" x2="{x2:.2f}" y2="{y2:.2f}"/>'
