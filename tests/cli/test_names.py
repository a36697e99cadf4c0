"""Names as they are typed beside a program: the same spellings as in it."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest

#: Spellings that Python takes for one name (PEP 3131), each of them with the one it keeps.
SPELLINGS = [
    ("\u00b5", "\u03bc"),  # the micro sign, and the letter mu
    ("\ufb01x", "fix"),  # a ligature
    ("\uff58", "x"),  # a letter as wide as those of Chinese
    ("\u2126", "\u03a9"),  # the sign for Ohm, and Omega
    ("\u212a", "K"),  # the sign for Kelvin
    ("\u03d5", "\u03c6"),  # the other phi
    ("e\u0301", "\u00e9"),  # an accent of its own
    ("\u2113", "l"),  # the script l for a length
    ("\U0001d465", "x"),  # the italic x of mathematics
    ("\u210e", "h"),  # Planck's constant
]


@pytest.mark.slow("hundreds of commands")
@pytest.mark.parametrize(("typed", "kept"), SPELLINGS)
def test_a_name_is_known_in_every_spelling(
    adcli: Any, typed: str, kept: str, tmp_path: Path
) -> None:
    """In points, directions, seeds, lists of names, claims, entries and functions of a file."""
    assert unicodedata.normalize("NFKC", typed) == kept
    point = tmp_path / "point.json"
    file = tmp_path / "program.py"
    file.write_text(f"def {typed}({typed}, n: int):\n    return {typed}**n\n", encoding="utf-8")
    for inside in (typed, kept):
        for outside in (typed, kept):
            square = f"{inside}^2"
            point.write_text(json.dumps({outside: 3}, ensure_ascii=False), encoding="utf-8")
            for at in (f"{outside}=3", f"@{point}"):
                code, out, err = adcli("grad", square, "--at", at, "--wrt", outside, "--json")
                assert (code, err) == (0, "")
                assert json.loads(out)["gradient"] == {kept: 6.0}
            at = f"{outside}=3"
            for args in (
                ("jvp", square, "--at", at, "--direction", f"{outside}=1"),
                ("taylor", square, "--at", at, "--order", "1", "--wrt", outside),
                ("partial", square, "--at", at, "--wrt", f"{outside},{outside}"),
                ("check", square, "--at", at, "--claim", f"{outside}=2*{inside}"),
                ("trace", f"sum({inside})", "--at", f"{outside}=[3]", "--wrt", f"{outside}[0]"),
                ("vjp", square, "--at", at, "--seed", "1", "--wrt", f" {outside} "),
                ("swell", str(file), "--over", "n=2..3", "--wrt", outside),
                ("eval", f"{file}:{outside}", "--at", f"{outside}=3,n=2"),
            ):
                code, _, err = adcli(*args)
                assert (code, err) == (0, ""), args


@pytest.mark.parametrize(("typed", "kept"), SPELLINGS)
def test_a_name_is_given_once(adcli: Any, typed: str, kept: str, tmp_path: Path) -> None:
    """In two spellings it is given twice."""
    both = tmp_path / "both.json"
    both.write_text(json.dumps({typed: 1, kept: 2}, ensure_ascii=False), encoding="utf-8")
    for at in (f"{typed}=1,{kept}=2", f"@{both}"):
        code, _, err = adcli("eval", f"{kept}^2", "--at", at)
        assert code == 2
        assert "twice" in err


@pytest.mark.parametrize("name", ["x\u2081", "x\u00b2", "2x", "\u221ex", "x\u2032"])
def test_what_is_no_name_is_none_here_either(adcli: Any, name: str) -> None:
    """A subscript becomes a digit by the same rule, but Python has no such names."""
    assert not name.isidentifier()
    assert f"'{name}'" in adcli("eval", "x1 + x2", "--at", f"{name}=1,x1=2,x2=3")[2]
    assert adcli("grad", "x1 + x2", "--at", "x1=1,x2=1", "--wrt", name)[0] == 2
