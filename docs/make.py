"""Write what is generated in the README and docs/: examples, lists, pictures.

    python docs/make.py

Invariant: what follows a command in a ```console block is its output; functions are those of the
language, files have the first sentence of their docstring; the text of the picture is what a
terminal shows, and nothing in it is loaded from elsewhere.

Run it after a change of what adcli prints, of the functions or of the files; then review the diff.
"""

from __future__ import annotations

import builtins
import html
import io
import math
import os
import re
import shlex
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from rich.cells import cell_len
from rich.console import CONSOLE_SVG_FORMAT, Console
from rich.text import Text

from adcli.cli.entry import EXIT_CODES
from adcli.errors import MissingExtra
from adcli.front.builtin_names import known_functions

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]

#: Pictures that commands draw, in docs/.
DRAWN = {
    "graph.svg": 'adcli graph "sin(x1)+x1*x2" --at x1=2,x2=5 --adjoints --format svg',
    "trees.svg": 'adcli graph "x*sin(x)" --expression-tree --format svg',
    "errors.svg": "adcli convergence samples/four_routes.ad --at x=0.2 --format svg",
    "plot.svg": 'adcli plot "x^3 - 3x" --over x=-2.5:2.5 --derivatives 1 --format svg',
}

PICTURE = ROOT / "docs/trace.svg"
PICTURED = 'adcli trace "log(x1)+x1*x2-sin(x2)" --at x1=2,x2=5'
COLUMNS = 92

#: Rich's template without the fonts that it loads from the web.
_FORMAT = re.sub(r"@font-face \{\{.*?\}\}\n", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)

BLOCK = re.compile(r"(?<=```console\n).*?(?=```)", re.DOTALL)
FUNCTIONS = re.compile(
    r"(?<=<!-- functions: written by docs/make.py -->\n).*?(?=<!-- end of functions -->)", re.DOTALL
)
NAMES = re.compile(
    r"(?<=<!-- modules: written by docs/make.py -->\n).*?(?=<!-- end of modules -->)", re.DOTALL
)
NUMPY = re.compile(
    r"(?<=<!-- NumPy: written by docs/make.py -->\n).*?(?=<!-- end of NumPy -->)", re.DOTALL
)
FILES = re.compile(
    r"(?<=<!-- files: written by docs/make.py -->\n).*?(?=<!-- end of files -->)", re.DOTALL
)


# -- examples ----------------------------------------------------------------------------------


def examples(block: str) -> Iterator[tuple[str, str]]:
    """The commands of a console block as they stand, each with the output below it."""
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, _, output = part.partition("\n")
        while command.endswith("\\"):
            more, _, output = output.partition("\n")
            command += "\n" + more
        yield command, output


def run(command: str, shown: str = "") -> str:
    """Output and errors of a command together, as a terminal shows them; what is shown already if
    the command needs an extra that is not installed."""
    env = {**os.environ, "PYTHONIOENCODING": "utf-8", "PYTHONUTF8": "1"}
    env["PATH"] = os.path.dirname(sys.executable) + os.pathsep + env["PATH"]
    done = subprocess.run(
        command,
        shell=True,
        cwd=ROOT,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    lacks_extra = done.returncode == EXIT_CODES[MissingExtra]
    return (shown if lacks_extra and shown else done.stdout).rstrip() + "\n"


def with_outputs(page: str) -> str:
    """A page whose commands are followed by their outputs."""
    shown = [example for block in BLOCK.findall(page) for example in examples(block)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        outputs = pool.map(lambda example: run(*example), shown)

    def written(match: re.Match[str]) -> str:
        return "".join([f"$ {command}\n{next(outputs)}" for command, _ in examples(match[0])])

    return BLOCK.sub(written, page)


# -- the function list -------------------------------------------------------------------------


def numpy_list() -> str:
    """The functions of NumPy that are known, those of `np.linalg` behind the others."""
    from adcli.lowering.arrays.functions_by_name import functions, things
    from adcli.lowering.arrays.numpy_function_registry import REFUSED

    names = sorted({*functions(), *things()} - REFUSED, key=lambda n: ("." in n, n.lower()))
    words = " ".join([f"`{n}`" for n in names])
    lines = textwrap.wrap(words, 100, break_long_words=False, break_on_hyphens=False)
    return "\n".join(["", *lines, "", ""])


def function_list() -> str:
    """The functions of the language: those that Python or its `math` has, and the others."""
    names = sorted(n for n in known_functions() if not n.startswith("_"))
    is_python = {n: hasattr(math, n) or hasattr(builtins, n) for n in names}
    ours = " ".join([n for n in names if not is_python[n]])
    python = " ".join([n for n in names if is_python[n]])
    rows = [f"| of Python and its `math` | `{python}` |", f"| * adcli's own | `{ours}` |"]
    return "\n".join(["| | |", "|---|---|", *rows, ""])


#: The modules of Python whose names are listed: those about numbers.
MODULES = (
    "math", "statistics", "scipy.special", "functools", "itertools", "collections", "operator",
    "copy", "contextlib", "sys",
)  # fmt: skip


def module_list() -> str:
    """What is known of modules of Python; others are refused by their names."""
    from adcli.lowering.foreign_values import Foreign
    from adcli.lowering.frame import Frame
    from adcli.lowering.known_names import names_of_module
    from adcli.lowering.lowering_session import Session
    from adcli.lowering.modules import Modules
    from adcli.lowering.scopes import LocalScope
    from adcli.source import Source

    session = Session(Modules(Source("", "empty.py")), Frame)
    f = Frame(session, LocalScope(session.next_number(), None, session.modules.main, None), None)
    rows = []
    for module in MODULES:
        found = names_of_module(f, module)
        public = [n for n in sorted(found, key=str.lower) if not n.startswith("_")]
        known = " ".join([n for n in public if not isinstance(found[n], Foreign)])
        rows.append(f"| `{module}` | `{known}` |")
    return "\n".join(["| | |", "|---|---|", *rows, ""])


# -- the list of files -------------------------------------------------------------------------


def file_list() -> str:
    """A table for each folder of adcli/: its files and what they say they are."""
    lines = []
    package = ROOT / "adcli"
    for folder in sorted(
        {p.parent for p in package.rglob("*.py")} - {package / "front" / "tables"}
    ):
        lines += [
            f"### {folder.relative_to(ROOT).as_posix()}/",
            "",
            "| file | what it is |",
            "|---|---|",
        ]
        for path in sorted(folder.glob("*.py")):
            said = _first_sentence(path)
            if said:
                lines.append(f"| `{path.name}` | {said} |")
        lines.append("")
    return "\n".join(lines)


def _first_sentence(path: Path) -> str:
    """The first sentence of a docstring, or its first paragraph if that is shorter."""
    begins = re.match(
        r'(?:#.*\n)*r?"""(.*?)(?:\n\n|""")', path.read_text(encoding="utf-8"), re.DOTALL
    )
    paragraph = " ".join(begins[1].split()) if begins else ""
    return re.split(r"(?<=[.?]) (?=[A-Z])", paragraph)[0].replace("|", "\\|")


# -- the picture -------------------------------------------------------------------------------


def terminal_output() -> str:
    """What the pictured command prints on a terminal, with its colours."""
    program, *arguments = shlex.split(PICTURED)
    env = {
        **os.environ,
        "FORCE_COLOR": "1",
        "TERM": "xterm-256color",
        "COLUMNS": str(COLUMNS),
        "PYTHONUTF8": "1",
    }
    env.pop("NO_COLOR", None)
    done = subprocess.run(
        [sys.executable, "-m", program, *arguments],
        env=env,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return done.stdout


def drawn(command: str) -> str:
    """The picture that a command writes."""
    program, *arguments = shlex.split(command)
    env = {**os.environ, "PYTHONUTF8": "1"}
    done = subprocess.run(
        [sys.executable, "-m", program, *arguments],
        cwd=ROOT,
        env=env,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return done.stdout


def picture(output: str) -> str:
    """A window with a prompt, the command and its output, as SVG."""
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), color_system="truecolor")
    console.print(Text("$ " + PICTURED, style="bold"))
    console.print(Text.from_ansi(output.rstrip()))
    drawn = console.export_svg(title="adcli", code_format=_FORMAT, unique_id="trace")
    drawn = re.sub(r'textLength="(.*?)"(.*?)>(.*?)</text>', _fitted, drawn, flags=re.DOTALL)
    return re.sub(r"[ \t]+$", "", drawn, flags=re.MULTILINE)


def _fitted(match: re.Match[str]) -> str:
    """A piece of text with its width in columns: rich counts characters, but the dot of v̇ has no
    column of its own."""
    length, between, content = match.groups()
    text = html.unescape(content)
    width = float(length) / len(text) * cell_len(text)
    return f'textLength="{width:.1f}"{between}>{content}</text>'


def main() -> None:
    PICTURE.write_text(picture(terminal_output()), encoding="utf-8")
    for name, command in DRAWN.items():
        (ROOT / "docs" / name).write_text(drawn(command), encoding="utf-8")
    for path in PAGES:
        page = path.read_text(encoding="utf-8")
        page = FUNCTIONS.sub(lambda _: function_list(), page)
        page = NAMES.sub(lambda _: module_list(), page)
        page = NUMPY.sub(lambda _: numpy_list(), page)
        page = FILES.sub(lambda _: file_list(), page)
        path.write_text(with_outputs(page), encoding="utf-8")


if __name__ == "__main__":
    main()
