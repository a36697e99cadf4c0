"""`--format` and `-o`: commands with tables write them in every format, whole or not at all."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from command_examples import GROUP, NAMES, ROOT, examples
from svg_texts import illegible

from adcli.cli.command import Command
from adcli.cli.command_group import cli
from adcli.cli.output import TABLES


def commands() -> list[Any]:
    found = []
    for name in NAMES:
        command = cli.get_command(GROUP, name)
        assert isinstance(command, Command)
        if set(TABLES) <= set(command.formats):
            slow = pytest.mark.slow("formulas of many steps, without sharing")
            found.append(pytest.param(name, marks=[slow] if name == "swell" else []))
    return found


@pytest.mark.slow("each command runs twelve times")
@pytest.mark.parametrize("name", commands())
def test_every_format_is_written(
    adcli: Any, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To stdout and, by the name of a file, into it; a document there holds what stdout has."""
    monkeypatch.chdir(ROOT)
    call = [word for word in examples(name)[0] if word != "--json"]
    ends = dict(zip(TABLES, ("md", "tex", "html", "svg", "csv"), strict=True))
    for format in TABLES:
        code, out, _ = adcli(*call, "--format", format)
        path = tmp_path / f"t.{ends[format]}"
        assert (code, bool(out)) == (0, True)
        assert adcli(*call, "-o", str(path))[:2] == (0, "")
        text = path.read_text(encoding="utf-8")
        head = {"latex": r"\documentclass", "html": "<!DOCTYPE"}.get(format)
        if head is not None:
            assert head in text
            assert head not in out
        elif name != "compare":  # its runs take other times
            assert text == out
    path = tmp_path / "t.json"
    assert adcli(*call, "-o", str(path), "--format", "text")[:2] == (0, "")
    text = path.read_text(encoding="utf-8")
    assert text == adcli(*call)[1] or name == "compare"


#: Calls whose tables are wider than a column of text if nothing is broken.
WIDE = [
    "trace {paper} {mode}",
    "compare {paper}",
    "check {paper}",
    "ops",
    "explain",
    "samples",
    "swell samples/logistic.py --over n=1..4",
    "swell sin(x)^n --over n=1..5",
    "taylor exp(x)*sin(x) --at x=0.3 --order 9",
    "jac [a*x/7,b*x/7,c*x/7,d*x/7,e*x/7] --at a=1,b=2,c=3,d=4,e=5,x=1.1",
    "hess x/7*y/7*z/7*u/7*v/7 --at x=1,y=2,z=3,u=4,v=5",
]
MODES = ["--mode forward", "--mode reverse", "--mode both", "--dual", "--second"]
PAPER = "log(x1)+x1*x2-sin(x2) --at x1=2,x2=5"


def wide_calls() -> list[str]:
    plain = [call.format(paper=PAPER) for call in WIDE if "{mode}" not in call]
    return plain + [
        call.format(paper=PAPER, mode=m) for call in WIDE if "{mode}" in call for m in MODES
    ]


@pytest.mark.parametrize("call", wide_calls())
def test_tables_as_svg_are_legible(adcli: Any, call: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """At the width of a column of text, in 8 pt or more."""
    monkeypatch.chdir(ROOT)
    code, out, _ = adcli(*call.split(), "--format", "svg")
    assert (code, illegible(out)) == (0, [])


@pytest.mark.slow("samples are traced in five modes")
@pytest.mark.parametrize("path", sorted((ROOT / "samples").iterdir()), ids=lambda path: path.name)
def test_traces_of_samples_as_svg_are_legible(adcli: Any, path: Path) -> None:
    point = re.search("^# at: (.*)", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert point is not None
    for mode in MODES:
        call = ("trace", str(path), "--at", point[1], *mode.split(), "--format", "svg")
        code, out, _ = adcli(*call)
        assert (mode, code, illegible(out)) == (mode, 0, [])


TRACE = ("trace", "x^2", "--at", "x=3")


def test_a_file_is_replaced_when_its_text_is_whole(adcli: Any, tmp_path: Path) -> None:
    """An error leaves it alone; a link stays a link, and permissions stay as they are."""
    path, link = tmp_path / "t.csv", tmp_path / "link.csv"
    path.write_text("before")
    path.chmod(0o640)
    link.symlink_to(path)
    assert adcli("trace", "log(x)", "--at", "x=-1", "-o", str(link))[0] == 4
    assert path.read_text() == "before"
    assert adcli(*TRACE, "-o", str(link))[0] == 0
    assert path.read_text().startswith("primal trace")
    assert link.is_symlink()
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert sorted(os.listdir(tmp_path)) == ["link.csv", "t.csv"]


def test_names_that_ask_for_nothing_known(adcli: Any, tmp_path: Path) -> None:
    """An ending without a format is an error that names those there are; no ending is text."""
    code, _, err = adcli(*TRACE, "-o", str(tmp_path / "t.pdf"))
    assert code == 2
    assert ".svg" in err
    code, _, err = adcli(*TRACE, "-o", str(tmp_path / "no" / "t.csv"))
    assert (code, "no/t.csv" in err) == (2, True)
    assert adcli(*TRACE, "-o", str(tmp_path / "t"))[0] == 0
    assert (tmp_path / "t").read_text() == adcli(*TRACE)[1]
    assert adcli(*TRACE, "--json", "--format", "svg")[0] == 2
    assert adcli(*TRACE, "-o", "/dev/stdout", "--format", "csv")[0] == 0


@pytest.mark.slow("other processes")
def test_output_goes_to_stdout_and_pipes() -> None:
    """`-o -` is stdout; what is behind /dev/stdout may be a pipe, or a file that the shell appends
    to."""
    command = f"{sys.executable} -m adcli grad x^2 --at x=1 -o"
    for target in ("-", "/dev/stdout", "/dev/stdout | cat", "/dev/stderr 2>&1 | cat"):
        found = subprocess.run(["sh", "-c", f"{command} {target}"], capture_output=True, text=True)
        assert (found.returncode, found.stdout) == (0, "value 1.0\nx     2.0\n"), target


def test_what_is_behind_stdout_is_appended_to(tmp_path: Path) -> None:
    """What a log held before stays."""
    log = tmp_path / "log"
    log.write_text("kept\n")
    command = f"{sys.executable} -m adcli eval 2 -o /dev/stdout >> {log}"
    assert subprocess.run(["sh", "-c", command]).returncode == 0
    assert log.read_text() == "kept\nvalue 2\n"


def test_digits_count_in_every_format(adcli: Any) -> None:
    for format in TABLES:
        out = adcli("jac", "[x/7, x]", "--at", "x=1", "--digits", "3", "--format", format)[1]
        assert "142857" not in out, format
        assert ".143" in out, format


def test_formulas_are_written_into_files(adcli: Any, tmp_path: Path) -> None:
    """A file of LaTeX is a document."""
    for name, word in {"t.tex": r"\end{document}", "t.py": "return", "t.txt": "cos"}.items():
        assert adcli("diff", "x*sin(x)", "-o", str(tmp_path / name))[0] == 0
        assert word in (tmp_path / name).read_text()


def test_a_trace_without_a_terminal_has_no_keys(adcli: Any) -> None:
    """`--step-through` in a pipe is an error, and so are modes that exclude each other."""
    call = ("trace", "x*y", "--at", "x=1,y=2")
    assert adcli(*call, "--step-through")[0] == 2
    assert adcli(*call, "--dual", "--second")[0] == 2
    assert adcli(*call, "--dual", "--mode", "reverse")[0] == 2
    assert adcli(*call, "--mode", "both", "--of", "1")[0] == 0


def test_a_trace_in_latex_has_the_digits_of_results(adcli: Any) -> None:
    """In constants too, as the log(2) of 2^x; and no cell is empty mathematics, which TeX takes for
    the beginning of a display."""
    text = adcli("trace", "2^x*1e-10", "--at", "x=1", "--format", "latex")[1]
    assert r"$\dot{v}_{0} v_{1} \ln(2)$ & $1 \cdot 2 \cdot 0.693$" in text
    text = adcli("trace", "1e-10*x", "--at", "x=2", "--format", "latex")[1]
    assert "$$" not in text
    assert r"& $\dot{v}_{0} \cdot 10^{-10}$ &" in text


def test_a_factor_with_a_sign_has_brackets_in_tangents_of_adjoints(adcli: Any) -> None:
    text = adcli("trace", "x*sin(x)", "--at", "x=2", "--second")[1]
    assert "v̇₀ × (−sin v₀) × v̄₁" in text
    assert "× −" not in text


def test_long_formulas_in_latex_lack_their_middle(adcli: Any) -> None:
    """They are mathematics all the same, whose braces are closed."""
    line = ["swell", str(ROOT / "samples" / "logistic.py"), "--over", "n=4..5", "--format", "latex"]
    rows = [row for row in adcli(*line)[1].splitlines() if row.startswith(("$4$", "$5$"))]
    assert {row[1]: r"\cdots" in row for row in reversed(rows)} == {"4": False, "5": True}
    for row in rows:
        assert r"\textasciicircum" not in row
        for cell in row.removesuffix(r" \\").split(" & "):
            assert (cell[0], cell[-1], cell.count("{")) == ("$", "$", cell.count("}"))
