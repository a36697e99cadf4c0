"""What functions change while files are imported: it can be ignored, and never be read wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from adcli.errors import NotFollowed
from adcli.loading import load_python
from adcli.lowering.python_file import PythonFile
from adcli.source import Source
from tests.lowering.conftest import bits, by_cpython, followed

PROGRAM = """
NAMES = []
COUNT = 0
FACTORS = {"a": 2.0}
NUMBERS = [1.0, 2.0]

def register(function):
    global COUNT
    NAMES.append(function.__name__)
    FACTORS[function.__name__] = 5.0
    COUNT += 1
    return function

@register
def g(x):
    NUMBERS = [3.0]
    NUMBERS[0] = x
    return 2 * NUMBERS[0]

def decorated(x):
    return g(x) + NUMBERS[1]

def reads_list(x):
    return x * len(NAMES)

def reads_number(x):
    return x * COUNT

def reads_dict(x):
    return x * FACTORS["a"]
"""

CALLED = """
SCALE = [1.0]

def set_scale(s):
    SCALE[0] = s

def never_called(s):
    OTHER[0] = s

OTHER = [1.5]
set_scale(3.0)

def f(x):
    return x * SCALE[0]

def h(x):
    return x * OTHER[0]
"""


def test_decorated_function() -> None:
    """A decorator may note the function that it is given."""
    found = followed(PROGRAM, "decorated")(x=1.5)
    assert bits(found) == bits(by_cpython(PROGRAM, "decorated", x=1.5))


@pytest.mark.parametrize("name", ["reads_list", "reads_number", "reads_dict"])
def test_what_a_decorator_changes(name: str) -> None:
    """What a decorator of the file changes is what it has made of it when all is imported."""
    assert bits(followed(PROGRAM, name)(x=1.5)) == bits(by_cpython(PROGRAM, name, x=1.5))


def test_a_decorator_that_another_file_may_use(tmp_path: Path) -> None:
    """A file that is imported may change it too, if it lies beside this one."""
    (tmp_path / "other.py").write_text("from main import register\n")
    text = "import other\n" + PROGRAM
    (tmp_path / "main.py").write_text(text)
    with pytest.raises(NotFollowed, match="functions that may run during an import change it"):
        load_python(Source(text, str(tmp_path / "main.py")), "reads_list")(x=1.5)


@pytest.mark.parametrize("name", ["f", "h"])
def test_what_the_file_calls(name: str) -> None:
    """A function that the file calls changes a list; one that nobody calls does not."""
    assert bits(followed(CALLED, name)(x=2.0)) == bits(by_cpython(CALLED, name, x=2.0))


def test_what_a_file_changes_of_another(tmp_path: Path) -> None:
    """What a file sets of another file, or of a class of it, is not read as it was."""
    (tmp_path / "rates.py").write_text(
        "rate = 2.0\ntable = [1.0]\nclass Unit:\n    size = 3.0\n\n"
        "def scaled(x):\n    return x * rate * Unit.size * table[0]\n"
    )
    for change in ("rates.rate = 5.0", "rates.Unit.size = 5.0", "rates.table[0] = 5.0",
                   "rates.table.append(1.0)", "setattr(rates, 'rate', 5.0)"):  # fmt: skip
        text = f"import rates\n{change}\ndef f(x):\n    return rates.scaled(x)\n"
        path = tmp_path / "main.py"
        path.write_text(text)
        with pytest.raises(NotFollowed, match="change"):
            load_python(Source(text, str(path)), "f")(x=1.5)


def test_decorator_of_another_file(tmp_path: Path) -> None:
    """A decorator may come from another file, and change what that one has."""
    (tmp_path / "marks.py").write_text(
        "marked = []\n\ndef mark(function):\n    marked.append(function)\n    return function\n"
    )
    text = """from marks import mark, marked

@mark
def g(x):
    return x * x

def f(x):
    return g(x) + 1

def count(x):
    return x + len(marked)
"""
    path = str(tmp_path / "main.py")
    (tmp_path / "main.py").write_text(text)
    assert load_python(Source(text, path), "f")(x=3.0) == 10.0
    with pytest.raises(NotFollowed, match="functions that may run during an import change it"):
        load_python(Source(text, path), "count")(x=3.0)


ROWS = "".join([f"    ({k}.0, -{k}.5, None),\n" for k in range(40)])
SET = "    TABLE[2] = (7.0, 8.0, None)\n"


@pytest.mark.parametrize(
    "change",
    [
        f"def change():\n{SET}change()\n",
        f"def change(f):\n{SET}    return f\n@change\ndef g(x):\n    return x\n",
        f"def change():\n{SET}",
        "TABLE[2] = (9.0, 1.0, None)\n",
    ],
)
def test_files_of_mostly_data(change: str) -> None:
    """A table that is the larger part of a file holds what the file has made of it."""
    text = f"TABLE = [\n{ROWS}]\n{change}def f(x):\n    return x*TABLE[2][0] + TABLE[-1][1]\n"
    assert bits(followed(text, "f")(x=3.0)) == bits(by_cpython(text, "f", x=3.0))


@pytest.mark.parametrize("text", [
    "def f(x):\n    if x:\n        import numpy\n    return x\n",
    "try:\n    pass\nexcept NameError:\n    from numpy import (\n        sin)\n",
    "match 1:\n    case 1:\n        import math, numpy.linalg as la\n",
    "class C:\n    def f(self):\n        'import this'\n        import \\\n            numpy\n",
])  # fmt: skip
def test_modules_that_a_file_imports_anywhere(text: str) -> None:
    """Imports are found wherever they stand, and texts that read like one are none."""
    modules = PythonFile(Source(text, "program.py")).imported_modules
    assert modules - {"math"} == {"numpy"}
