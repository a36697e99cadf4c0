"""`adcli convergence` and `adcli compare`: figures, messages, pictures."""

from __future__ import annotations

import json
from typing import Any

import pytest

LOGISTIC = "64x*(1-x)*(1-2x)^2*(1-8x+8x^2)^2"


def test_the_best_steps_of_the_logistic_map(adcli: Any) -> None:
    """Forward differences are best between 1e-9 and 1e-8, with an error of about 1e-8; central ones
    between 1e-7 and 1e-6, with less than 1e-9; the complex step has all digits."""
    code, out, _ = adcli("convergence", LOGISTIC, "--at", "x=0.2", "--json")
    assert code == 0
    schemes = json.loads(out)["schemes"]
    assert 1e-9 <= schemes["forward"]["best_step"] <= 1e-8
    assert 1e-9 < schemes["forward"]["best_error"] < 1e-7
    assert 1e-7 <= schemes["central"]["best_step"] <= 1e-6
    assert schemes["central"]["best_error"] < 1e-9
    assert schemes["richardson"]["best_error"] < schemes["central"]["best_error"]
    assert schemes["complex-step"]["best_error"] < 1e-14
    for scheme in schemes.values():
        steps = [h for h, _ in scheme["points"]]
        assert steps == sorted(steps, reverse=True)
        assert [scheme["best_step"], scheme["best_error"]] in scheme["points"]


def test_a_backend_that_fails_has_a_message(adcli: Any) -> None:
    """The others are shown nevertheless."""
    code, out, _ = adcli("compare", "gamma(x)*floor(x)", "--at", "x=3.5", "--json")
    assert code == 0
    rows = {(r["backend"], r["scheme"]): r for r in json.loads(out)["backends"]}
    assert rows["reverse", None]["gradient"]["x"] == pytest.approx(
        3 * 3.3233509704478426 * 1.1031566406452432, rel=1e-6
    )
    for row in rows.values():
        assert ("message" in row) == (row["gradient"] is None)


@pytest.mark.parametrize(
    ("args", "code", "message"),
    [
        (["compare", "x^2", "--at", "x=1", "--show"], 2, "go with --with"),
        (["compare", "x^2", "--at", "x=1", "--with", "keras"], 2, "unknown framework 'keras'"),
        (["compare", "[x, x]", "--at", "x=1"], 3, "one number"),
        (["convergence", "x*y", "--at", "x=1"], 2, "'y'"),
        (["convergence", "x^2", "--at", "x=1", "--wrt", "z"], 2, "'z'"),
        (["convergence", "norm(x)", "--at", "x=[1,2]", "--wrt", "x"], 2, "one entry is meant"),
    ],
)
def test_mistakes_are_told(adcli: Any, args: list[str], code: int, message: str) -> None:
    """Every mistake has its message and its exit code."""
    found, _, err = adcli(*args)
    assert (found, message in err) == (code, True), err


@pytest.mark.slow("a comparison in several formats")
@pytest.mark.parametrize("format", ["markdown", "csv", "latex", "svg"])
def test_further_formats(adcli: Any, format: str) -> None:
    """The tables of both commands, and as SVG the plot of the errors."""
    _, out, _ = adcli("convergence", LOGISTIC, "--at", "x=0.2", "--format", format)
    assert ("<polyline" in out) == (format == "svg")
    assert "central" in out
    code, out, _ = adcli("compare", "x^2", "--at", "x=3", "--format", format)
    assert code == 0
    assert "richardson" in out


@pytest.mark.slow("a picture")
def test_png_needs_an_extra(adcli: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    """Without cairosvg a picture of pixels is exit code 7; with it the file is one."""
    import sys

    path = tmp_path / "plot.png"
    call = ["plot", "x^2", "--over", "x=-1:1", "-o", str(path)]
    with monkeypatch.context() as without:
        without.setitem(sys.modules, "cairosvg", None)
        code, _, err = adcli(*call)
    assert (code, "adcli[png]" in err, path.exists()) == (7, True, False)
    pytest.importorskip("cairosvg", exc_type=ImportError)
    assert adcli(*call)[0] == 0
    assert path.read_bytes()[:4] == b"\x89PNG"
