"""Programs of several files."""

from __future__ import annotations

from pathlib import Path

import pytest

from adcli.errors import AdcliError, NotFollowed
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


def test_default_that_an_import_decides_behind_numpy(tmp_path: Path) -> None:
    """A handler in an imported file is met after NumPy has computed: what is known is followed
    again from the beginning."""
    (tmp_path / "scales.py").write_text(
        "def is_there():\n"
        "    try:\n"
        "        import no_such_package\n"
        "    except ImportError:\n"
        "        return False\n"
        "    return True\n"
        "scale = 3.0 if is_there() else 2.0\n"
    )
    text = (
        "import numpy as np\n"
        "from scales import scale\n"
        "def f(x, z=np.array([1.0, 2.0])[0] / 4.0, y=scale):\n"
        "    return x * y + z\n"
    )
    (tmp_path / "main.py").write_text(text)
    f = load_python(Source(text, str(tmp_path / "main.py")), "f")
    assert f(x=3.0) == 6.25


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
    (tmp_path / "local_point.py").write_text(
        "class Point:\n    def __init__(self, x):\n        self.x = x\n"
    )
    text = """
def f(x, y):
    from local_point import Point
    p = Point(x)
    for i in range(20):
        p = Point(p.x + y)
    return p.x
"""
    (tmp_path / "main.py").write_text(text)
    f = load_python(Source(text, str(tmp_path / "main.py")), "f")
    assert f(x=1.0, y=2.0) == 41.0
    assert f.gradient(x=1.0, y=2.0) == {"x": 1.0, "y": 20.0}


HIDDEN = {
    "an attribute of os": ("import os\n", "os.getpid()"),
    "a name behind a star": ("from os import *\n", "getpid()"),
    "a name set by its text": ("globals()['a' + 'b'] = 1.0\n", "ab + 1"),
    "an attribute given by a function": ("import given\n", "given.a + 1"),
}


@pytest.mark.parametrize("text", HIDDEN.values(), ids=HIDDEN)
def test_names_that_may_be_there(tmp_path: Path, text: tuple[str, str]) -> None:
    """A name that the text of a module does not show is refused where the module may have it: no
    handler of the program takes it for missing."""
    (tmp_path / "given.py").write_text("def __getattr__(name):\n    return 1.0\n")
    first, use = text
    main = f"{first}def f(x, y):\n    try:\n        {use}\n        return x\n"
    main += "    except (NameError, AttributeError):\n        return y\n"
    (tmp_path / "main.py").write_text(main)
    with pytest.raises(NotFollowed, match="is not found"):
        load_python(Source(main, str(tmp_path / "main.py")), "f")(x=1.0, y=2.0)


BINDING = [
    'g = globals()\ng["K"] = 5.0\n',
    "import sys\nsys.modules[__name__].K = 5.0\n",
    'import sys\nsys.modules[__name__].__dict__["K"] = 5.0\n',
    "from sys import modules\nmodules[__name__].K = 5.0\n",
    'def put(names):\n    names["K"] = 5.0\nput(globals())\n',
    'globals().__ior__({"K": 5.0})\n',
    'vars()["K"] = 5.0\n',
    "import builtins\nbuiltins.K = 5.0\n",
    'def put():\n    exec("K = 5.0", globals())\nput()\n',
    'class A:\n    exec("global K; K = 5.0")\n',
    'import sys\ndef put():\n    setattr(sys.modules[__name__], "K", 5.0)\nput()\n',
    'def put():\n    pass\nput.__globals__["K"] = 5.0\n',
    'import sys\nsys._getframe().f_globals["K"] = 5.0\n',
]


@pytest.mark.parametrize("first", BINDING)
def test_names_bound_by_their_texts_are_not_missing(tmp_path: Path, first: str) -> None:
    """Python finds K, so that the handler is not reached: never its value in silence."""
    text = f"{first}def f(x):\n    try:\n        return x*K\n"
    text += "    except NameError:\n        return x*2\n"
    (tmp_path / "main.py").write_text(text)
    with pytest.raises(NotFollowed):
        load_python(Source(text, str(tmp_path / "main.py")), "f")(x=1.0)


def test_names_that_are_missing(tmp_path: Path) -> None:
    """A star before a module that is known through and through hides nothing."""
    (tmp_path / "table.py").write_text(TABLE)
    text = """
from math import *
import table
def f(x, y):
    try:
        return unicode + x
    except NameError:
        pass
    try:
        return table.Z
    except AttributeError:
        return x * y
"""
    (tmp_path / "main.py").write_text(text)
    assert load_python(Source(text, str(tmp_path / "main.py")), "f")(x=3.0, y=2.0) == 6.0


@pytest.mark.parametrize("read", ["rates.rate", "now()"])
def test_what_calls_change_in_another_file_is_refused(tmp_path: Path, read: str) -> None:
    """A global name that a function of another file assigns is not what it was at the import."""
    (tmp_path / "rates.py").write_text("rate = 2.0\ndef put(v):\n    global rate\n    rate = v\n")
    text = (
        "import rates\ndef now():\n    from rates import rate\n    return rate\n"
        f"def f(x):\n    rates.put(5.0)\n    return x * {read} + 1\n"
    )
    (tmp_path / "main.py").write_text(text)
    with pytest.raises(AdcliError, match="that calls change"):
        load_python(Source(text, str(tmp_path / "main.py")), "f").gradient(x=1.0)
