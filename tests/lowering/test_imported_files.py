"""Programs of several files."""

from __future__ import annotations

from pathlib import Path

from adcli.loading import load_python
from adcli.program import Program
from adcli.source import Source

TABLE = """
X = [1.0, 2.0, 3.0]
Y = [1.0, 4.0, 9.0]

def interpolated(x):
    i = 0
    while i < len(X) - 2 and x >= X[i + 1]:
        i += 1
    return Y[i] + (x - X[i]) * (Y[i + 1] - Y[i]) / (X[i + 1] - X[i])
"""

MAIN = """
from table import interpolated

def f(x):
    return 2 * interpolated(x)
"""


def program(folder: Path) -> Program:
    (folder / "table.py").write_text(TABLE)
    (folder / "main.py").write_text(MAIN)
    return load_python(Source(MAIN, str(folder / "main.py")), "f")


def test_value_and_slope(tmp_path: Path) -> None:
    """A function of another file is followed."""
    f = program(tmp_path)
    assert f(x=1.5) == 5.0
    assert f.gradient(x=1.5) == {"x": 6.0}


def test_kink_in_another_file(tmp_path: Path) -> None:
    """A kink in another file is told, with the name of that file."""
    (note,) = program(tmp_path).differentiate({"x": 2.0}).notes
    assert note == (
        "kink at line 7, column 30 of table.py: 2.0 >= 2.0; "
        "x: the slope is 6 to the left and 10 to the right"
    )


def test_class_imported_in_a_function(tmp_path: Path) -> None:
    """A class that a function imports makes an object in each iteration of a loop: its order of
    bases names the class itself."""
    (tmp_path / "point.py").write_text(
        "class Point:\n    def __init__(self, x):\n        self.x = x\n"
    )
    text = """
def f(x, y):
    from point import Point
    p = Point(x)
    for i in range(20):
        p = Point(p.x + y)
    return p.x
"""
    f = load_python(Source(text, str(tmp_path / "main.py")), "f")
    assert f(x=1.0, y=2.0) == 41.0
    assert f.gradient(x=1.0, y=2.0) == {"x": 1.0, "y": 20.0}
