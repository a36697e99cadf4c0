"""What to write instead of values as calculators, spreadsheets and instruments have them.

Invariant: a number in a hint has the digits that were typed; where two numbers can be meant, both
are named.
"""

from __future__ import annotations

import os
import re

_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_DECIMAL = r"[-+]?(?:\d+\.?\d*|\.\d+)"

#: Powers of ten of the prefixes of units; a letter alone behind a number is one of these.
_PREFIXES = dict(zip("fpnuµμmkKMGT", (-15, -12, -9, -6, -6, -6, -3, 3, 3, 6, 9, 12), strict=True))

_DEGREES = re.compile(rf"({_NUMBER})\s*\*?\s*(?:°|deg|degrees?)")
_PREFIXED = re.compile(rf"({_DECIMAL})\s*([{''.join(_PREFIXES)}])")
_PREFIX_AS_POINT = re.compile(rf"(\d+)([{''.join(_PREFIXES)}])(\d+)")
_UNIT = re.compile(rf"({_NUMBER})(?:\s+|(?=[°Ω]))(°?[^\W\d_]+)(?:[/*^·²³⁻¹\d].*)?")
_SCALED_UNIT = re.compile(
    rf"({_DECIMAL})\s*(?!kg)([{''.join(_PREFIXES)}])"
    r"(Ω|ohm|Ohm|V|A|F|H|Hz|W|s|g|m|N|Pa|J|K|S|T|C|l|L|mol|eV)"
)
_UNIT_BEHIND = re.compile(
    rf"({_NUMBER})(?:Ω|ohm|Ohm|V|A|F|H|Hz|W|s|g|kg|m|N|Pa|J|K|S|T|C|l|L|mol|eV|bar|min|h)"
)
_DOUBLE = re.compile(rf"({_DECIMAL})[dD]([-+]?\d+)")
_GROUPED = re.compile(r"[-+]?\d{1,3}(?:[ '’\u00a0\u202f]\d{3})+(?:\.\d+)?")

_CONSTANTS = ("pi", "π", "e", "tau", "τ", "inf")


def hint_for_value(text: str) -> str | None:
    """How a value is written that is no number as it stands; None where nobody knows."""
    return _of_file(text) or _of_foreign_digits(text) or _of_unit(text) or _of_groups(text)


def hint_for_uncertainty(text: str) -> str | None:
    """What to write for a number with an uncertainty, where none is taken; None for another text.

    A product such as `2(3)` is meant by few: it is refused, since it would be another number.
    """
    from adcli.applications.uncertain_numbers import is_uncertain

    if not is_uncertain(text):
        return None
    taken = "only adcli propagate computes with an uncertainty"
    value = re.split(r"±|\+/-|\+-|\(", text, maxsplit=1)[0].strip()
    if "±" in text or "+/-" in text:
        return f"write {value} for the value alone; {taken}" if value else taken
    if "+-" in text:
        is_value = value in _CONSTANTS or value[-1:].isdigit() or value[-1:] in (".", ")")
        return f"write {value} for the value alone; {taken}" if is_value else None
    product = text.replace("(", "*(", 1)
    return f"write {value} for the value alone, {product} for a product; {taken}"


def _of_file(text: str) -> str | None:
    """How a value is taken from the file that a text is the name of."""
    if not os.path.isfile(os.path.expanduser(text)):
        return None
    return f"for the file write @ before its name: @{text}"


def _of_foreign_digits(text: str) -> str | None:
    """Integers to another base, exponents of Fortran, per cent, complex numbers."""
    if found := _DOUBLE.fullmatch(text):
        return f"write {found[1]}e{found[2]}"
    if text[:2].lower() in ("0x", "0b", "0o"):
        try:
            return f"numbers are decimal: {int(text, 0)}"
        except ValueError:
            return None
    if text[:1].isdigit() and text.endswith("%"):
        return f"write {text[:-1]}/100"
    if text[-1:] in ("j", "i") and text[:-1].replace(".", "", 1).isdigit():
        return "numbers are real"
    return None


def _of_unit(text: str) -> str | None:
    """Angles in degrees, prefixes of units (`10u`, `4k7`), units."""
    if found := _DEGREES.fullmatch(text):
        return f"write radians({found[1]}) for an angle of {found[1]} degrees"
    if found := _PREFIXED.fullmatch(text):
        number, prefix = found.groups()
        power = f"{number}e{_PREFIXES[prefix]}"
        return f"write {power} for the prefix '{prefix}', {number} for a unit: values have no unit"
    if found := _PREFIX_AS_POINT.fullmatch(text):
        whole, prefix, decimals = found.groups()
        return f"write {whole}.{decimals}e{_PREFIXES[prefix]}"
    if found := _SCALED_UNIT.fullmatch(text):
        number, prefix, unit = found.groups()
        power = f"{number}e{_PREFIXES[prefix]}"
        return f"write {power} for a value in {unit}: values have no unit"
    if found := _UNIT_BEHIND.fullmatch(text):
        return f"write {found[1]}: values have no unit"
    found = _UNIT.fullmatch(text)
    if found and found[2] not in _CONSTANTS:
        return f"write {found[1]}: values have no unit"
    return None


def _of_groups(text: str) -> str | None:
    """Numbers with a space or an apostrophe between thousands, lists without brackets."""
    words = text.split()
    is_list = len(words) > 1 and all([re.fullmatch(_NUMBER, word) for word in words])
    is_list = is_list and not any([re.match(r"0\d", word) for word in words])
    listed = f"[{', '.join(words)}]"
    if _GROUPED.fullmatch(text):
        one = re.sub(r"[ '’\u00a0\u202f]", "", text)
        return f"write {one}" + (f" for one number, {listed} for a list" if is_list else "")
    return f"a list has brackets and commas: {listed}" if is_list else None
