"""`adcli ir` reads what it prints: files of the intermediate representation, and their faults."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

SAMPLES = sorted(
    path
    for path in (Path(__file__).parents[2] / "samples").iterdir()
    if path.suffix in (".ad", ".py")
)
PASSES = ["", "forward", "reverse", "reverse forward"]

PRODUCT = """\
module entry f
function f(x1, x2) -> y
  real: x1, x2, y, v
  bool: c
  v = x1 * x2
  c = x1 < x2
  if c:
    v = sin(x1)
  y = v
"""


def options(passes: str) -> list[str]:
    return [word for name in passes.split() for word in ("--pass", name)]


@pytest.fixture
def product(tmp_path: Path) -> Path:
    """A file with a module that is well-formed."""
    file = tmp_path / "product.ir"
    file.write_text(PRODUCT, encoding="utf-8")
    return file


@pytest.mark.slow("modules of whole samples")
@pytest.mark.parametrize(
    "passes",
    [
        "",
        *[pytest.param(p, marks=pytest.mark.slow("three commands each")) for p in PASSES[1:-1]],
        PASSES[-1],
    ],
)
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_what_is_printed_is_read(adcli: Any, tmp_path: Path, sample: Path, passes: str) -> None:
    """`adcli ir prog.ad > x.ir; adcli ir x.ir` gives the same text, and it is well-formed."""
    code, text, err = adcli("ir", str(sample), *options(passes))
    assert code == 0, err
    file = tmp_path / "x.ir"
    file.write_text(text, encoding="utf-8")
    assert adcli("ir", str(file)) == (0, text, "")
    code, out, err = adcli("ir", str(file), "--verify")
    assert (code, err) == (0, "")
    assert out.startswith("well-formed: ")


@pytest.mark.parametrize("passes", ["forward", "reverse", "reverse forward"])
def test_passes_apply_to_a_file(adcli: Any, tmp_path: Path, passes: str) -> None:
    """A program and its own text have the same derivatives."""
    file = tmp_path / "x.ir"
    file.write_text(adcli("ir", "x*sin(y)")[1], encoding="utf-8")
    direct = adcli("ir", "x*sin(y)", *options(passes), "--wrt", "y")
    assert direct[0] == 0
    assert adcli("ir", str(file), *options(passes), "--wrt", "y") == direct


def test_verify_counts(adcli: Any, product: Path) -> None:
    """Of a well-formed module it says how large it is; of a program too, behind the passes."""
    assert adcli("ir", str(product), "--verify") == (
        0,
        "well-formed: 1 function, 5 statements\n",
        "",
    )
    code, out, _ = adcli("ir", "x1*x2", "--pass", "reverse", "--verify", "--json")
    found = json.loads(out)
    assert (code, found["ok"], found["faults"]) == (0, True, [])


def test_every_fault_has_its_place(adcli: Any, product: Path) -> None:
    """Each fault is shown with file, line, column and caret; the exit code is that of a check."""
    text = PRODUCT.replace("v = x1 * x2", "v = x1 * x9").replace("y = v", "y = c")
    product.write_text(text, encoding="utf-8")
    code, out, err = adcli("ir", str(product), "--verify")
    assert (code, err) == (1, "")
    assert out == (
        "error: function f: `v = x1 * x9`: x9 is not declared\n"
        f"  {product}:5:3\n"
        "  5 |   v = x1 * x9\n"
        "    |   ^^^^^^^^^^^\n"
        "error: function f: `y = c`: y is real, not bool\n"
        f"  {product}:9:3\n"
        "  9 |   y = c\n"
        "    |   ^^^^^\n"
        "2 faults\n"
    )
    code, out, _ = adcli("ir", str(product), "--verify", "--json")
    found = json.loads(out)
    assert (code, found["ok"]) == (1, False)
    assert found["faults"] == [
        {
            "message": "function f: `v = x1 * x9`: x9 is not declared",
            "line": 5,
            "column": 3,
            "end_column": 14,
        },
        {
            "message": "function f: `y = c`: y is real, not bool",
            "line": 9,
            "column": 3,
            "end_column": 8,
        },
    ]


def test_a_variable_that_nothing_assigns_is_noted(adcli: Any, product: Path) -> None:
    """It is zero, which was hardly meant; each such variable is noted once."""
    lines = ["u = v * x", "u = a[0]", "u = sin(v)", "y = u"]
    head = "module entry f\nfunction f(x) -> y\n  real: x, y, u, v\n  real[]: a\n"
    product.write_text(head + "".join(f"  {line}\n" for line in lines), encoding="utf-8")
    code, out, err = adcli("ir", str(product), "--verify")
    assert (code, err) == (0, "")
    assert out == (
        "note: function f: `u = v * x`: v is read but never assigned, so it is zero\n"
        f"  {product}:5:3\n"
        "  5 |   u = v * x\n"
        "    |   ^^^^^^^^^\n"
        "note: function f: `u = a[0]`: a is read but never assigned, so it refers to no array\n"
        f"  {product}:6:3\n"
        "  6 |   u = a[0]\n"
        "    |   ^^^^^^^^\n"
        "well-formed: 1 function, 4 statements\n"
    )
    found = json.loads(adcli("ir", str(product), "--verify", "--json")[1])
    assert found["ok"]
    assert [(note["line"], note["column"]) for note in found["notes"]] == [(5, 3), (6, 3)]


def test_a_wrong_entry_has_its_place(adcli: Any, product: Path) -> None:
    """The name of the entry is shown where it stands."""
    product.write_text(PRODUCT.replace("entry f", "entry g"), encoding="utf-8")
    code, out, _ = adcli("ir", str(product), "--verify")
    assert code == 1
    assert f"{product}:1:14\n" in out


def test_what_no_pass_can_differentiate_is_a_fault(adcli: Any, product: Path) -> None:
    """A real where only an integer may be is told before a pass runs."""
    product.write_text(PRODUCT.replace("x1 * x2", "jn(x1, x2)"), encoding="utf-8")
    code, _, err = adcli("ir", str(product), "--pass", "reverse")
    assert code == 3
    assert "argument 1 of jn must be int, not real" in err
    assert f"{product}:5:3\n" in err


def test_a_module_with_faults_is_not_used(adcli: Any, product: Path) -> None:
    """Neither printed nor differentiated: the first fault is an error."""
    product.write_text(PRODUCT.replace("real: x1, x2", "real: x2"), encoding="utf-8")
    for more in ([], ["--pass", "reverse"]):
        code, out, err = adcli("ir", str(product), *more)
        assert (code, out) == (3, "")
        assert f"{product}:2:1" in err
        assert "x1 is not declared" in err


@pytest.mark.parametrize(
    ("content", "code", "message"),
    [
        (b"", 3, "expected `module`, found the end of the line"),
        (b"x = 1\n", 3, "expected `module`, found x"),
        (b"module entry f\nfunction f(x) -> y\n  y = x +\n", 3, "expected a value"),
        (b"module entry f\n", 3, "the entry f is no function"),
        (b"\x89PNG\r\n\x1a\n\x00\xff", 2, "is not UTF-8 text (byte 0)"),
        (b"module entry f\n\x00\x00\x00", 3, "expected `function`"),
        (PRODUCT.replace("v = x1", "v = " + "1" * 5000).encode(), 3, "more than 4300 digits"),
    ],
)
def test_what_is_no_module_is_an_error(
    adcli: Any, product: Path, content: bytes, code: int, message: str
) -> None:
    """Garbage, nothing, half a module: a sentence and the place, never a traceback."""
    product.write_bytes(content)
    found, out, err = adcli("ir", str(product))
    assert (found, out) == (code, "")
    assert message in err
    assert "Traceback" not in err
    found, out, _ = adcli("ir", str(product), "--json")
    assert found == code
    assert message in json.loads(out)["error"]["message"]


def test_stdin_may_be_a_program_or_a_module(adcli: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """`adcli ir ... | adcli ir - --verify`: the first words tell."""

    def given(text: str) -> None:
        stdin = io.TextIOWrapper(io.BytesIO(text.encode("utf-8")), encoding="utf-8")
        monkeypatch.setattr("sys.stdin", stdin)

    given(PRODUCT)
    assert adcli("ir", "-") == (0, PRODUCT, "")
    given("x = 2\nx*y\n")
    assert adcli("ir", "-", "--verify")[1].startswith("well-formed: 1 function")
    given("module entry f\nfunction g()\n  x = \n")
    code, _, err = adcli("ir", "-", "--verify")
    assert code == 3
    assert "<stdin>:3:6" in err


def test_a_file_of_another_name_is_told_from_a_program(adcli: Any, product: Path) -> None:
    """The representation in a `.txt` is no program with an operator missing."""
    other = product.with_name("product.txt")
    other.write_text("\n" + PRODUCT, encoding="utf-8")
    for command in (["ir", str(other)], ["grad", str(other), "--at", "x1=1,x2=2"]):
        code, _, err = adcli(*command)
        assert code == 2
        assert "this is the intermediate representation of a program" in err
        assert f"{other}:2:1\n" in err
        assert "a file whose name ends in .ir" in err


def test_a_function_of_a_module_is_not_chosen(adcli: Any, product: Path) -> None:
    """The hint is no command that fails in the same way."""
    code, _, err = adcli("ir", f"{product}:f")
    assert code == 2
    assert f"adcli ir {product} reads it; its first line names the function" in err


@pytest.mark.slow("thousands of blocks")
def test_blocks_of_a_file_may_be_deep(adcli: Any, product: Path) -> None:
    """A file of thousands of blocks inside one another is read, verified and differentiated."""
    height = 1000
    lines = PRODUCT.splitlines()
    nest = ["  " * depth + "if c:" for depth in range(1, height + 1)]
    lines[6:8] = [*nest, "  " * (height + 1) + "v = sin(x1)"]
    product.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert adcli("ir", str(product), "--verify")[1].startswith("well-formed: 1 function, 1004")
    code, out, _ = adcli("ir", str(product), "--pass", "reverse")
    assert code == 0
    assert out.count("cos(x1)") == 1


def test_wrt_names_a_real_parameter(adcli: Any, product: Path) -> None:
    """A module has no other inputs than the parameters of its entry."""
    code, _, err = adcli("ir", str(product), "--pass", "forward", "--wrt", "z")
    assert code == 2
    assert "no real parameter 'z' to differentiate by" in err
    assert "x1, x2" in err


def test_other_commands_say_who_reads_it(adcli: Any, product: Path) -> None:
    """The representation is no program of the language."""
    code, _, err = adcli("grad", str(product), "--at", "x1=1,x2=2")
    assert code == 2
    assert "adcli ir" in err
    code, _, err = adcli("ir", str(product.with_name("missing.ir")))
    assert code == 2
    assert "there is no file" in err
