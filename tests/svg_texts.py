"""The texts of an SVG picture: where they stand, and whether people can read them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple
from xml.etree import ElementTree

from adcli.render import svg_frame


class TextBox(NamedTuple):
    left: float
    right: float
    baseline: float
    size: float
    words: str


def text_boxes(root: ElementTree.Element) -> list[TextBox]:
    """The texts of a picture with the places that they take."""
    found = []
    for each in root.iter("{http://www.w3.org/2000/svg}text"):
        size, words = float(each.attrib["font-size"]), each.text or ""
        width = svg_frame.text_width(words, size, bold=each.attrib.get("class") == "strong")
        shift = {"": 0.0, "middle": width / 2, "end": width}[each.attrib.get("text-anchor", "")]
        left = float(each.attrib["x"]) - shift
        found.append(TextBox(left, left + width, float(each.attrib["y"]), size, words))
    return found


def illegible(text: str) -> list[str]:
    """What is wrong with a table as SVG: type below 8 pt, texts that overlap or leave the picture,
    a picture that is wider than a column of text."""
    root = ElementTree.fromstring(text)
    width = float(root.attrib["width"].removesuffix("pt"))
    wrong = [f"{width} pt wide"] if width > svg_frame.COLUMN + 0.1 else []
    boxes = text_boxes(root)
    wrong += [f"{b.words} has {b.size} pt" for b in boxes if b.size < 8]
    wrong += [f"{b.words} leaves the picture" for b in boxes if b.left < 0 or b.right > width]
    wrong += [f"{a.words} on {b.words}" for a, b in _neighbours(boxes) if _overlap(a, b)]
    return wrong


def _neighbours(boxes: list[TextBox]) -> Iterator[tuple[TextBox, TextBox]]:
    """The pairs of texts that are closer than a line."""
    ordered = sorted(boxes, key=lambda b: b.baseline)
    for i, first in enumerate(ordered):
        for second in ordered[i + 1 :]:
            if second.baseline - first.baseline >= 8:
                break
            yield first, second


def _overlap(a: TextBox, b: TextBox) -> bool:
    return a.left < b.right and b.left < a.right
