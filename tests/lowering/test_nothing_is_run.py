"""Reading a Python file runs nothing of it: neither its statements nor those of what it imports."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

#: A file that does harm in every way in which Python runs a text before a function is called.
HARM = """
import os
import shutil
import harmful
import package.part
from package import other

open({sentinel!r}, "w").write("the file was run")
shutil.rmtree({folder!r})
exec("open({sentinel!r}, 'w')")
eval("open({sentinel!r}, 'w')")
os.system("touch {sentinel}")

def touch(*args, **keywords):
    open({sentinel!r}, "w").write("a function was called")
    return 2.0

def harm(function):
    os.system("touch {sentinel}")
    return function

class Printed:
    open({sentinel!r}, "w").write("a class body was run")
    value = touch()

    def __init_subclass__(cls):
        touch()

def g(x, scale=touch()):
    return scale * x

@harm
def h(x):
    return 2 * x

def f(x, y: touch() = 3.0):
    return x * y + part(x)

def part(x):
    return harmful.number * package.part.square(x)
"""

MODULE = """
open({sentinel!r}, "w").write("a module was imported")
number = 3.0
"""

INIT = """
open({sentinel!r}, "w").write("a package was imported")
raise RuntimeError("this package cannot be imported")
"""

PART = """
def square(x):
    return x * x
"""

#: What lowers the file with an audit hook that ends the process if a text of the user is compiled
#: to code, if code of it is run, or if something other than its text is opened.
WATCHED = """
import ast, importlib, os, sys
from adcli.loading import load
from adcli.lowering.known_names import MODULES, names_of_module
import adcli.lowering.known_modules.numeric_builtins, adcli.lowering.followable_functions
import adcli.engines.tiered_execution

folder = {folder!r}

def hook(event, args):
    if event == "open" and str(args[0]).startswith(folder):
        if args[1] not in ("r", "rb", None):
            os._exit(3)
    elif event == "exec" and args[0].co_filename.startswith(folder):
        os._exit(4)
    elif event in ("os.system", "subprocess.Popen", "shutil.rmtree", "os.remove", "os.exec"):
        os._exit(5)
    elif event == "import" and args[0] in ("harmful", "package", "package.part", "program"):
        os._exit(6)

sys.addaudithook(hook)
from adcli.errors import AdcliError
for name in ("f", "g", "h", "part", "touch", "harm"):
    try:
        print(name, load(folder + "/program.py:" + name).gradient(x=2.0))
    except AdcliError as error:
        print(name, type(error).__name__)
"""


def written(folder: Path) -> Path:
    """The harmful files; the path of what they would write."""
    folder.mkdir()
    sentinel = folder.parent / "sentinel"
    texts = {
        "program.py": HARM, "harmful.py": MODULE, "package/__init__.py": INIT,
        "package/part.py": PART, "package/other.py": INIT,
    }  # fmt: skip
    (folder / "package").mkdir()
    for name, text in texts.items():
        replaced = text.replace("{sentinel!r}", repr(str(sentinel)))
        replaced = replaced.replace("{sentinel}", str(sentinel))
        (folder / name).write_text(replaced.replace("{folder!r}", repr(str(folder))))
    return sentinel


def test_nothing_is_run(tmp_path: Path) -> None:
    """No code of a file, of its imports or of its decorators is executed while it is lowered."""
    folder = tmp_path / "files"
    sentinel = written(folder)
    text = textwrap.dedent(WATCHED).replace("{folder!r}", repr(str(folder)))
    # coverage would write its own file
    others = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    found = subprocess.run(
        [sys.executable, "-c", text],
        capture_output=True,
        text=True,
        env={**others, "PYTHONDONTWRITEBYTECODE": "1"},
        check=False,
    )
    assert (found.returncode, found.stderr) == (0, "")
    assert not sentinel.exists()
    assert folder.exists()
    answers = dict(line.split(" ", 1) for line in found.stdout.splitlines())
    assert answers["f"] == "{'x': 15.0, 'y': 2.0}"
    assert answers["part"] == "{'x': 12.0}"
    assert answers["g"] == "NotFollowed"


@pytest.mark.slow("another process")
def test_the_watch_notices(tmp_path: Path) -> None:
    """Running the file does harm, and the hook sees it."""
    folder = tmp_path / "files"
    sentinel = written(folder)
    text = textwrap.dedent(WATCHED).replace("{folder!r}", repr(str(folder)))
    text += f"\nimport runpy\nrunpy.run_path({str(folder / 'program.py')!r})\n"
    found = subprocess.run([sys.executable, "-c", text], capture_output=True, check=False)
    assert found.returncode in (3, 4, 5, 6)
    assert not sentinel.exists()
