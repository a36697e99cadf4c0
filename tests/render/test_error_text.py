"""An error's text: the caret stands below the span, and nothing of the source gets out raw."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from adcli.errors import AdcliError, DomainError, UsageError
from adcli.render.error_text import error_text
from adcli.source import Source, Span


def text_of(
    source: str, start: int, end: int, *, width: int = 100, encoding: str = "utf-8", **rest: object
) -> str:
    error = DomainError("wrong", span=Span(Source(source), start, end), **rest)  # type: ignore[arg-type]
    return error_text(error, width=width, encoding=encoding)


def marked(text: str) -> str:
    """What stands above the carets, by the cells of a terminal."""
    excerpt, carets = text.splitlines()[2:4]
    start = carets.index("^")
    end = start + carets.count("^")
    found, at = "", 0
    for char in excerpt:
        if start <= at < end:
            found += char
        at += cell_len(char)
    return found


def test_form() -> None:
    """Sentence, place, line, caret with notes, hint."""
    span = Span(Source("y = 1\nx + log(x)"), 10, 16)
    error = DomainError(
        "log is not defined here: argument is -1.0",
        span=span,
        hint="log(x) needs x > 0",
        notes=["in iteration i = 2"],
    )
    assert error_text(error) == (
        "error: log is not defined here: argument is -1.0\n"
        "  <expression>:2:5\n"
        "  2 | x + log(x)\n"
        "    |     ^^^^^^  in iteration i = 2\n"
        "  hint: log(x) needs x > 0\n"
    )


def test_without_span() -> None:
    """Without a span the program is named, if there is one, and notes have lines of their own."""
    error = UsageError("the input 'x' has no value", hint="give one", notes=["a note"])
    assert error_text(error) == ("error: the input 'x' has no value\n  a note\n  hint: give one\n")
    assert error_text(error, "model.ad").splitlines()[1] == "  model.ad"


@pytest.mark.parametrize(
    ("source", "start", "end", "expected"),
    [
        ("\tx = \t log(x)", 7, 13, "log(x)"),
        ("变量 + log(x)", 5, 11, "log(x)"),
        ("变量 + log(x)", 0, 2, "变量"),
        ("e\u0301 + log(x)", 5, 11, "log(x)"),
        ("\x00\x1b[31m + log(x)", 9, 15, "log(x)"),
        ("\udc80 + log(x)\r\nz", 4, 10, "log(x)"),
        ("a\u202e\u2028 + log(x)", 6, 12, "log(x)"),
        ("x\x07y", 1, 2, "␇"),
    ],
)
def test_caret(source: str, start: int, end: int, expected: str) -> None:
    """The carets stand below the span whatever comes before it."""
    assert marked(text_of(source, start, end)) == expected


@pytest.mark.parametrize("source", ["", "\n", "x\n", "x"])
def test_end_of_text(source: str) -> None:
    """A span at the end of the text, or of no text, has one caret."""
    lines = text_of(source, len(source), len(source)).splitlines()
    assert lines[3].count("^") == 1
    assert lines[2] == lines[2].rstrip()


def test_span_over_lines() -> None:
    """Of a span over several lines the first is shown."""
    lines = text_of("f(\n x,\n y)", 0, 10).splitlines()
    assert lines[2:] == ["  1 | f(", "    | ^^"]


@pytest.mark.parametrize("start", [0, 500, 1000, 1998])
@pytest.mark.parametrize("length", [1, 6, 90, 1500])
def test_long_line(start: int, length: int) -> None:
    """A long line is cut around the span, which stays in view."""
    source = "x+" * 1000
    end = min(start + length, 2000)
    text = text_of(source, start, end, width=60)
    excerpt = text.splitlines()[2]
    assert "…" in excerpt
    assert cell_len(excerpt) <= 60
    assert marked(text)[:1] == source[start]
    if end - start < 30:
        assert marked(text) == source[start:end]


def test_ascii() -> None:
    """What the encoding lacks is an escape, and the caret knows."""
    text = text_of("变 + log(x)\x01" + "y" * 200, 4, 10, encoding="ascii")
    assert text.isascii()
    assert marked(text) == "log(x)"
    assert "\\u53d8" in text
    assert "..." in text


def test_long_note() -> None:
    """Notes that do not fit beside the caret stand below."""
    text = text_of("log(x)", 0, 6, notes=["word " * 30])
    assert text.splitlines()[3].endswith("^")
    assert text.splitlines()[4].startswith("  word")


@given(st.text(st.characters(), max_size=80), st.data())
def test_nothing_raw(source: str, data: st.DataObject) -> None:
    """No control or format character and no surrogate of a source, a name or a message gets out."""
    start = data.draw(st.integers(0, len(source)))
    end = data.draw(st.integers(start, len(source)))
    span = Span(Source(source, source), start, end)
    text = error_text(AdcliError(source, span=span, hint=source, notes=[source]))
    kinds = {unicodedata.category(c) for c in text.replace("\n", "")}
    assert not kinds & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    text.encode("utf-8")
