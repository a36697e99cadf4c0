"""Points are read as people type them, and what cannot be read is pointed at."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest


@pytest.mark.parametrize(
    ("program", "options", "value"),
    [
        ("sin(x)", ["x=pi/2"], 1.0),
        ("x", ["x=1/3"], 1 / 3),
        ("x", ["x=2^3"], 8.0),
        ("x", ["x=2**-1"], 0.5),
        ("x", ["x=-sqrt(4)"], -2.0),
        ("x", ["x=\N{MINUS SIGN}1"], -1.0),
        ("x", ["x=2π"], 6.283185307179586),
        ("x + y", ["x: 1, y: 2"], 3.0),
        ("x + y", ["x=1 y=2"], 3.0),
        ("x + y", ["x = 1   y = 2"], 3.0),
        ("x + y", ["x=1; y=2;"], 3.0),
        ("x + y", ["x=1\ny=2"], 3.0),
        ("x + y", ["x := 1, y := 2"], 3.0),
        ("x + y", ["x=1", "y=2"], 3.0),
        ("x + y", ['{"x": 1, "y": 2}'], 3.0),
        ("x + y", ["{x: 1, y: 4/2}"], 3.0),
        ("x - y", ["0.5,1"], -0.5),
        ("x - y", ["1/2, y=1"], -0.5),
        ("x - y", ["0.5", "1"], -0.5),
        ("x - y", ["y=1", "0.5"], -0.5),
        ("sum(x)", ["x=[pi, -pi, 1/2]"], 0.5),
        ("sum(x)", ["[1, 2]"], 3.0),
        ("sum(x)", ["x=(1, 2)"], 3.0),
        ("sum(x)", ["x=[i^2 for i in range(4)]"], 14.0),
        ("(A @ [1, 10])[1]", ["A=[1,2;3,4]"], 43.0),
        ("(A @ [1, 10])[1]", ["A=[1, 2; 3, 4;]"], 43.0),
        ("(A @ [1, 10])[1]", ["A=[(1, 2), (3, 2+2)]"], 43.0),
        ("(A @ [1, 10])[1]", ["A[0][0]=1,A[0][1]=2,A[1,0]=3,A[1,1]=4"], 43.0),
        ("x[0] - x[1]", ["x[0]=1,x[1]=2"], -1.0),
    ],
)
def test_points_as_people_type_them(
    adcli: Any, program: str, options: list[str], value: float
) -> None:
    code, out, err = adcli("eval", program, *[w for o in options for w in ("--at", o)])
    assert (code, err) == (0, "")
    assert out == f"value {value!r}\n"


@pytest.mark.parametrize(
    ("program", "point", "message", "place", "hint"),
    [
        ("x", "x=0,5", "'5' is not of the form", "5", "write x=0.5"),
        ("x", "0,5", "there is no input for '5'", "5", "has a point: 0.5"),
        ("x", "x=", "the value of 'x' is missing", "", "write a number, such as 1.5 or pi/2"),
        ("x", "x=2*+", "the value of 'x' is not a number", "", ""),
        ("x", "x=2*a", "the value of 'x' is not a number", "a", "is a constant"),
        ("x", "x=1/0", "the value of 'x' cannot be computed: division by zero", "1/0", ""),
        ("x", "x=log(-1)", "the value of 'x' cannot be computed", "log(-1)", ""),
        ("x", "x=[1,2", "the value of 'x' has no closing bracket", "[", ""),
        ("x", "x=1]", "']' closes nothing", "]", ""),
        ("x", "x==1", "'x==1' is not of the form", "x==1", "x=1"),
        ("x", "=1", "'=1' is not of the form", "=1", "name"),
        ("x", "my-x=1", "'my-x=1' is not of the form", "my-x=1", "'my-x' is not"),
        ("x", "2x=1", "'2x=1' is not of the form", "2x=1", "'2x' is not"),
        ("x", "x=0x10", "the value of 'x' is not a number: '0x10'", "0x10", "decimal: 16"),
        ("x", "x=50%", "the value of 'x' is not a number: '50%'", "", "write 50/100"),
        ("sum(x)", "x=[1 2]", "the value of 'x' is not a number: '1 2'", "2", "[1, 2]"),
        ("x", "x=1,x=2", "'x' is given a value twice", "x", ""),
        ("x", "x[0]=1,x[2]=1", "x[1] has no value", "x[2]", "x[0] on"),
        ("x", "x[a]=1", "an index is a whole number", "x[a]", "x[0]=1"),
        ("x", "x[0]=1,x[1][0]=1", "the entries of 'x' have different", "x[1][0]", ""),
        ("x", "x[999999999]=1", "x[0] has no value", "x[999999999]", ""),
    ],
)
def test_what_cannot_be_read_is_pointed_at(
    adcli: Any, program: str, point: str, message: str, place: str, hint: str
) -> None:
    """The sentence, the characters over the caret, and the hint."""
    code, _, err = adcli("eval", program, "--at", point)
    assert code == 2
    assert err.startswith(f"error: {message}")
    assert hint in err
    (excerpt, caret) = [line for line in err.splitlines() if " | " in line or line[-1:] == "^"]
    start, length = caret.index("^"), caret.count("^")
    assert place in ("", excerpt[start : start + length])


def test_hints_can_be_followed(adcli: Any) -> None:
    """What the hint for decimal commas says works as it stands."""
    _, _, err = adcli("eval", "x", "--at", "x=0,5")
    better = err.partition("write ")[2].partition(";")[0]
    assert adcli("eval", "x", "--at", better) == (0, "value 0.5\n", "")


def test_what_is_typed_replaces_what_a_file_says(adcli: Any, tmp_path: Path) -> None:
    """A value, or one entry of an array; the other order is refused."""
    file = tmp_path / "point.json"
    file.write_text(json.dumps({"x": 1, "y": [1, 2, 3]}))

    def value(*at: str) -> tuple[int, str, str]:
        found: tuple[int, str, str] = adcli(
            "eval", "x*sum(y)", *[w for text in at for w in ("--at", text)]
        )
        return found

    assert value(f"@{file}", "x=2")[1] == "value 12.0\n"
    assert value(f"@{file}", "x=2,y[0]=0")[1] == "value 10.0\n"
    assert "is given a value twice" in value("x=2", f"@{file}")[2]
    assert "'y' has no entry [3]" in value(f"@{file}", "y[3]=0")[2]


def test_a_file_and_what_replaces_it_in_one_text(adcli: Any, tmp_path: Path) -> None:
    """A file whose name has a comma is still one file; a name without its @ is told."""
    file = tmp_path / "p.json"
    file.write_text('{"x": 1, "y": 5}')
    (tmp_path / "a,x=3").write_text('{"x": 7, "y": 0}')

    def answer(point: str) -> str:
        _, out, error = adcli("eval", "10*x + y", "--at", point)
        return str(out + error)

    assert answer(f"@{file},x=2") == "value 25.0\n"
    assert answer(f"@{tmp_path}/a,x=3") == "value 70.0\n"
    assert "@p.json,..." in answer("x=2,@p.json")
    for before in ("", "y=1,x="):
        assert f"hint: for the file write @ before its name: @{file}\n" in answer(f"{before}{file}")


def test_a_point_is_one_row_of_a_table(adcli: Any, tmp_path: Path) -> None:
    one, two = tmp_path / "one.csv", tmp_path / "two.csv"
    one.write_text("x,y\n3,4.5\n")
    two.write_text("x,y\n3,4\n5,6\n")
    assert adcli("eval", "x + y", "--at", f"@{one}") == (0, "value 7.5\n", "")
    code, _, err = adcli("trace", "x + y", "--at", f"@{two}")
    assert code == 2
    assert "2 rows" in err


def test_points_in_files_of_numpy(adcli: Any, tmp_path: Path) -> None:
    """Arrays by their names, or one array for the first input; nothing in them is unpickled."""
    numpy = pytest.importorskip("numpy")
    numpy.savez(tmp_path / "p.npz", x=3.0, y=numpy.arange(3))
    numpy.save(tmp_path / "p.npy", numpy.eye(2))
    numpy.save(tmp_path / "bad.npy", numpy.array([{}]), allow_pickle=True)
    assert adcli("eval", "x*sum(y)", "--at", f"@{tmp_path / 'p.npz'}")[1] == "value 9.0\n"
    assert adcli("eval", "A[0, 0]", "--at", f"@{tmp_path / 'p.npy'}")[1] == "value 1.0\n"
    assert adcli("eval", "x", "--at", f"@{tmp_path / 'bad.npy'}")[0] == 2


@pytest.mark.parametrize(
    ("command", "option", "typed", "plain"),
    [
        ("jvp", "--direction", "x=1/2", "x=0.5"),
        ("vjp", "--seed", "1/4", "0.25"),
        ("vjp", "--seed", "value=1/4", "value=0.25"),
    ],
)
def test_other_options_take_constants_too(
    adcli: Any, command: str, option: str, typed: str, plain: str
) -> None:
    found = [adcli(command, "x^2", "--at", "x=3", option, text) for text in (typed, plain)]
    assert found[0] == found[1]
    assert found[0][0] == 0


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        ("5.00(2)", "write 5.00 for the value alone, 5.00*(2) for a product; only adcli propagate"),
        ("[2(3)*4]", "write 2 for the value alone, 2*(3)*4 for a product"),
        ("pi+-0.1", "write pi for the value alone; only adcli propagate"),
        ("5 +/- 1", "write 5 for the value alone"),
        ("5k", "write 5e3 for the prefix 'k', 5 for a unit"),
        ("4k7", "write 4.7e3"),
        ("5V", "write 5: values have no unit"),
        ("1e-3m", "write 1e-3: values have no unit"),
        ("1d3", "write 1e3"),
        ("1.5D-3", "write 1.5e-3"),
        ("10 nF", "write 10e-9 for a value in F"),
        ("5 kg", "write 5: values have no unit"),
        ("25°C", "write 25: values have no unit"),
        ("25 deg", "write radians(25) for an angle of 25 degrees"),
        ("1 000", "write 1000\n"),
        ("100 200", "write 100200 for one number, [100, 200] for a list"),
        ("1'234.5", "write 1234.5"),
        ("1 2", "a list has brackets and commas: [1, 2]"),
        ("2 pi", "write it so: 2*pi"),
        ("x+-3", "write a number for 'x'"),
        ("1,000", "if '000' are decimals, write x=1.000, if they are thousands x=1000"),
        ("5,00(2)", "if '00(2)' are decimals, write x=5.00(2)"),
        ("1,234.5", "write x=1234.5"),
    ],
)
def test_values_of_instruments_and_spreadsheets(adcli: Any, value: str, hint: str) -> None:
    """Units, prefixes, thousands and uncertainties are refused with the number to write."""
    code, out, error = adcli("eval", "x", "--at", f"x={value}")
    assert (code, out) == (2, "")
    assert f"hint: {hint}" in error


def test_a_product_with_a_parenthesis_is_a_value(adcli: Any) -> None:
    """Only a number in parentheses is read as an uncertainty."""
    assert adcli("eval", "x", "--at", "x=2(1+2)")[1] == "value 6.0\n"


def test_a_name_that_has_a_value_is_not_suggested(adcli: Any) -> None:
    """Of x1 and x2 the one that lacks a value is meant."""
    assert "did you mean 'x1'?" in adcli("eval", "x1*x2", "--at", "x=1,x2=3")[2]


def test_an_input_may_have_a_file_of_its_own(adcli: Any, tmp_path: Path) -> None:
    """Tables of numbers, JSON, with and without names of columns; what is no number is told."""
    (tmp_path / "a.csv").write_text("p,q\n1,2\n3,4\n")
    (tmp_path / "column.tsv").write_text("1.5\n\N{MINUS SIGN}2\n")
    (tmp_path / "row.csv").write_text("5,6\n")
    (tmp_path / "v.json").write_text("[7, 8]")
    (tmp_path / "words.csv").write_text("1,2\n3,b\n")
    (tmp_path / "ragged.csv").write_text("1,2\n3\n")

    def value(program: str, point: str) -> str:
        return str(adcli("eval", program, "--at", point.replace("@", f"@{tmp_path}/"))[1])

    assert value("A[1, 0]", "A=@a.csv") == "value 3.0\n"
    assert value("sum(x) + y", "x=@column.tsv, y=1") == "value 0.5\n"
    assert value("x @ y", "x=@row.csv y=@v.json") == "value 83.0\n"
    for name, told in [("words", "row 2 is not made of numbers"), ("ragged", "different lengths")]:
        code, _, error = adcli("eval", "sum(x)", "--at", f"x=@{tmp_path / name}.csv")
        assert code == 2
        assert told in error


@pytest.mark.slow("NumPy is imported")
def test_an_input_may_be_an_array_in_a_file(adcli: Any, tmp_path: Path) -> None:
    numpy = pytest.importorskip("numpy")
    numpy.save(tmp_path / "x.npy", numpy.array([1.5, 2.5], dtype="f4"))
    numpy.savez(tmp_path / "two.npz", x=numpy.array([1.0, 2.0]), y=numpy.array(3.0))
    point = f"x=@{tmp_path / 'x.npy'}"
    assert adcli("eval", "sum(x)", "--at", point)[1] == "value 4.0\n"
    point = f"x=@{tmp_path / 'two.npz'} y=@{tmp_path / 'two.npz'}"
    assert adcli("eval", "sum(x)*y", "--at", point)[1] == "value 9.0\n"
    code, _, error = adcli("eval", "sum(z)", "--at", f"z=@{tmp_path / 'two.npz'}")
    assert (code, "has no array 'z'" in error) == (2, True)


def test_a_table_with_decimal_commas_as_a_matrix(adcli: Any, tmp_path: Path) -> None:
    """As in the data of a fit; a cell that is no number is quoted."""
    path = tmp_path / "matrix.csv"
    path.write_text("a;b\n0,5;2\n3;4\n")
    assert adcli("eval", "A[0]", "--at", f"A=@{path}")[1] == "value[0] 0.5\nvalue[1] 2.0\n"
    path.write_text("1,5;2,5\n3,5;4,5\n")
    assert adcli("eval", "A[0]", "--at", f"A=@{path}")[1] == "value[0] 1.5\nvalue[1] 2.5\n"
    path.write_text("a;b\n0,5;2 V\n")
    code, _, err = adcli("eval", "A[0]", "--at", f"A=@{path}")
    assert (code, "row 2 is not made of numbers: '2 V'" in err) == (2, True)
    path.write_text("1;2 V\n3;4\n5;6\n")
    code, _, err = adcli("eval", "A[0]", "--at", f"A=@{path}")
    assert (code, "row 1 is not made of numbers: '2 V'" in err) == (2, True), "no heading"
    assert "write 2: a unit stands in the heading" in err


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "point.json is empty"),
        ('{"x": ' + "[" * 100_000 + "]" * 100_000 + "}", "point.json has too many brackets"),
        ('{"x": ' + "9" * 5000 + "}", "point.json has a number of too many digits"),
    ],
)
def test_json_that_is_unusable(adcli: Any, tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "point.json"
    path.write_text(text)
    code, _, err = adcli("eval", "x", "--at", f"@{path}")
    assert (code, message in err) == (2, True), err[:200]


def test_a_file_that_is_none_of_numpy(adcli: Any, tmp_path: Path) -> None:
    """It is not handed to NumPy, whose error advises to load it unsafely."""
    pytest.importorskip("numpy")
    for name in ("a.npy", "a.npz"):
        (tmp_path / name).write_text("hi\n")
        code, _, err = adcli("eval", "x", "--at", f"@{tmp_path / name}")
        assert (code, f"{name} is no file of NumPy" in err, "pickle" in err) == (2, True, False)


@pytest.mark.parametrize(
    "text", ["x,y\n3,2\n", "x;y\n3,0;2\n", '{"x": 3, "y": 2}', "y\tx\r\n2\t3\r\n"]
)
def test_a_row_of_csv_is_a_point_wherever_it_comes_from(
    adcli: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    """On stdin and in files whose names end in nothing known, as in a file .csv."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    file = tmp_path / "row.txt"
    file.write_bytes(text.encode())
    for place in ("-", f"@{file}"):
        assert adcli("eval", "x^y", "--at", place) == (0, "value 9.0\n", ""), place


def test_a_column_in_a_pipe_is_a_list(adcli: Any, tmp_path: Path) -> None:
    """Whatever the name of what it is read from; `x=@-` says how stdin is written."""
    pipe = tmp_path / "63"
    for text in ("1\n2\n3\n", "x\n1\n2\n3\n", "[1, 2, 3]"):
        pipe.write_text(text)
        assert adcli("eval", "sum(x)", "--at", f"x=@{pipe}")[1] == "value 6.0\n", text
    code, _, err = adcli("eval", "sum(x)", "--at", "x=@-")
    assert code == 2
    assert "write x=@/dev/stdin" in err


def test_several_rows_and_other_texts_are_no_point(
    adcli: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is told what it is, with a remedy."""
    for text, wanted in (
        ("x\n1\n2\n", "hint: | head -n 2 | takes the first"),
        ("1\n2\n", "write a line of names above"),
        ("x=1\ny=2\n", "stdin is not JSON"),
        ('{"x": 1\n"y": 2}\n', "stdin is not JSON"),
    ):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
        code, _, err = adcli("trace", "x", "--at", "-")
        assert (code, wanted in err) == (2, True), (text, err)


def test_the_remedy_for_latin_1_keeps_the_ending(adcli: Any, tmp_path: Path) -> None:
    """So that the converted file is read as what it is."""
    file = tmp_path / "a.csv"
    file.write_bytes("x [\N{DEGREE SIGN}C]\n3\n".encode("latin-1"))
    assert "> utf8.csv" in adcli("eval", "x", "--at", f"@{file}")[2]


def test_a_number_in_quotes_is_told(adcli: Any) -> None:
    """As tables that were converted to JSON have them."""
    code, _, err = adcli("eval", "x", "--at", '{"x": "1.5"}')
    assert (code, "hint: write 1.5 without quotes" in err) == (2, True)
    assert "hint" not in adcli("eval", "x", "--at", '{"x": "two"}')[2]


@pytest.mark.parametrize(
    "search", ["minimize (x-3)^2+(y-2)^2 --at x=1,y=1", "root x-3;y-2 --at x=1,y=1"]
)
def test_what_a_search_found_is_a_point(adcli: Any, tmp_path: Path, search: str) -> None:
    """A reply with a point is taken for the point; another one says what it is."""
    file = tmp_path / "found.json"
    assert adcli(*search.split(), "-o", str(file))[0] == 0
    assert adcli("eval", "x^y", "--at", f"@{file}") == (0, "value 9.0\n", "")
    assert adcli("eval", "x^y", "--at", f"@{file},y=1")[1] == "value 3.0\n"
    assert adcli("grad", "x", "--at", "x=1", "-o", str(file))[0] == 0
    code, _, err = adcli("eval", "x", "--at", f"@{file}")
    assert (code, "is a reply of adcli grad, which is no point" in err) == (2, True)


def test_where_a_search_stopped_is_no_point(adcli: Any, tmp_path: Path) -> None:
    """One that found nothing says so."""
    file = tmp_path / "found.json"
    assert adcli("root", "x^2+1", "--at", "x=1", "-o", str(file))[0] == 1
    code, _, err = adcli("eval", "x", "--at", f"@{file}")
    assert (code, "did not converge: no-progress" in err, "jq .root" in err) == (2, True, True)


def test_the_reply_of_a_fit_is_no_point(adcli: Any, tmp_path: Path) -> None:
    """Its estimates without their correlations would propagate to another uncertainty."""
    data, file = tmp_path / "d.csv", tmp_path / "fit.json"
    data.write_text("t,y\n0,1\n1,3\n2,4\n")
    assert adcli("fit", "y=a+b*t", "--data", str(data), "-o", str(file))[0] == 0
    for command in ("eval", "propagate"):
        code, _, err = adcli(command, "a+b", "--at", f"@{file}")
        assert (code, "is a reply of adcli fit" in err) == (2, True)
        assert "map_values(.estimate)" in err


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("jvp x*y --at 3,5 --direction 1,2", "jvp x*y --at x=3,y=5 --direction x=1,y=2"),
        ("hvp x*y --at 3,5 --direction 0,2", "hvp x*y --at x=3,y=5 --direction y=2"),
        (
            "taylor x*y --at 3,5 --direction 1,2 --order 2",
            "taylor x*y --at x=3,y=5 --direction x=1,y=2 --order 2",
        ),
        ("propagate x*y --at 3.0(1),5.0±0.2", "propagate x*y --at x=3.0(1),y=5.0±0.2"),
        ("propagate x@y --at [3(1),1],[2,4]", "propagate x@y --at x=[3(1),1],y=[2,4]"),
        ("propagate x*y --at 3.0(1) --at 5", "propagate x*y --at x=3.0(1) --at y=5"),
        ("implicit y^2+x=25 --at 4,9", "implicit y^2+x=25 --at y=4,x=9"),
        ("diff y^2+x=25 --implicit y --at 4,9", "diff y^2+x=25 --implicit y --at y=4,x=9"),
    ],
)
def test_values_in_the_order_of_the_inputs(adcli: Any, words: str, named: str) -> None:
    """In every command that takes a point, and for directions."""
    found = adcli(*words.split())
    assert found[0] == 0
    assert found == adcli(*named.split())


@pytest.mark.parametrize("words", ["jvp x --at 1 --direction 1,2", "propagate x --at 1(1),2"])
def test_a_value_too_many_is_refused(adcli: Any, words: str) -> None:
    """It is named."""
    code, _, err = adcli(*words.split())
    assert (code, "there is no input for '2'" in err) == (2, True)
