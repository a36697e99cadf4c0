"""An error as text: one sentence, the place, the line with a caret below the span, a hint.

Invariant: a user's text cannot control the terminal.  Control characters, characters that change
the direction of writing, lone surrogates and characters that the terminal cannot encode are printed
as escapes.  The caret stands below the cells that the span takes on the screen.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from adcli.errors import AdcliError
from adcli.render.text_width_and_wrapping import cell_width, wrap
from adcli.source import Span

#: An excerpt is cut to this many cells.
WIDTH = 100

_TAB = " " * 4


def error_text(
    error: AdcliError,
    program: str | None = None,
    *,
    label: str = "error",
    width: int = WIDTH,
    encoding: str = "utf-8",
    window: int | None = None,
) -> str:
    """The text for an error, ending with a newline.

    `label` is its first word.  `program` names the program if the error has no span.  `window` is
    the width of a terminal, at which sentences are broken at spaces; None does not break them.
    """
    width = min(width, window or width)
    lines = [_sentence(f"{label}: ", error.message, "  ", encoding, window)]
    notes = [_sentence("", note, "    ", encoding, window) for note in error.notes]
    if error.span is not None:
        lines += _excerpt(error.span, width, encoding)
        beside = f"{lines[-1]}  {', '.join(notes)}"
        if notes and "\n" not in beside and cell_width(beside) <= width:
            lines[-1] = beside
            notes = []
    elif program is not None:
        lines.append("  " + visible(program, encoding))
    lines += ["  " + note for note in notes]
    if error.hint:
        lines.append(_sentence("  hint: ", error.hint, "        ", encoding, window))
    return "\n".join(lines) + "\n"


#: What stands out in an error or a note, with the escape sequence for it.
_COLOURED = (
    (re.compile(r"\A(error|failed)(\[[\w-]+\])?:"), "1;31"),
    (re.compile(r"\A(note|warning)(\[[\w-]+\])?:"), "1;36"),
    (re.compile(r"(?m)(?<=^  )(hint):"), "1;36"),
    (re.compile(r"(?m)(?<=\| )( *)(\^+)"), "1;31"),
)


def coloured(text: str) -> str:
    """The text of an error or a note for a terminal with colours."""
    for pattern, code in _COLOURED:
        text = pattern.sub(lambda found, code=code: f"\x1b[{code}m{found[0]}\x1b[0m", text)  # type: ignore[misc]
    return text


def visible(text: str, encoding: str = "utf-8") -> str:
    """The text with escapes for everything that a terminal would not show as a character."""
    return "".join([_shown(c, encoding) for c in text])


def _shown(char: str, encoding: str) -> str:
    code = ord(char)
    if 32 <= code < 127:
        return char
    if char == "\t":
        return _TAB
    if unicodedata.category(char) not in _HIDDEN:
        return char if _can_encode(char, encoding) else _escaped(code)
    if code < 32 or code == 127:
        picture = chr(0x2421 if code == 127 else 0x2400 + code)
        return picture if _can_encode(picture, encoding) else _escaped(code)
    return _escaped(code)


#: Control and format characters, surrogates, private use, unassigned, line separators.
_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def _can_encode(char: str, encoding: str) -> bool:
    try:
        char.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _escaped(code: int) -> str:
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _sentence(head: str, text: str, indent: str, encoding: str, window: int | None) -> str:
    """A message, its lines after the first indented."""
    lines = (head + text).split("\n")
    shown = [visible(line, encoding) for line in lines]
    if window is not None:
        shown = [piece for line in shown for piece in wrap(line, window - len(indent))]
    return f"\n{indent}".join(shown)


def _excerpt(span: Span, width: int, encoding: str) -> list[str]:
    """The place, the source line, and the caret below it."""
    number, column = span.line, span.column
    gutter = f"  {number} | "
    line = span.source.line(number)
    start, end = min(column, len(line) + 1) - 1, span.end_column - 1
    before, inside, after = _window(line, start, end, width - len(gutter), encoding)
    caret = " " * cell_width(before) + "^" * max(1, cell_width(inside))
    blank = " " * (len(gutter) - 2) + "| "
    return [
        f"  {visible(span.source.name, encoding)}:{number}:{column}",
        (gutter + before + inside + after).rstrip(),
        blank + caret,
    ]


def _window(line: str, start: int, end: int, room: int, encoding: str) -> tuple[str, str, str]:
    """The text before, inside and after a span, cut to `room` cells with the span in view."""
    # all but combining characters take a cell or more: what is further away has no room
    reach = 4 * room
    before = [_shown(c, encoding) for c in line[max(0, start - reach) : start]]
    inside = [_shown(c, encoding) for c in line[start : min(end, start + reach)]]
    after = [_shown(c, encoding) for c in line[end : end + reach]]
    sizes = [sum(map(cell_width, part)) for part in (before, inside, after)]
    if sum(sizes) <= room:
        return "".join(before), "".join(inside), "".join(after)
    dots = "…" if _can_encode("…", encoding) else "..."
    middle = min(sizes[1], 2 * room // 3)
    # the other side gets the room that one side does not need
    left = min(sizes[0], max((room - middle) // 2, room - middle - sizes[2]))
    head = _keep(before[::-1], left, dots, backwards=True)
    body = _keep(inside, middle, dots)
    tail = _keep(after, room - cell_width(head) - cell_width(body), dots)
    return head, body, tail


def _keep(parts: Sequence[str], room: int, dots: str, *, backwards: bool = False) -> str:
    """As many of the parts as there is room for, and dots for the rest."""
    if sum(map(cell_width, parts)) <= room:
        kept = list(parts)
    else:
        kept, used = [], len(dots)
        for part in parts:
            used += cell_width(part)
            if used > room:
                break
            kept.append(part)
        kept.append(dots)
    return "".join(reversed(kept) if backwards else kept)
