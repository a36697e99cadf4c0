"""The README and the pages of docs/ are true: every command prints what stands below it."""

from __future__ import annotations

import doctest
import html
import importlib.util
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from rich.text import Text
from test_layers import LAYERS

from adcli.cli import INTERRUPTED
from adcli.cli.entry import BROKEN_PIPE, DEFECT, EXIT_CODES
from adcli.errors import AdcliError

ROOT = Path(__file__).parents[1]
if not (ROOT / "adcli").is_dir():
    pytest.skip("the pages are those of a checkout", allow_module_level=True)


def _maker() -> ModuleType:
    """docs/make.py, which writes what is generated on the pages."""
    spec = importlib.util.spec_from_file_location("make_docs", ROOT / "docs/make.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


make = _maker()
TEXTS = {p.relative_to(ROOT).as_posix(): p.read_text(encoding="utf-8") for p in make.PAGES}
README = TEXTS["README.md"]
ARCHITECTURE = TEXTS["docs/architecture.md"]


def shown(texts: Iterable[str]) -> list[tuple[str, str]]:
    """The commands of pages, each with the output below it; what several pages show, once."""
    blocks = [b for text in texts for b in re.findall(make.BLOCK, text)]
    return list(dict.fromkeys(example for block in blocks for example in make.examples(block)))


def examples() -> list[Any]:
    """All of them, those of the README in the fast gear."""
    first = shown([README])
    mark = pytest.mark.slow("a process for each command")
    return first + [pytest.param(*e, marks=mark) for e in shown(TEXTS.values()) if e not in first]


@pytest.mark.parametrize(("command", "expected"), examples())
def test_a_command_prints_what_the_page_says(command: str, expected: str) -> None:
    """Output and errors together, as a terminal shows them."""
    assert make.run(command, expected) == expected.rstrip() + "\n"


def test_every_command_is_shown() -> None:
    """A command that is added is shown on a page, and the page on JSON lists its keys."""
    names = [p.stem for p in (ROOT / "adcli/cli/commands").glob("*.py") if p.stem[0] != "_"]
    commands = " ".join(command for command, _ in shown(TEXTS.values()))
    assert [n for n in names if f"adcli {n} " not in commands] == []
    listed = re.findall(r"^\| (`.*?`) \|", TEXTS["docs/json.md"], re.MULTILINE)
    assert [n for n in names if f"`{n}`" not in " ".join(listed)] == []


@pytest.mark.parametrize("page", TEXTS)
def test_python_examples(page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The examples from Python run as doctests."""
    examples = "\n".join(re.findall(r"```python\n(.*?)```", TEXTS[page], re.DOTALL))
    test = doctest.DocTestParser().get_doctest(examples, {}, page, page, 0)
    assert test.examples or page != "docs/python.md"
    monkeypatch.chdir(ROOT)
    assert doctest.DocTestRunner().run(test).failed == 0


def test_the_first_command_prints_what_is_shown() -> None:
    """What follows the set-up in the first command gives the output below it."""
    match = re.search(r"<!-- first command -->\n```sh\n(.*?)```\n\n```text\n(.*?)```", README, re.S)
    assert match is not None
    command = match[1].rpartition("&&")[2].strip().removeprefix(".venv/bin/")
    test_a_command_prints_what_the_page_says(command, match[2])


def test_the_function_list_is_that_of_the_language() -> None:
    """`python docs/make.py` writes it anew when a function is added."""
    (found,) = re.findall(make.FUNCTIONS, TEXTS["docs/language.md"])
    assert found == make.function_list()


def test_the_names_of_modules_are_those_that_are_known() -> None:
    """`python docs/make.py` writes them anew when a name is added."""
    (found,) = re.findall(make.NAMES, TEXTS["docs/language.md"])
    assert found == make.module_list()


def test_the_list_of_numpy_is_that_of_the_table() -> None:
    """`python docs/make.py` writes it anew when a row is added."""
    (found,) = re.findall(make.NUMPY, TEXTS["docs/numpy.md"])
    assert found == make.numpy_list()


def test_the_file_list_is_that_of_the_package() -> None:
    """`python docs/make.py` writes it anew when a file is added or says something else."""
    (found,) = re.findall(make.FILES, ARCHITECTURE)
    assert found == make.file_list()
    for path in (ROOT / "adcli").rglob("*.py"):
        if path.parent.name == "parser_tables":
            continue  # made by the build of the package
        folder = path.parent.relative_to(ROOT).as_posix()
        part = found.partition(f"### {folder}/\n")[2].partition("###")[0]
        assert f"| `{path.name}` |" in part or path.name == "__init__.py", path


def test_the_layers_are_those_of_the_code() -> None:
    """The numbered list has the layers that `test_layers` checks, in their order."""
    section = ARCHITECTURE.partition("## Layers\n")[2].partition("\n## ")[0]
    lines = re.findall(r"^\d+\. ((?:`\w+` ?)+):", section, re.MULTILINE)
    assert [set(re.findall(r"\w+", line)) for line in lines] == LAYERS
    parts = {
        p.name.removesuffix(".py") for p in (ROOT / "adcli").iterdir() if p.name[0] not in "_."
    }
    assert set().union(*LAYERS) == parts - {"py.typed", "grammars"}


@pytest.mark.parametrize("page", TEXTS)
def test_files_and_names_on_the_pages_exist(page: str) -> None:
    """`adcli/x.py` and `tests/` and the like are there, and `adcli/x.py:name` is defined there."""
    places = re.findall(
        r"`((?:adcli|tests|docs|samples|benchmarks|grammars)/[^\s`]*)`", TEXTS[page]
    )
    for place in places:
        if re.search("[A-Z]{4}|…", place):
            continue  # a recipe for a file that is not there yet
        name, _, defined = place.partition(":")
        assert (ROOT / name).exists(), place
        if defined:
            text = (ROOT / name).read_text(encoding="utf-8")
            assert re.search(rf"^ *(def|class) {defined}\b", text, re.MULTILINE), place


CALLED = """
import os, sys
from adcli.cli import main

called = set()
os._exit = sys.exit
sys.setprofile(lambda frame, event, _: called.add(frame.f_code) if event == "call" else None)
try:
    main()
finally:
    sys.setprofile(None)
    for code in called:
        print(code.co_filename.replace(os.sep, "/"), code.co_qualname, sep=":", file=sys.stderr)
"""


@pytest.mark.parametrize(
    "command",
    [
        "grad",
        pytest.param("diff", marks=pytest.mark.slow("each call of a function is noted")),
        pytest.param("trace", marks=pytest.mark.slow("each call of a function is noted")),
    ],
)
def test_the_path_of_a_command_is_the_one_it_takes(command: str) -> None:
    """Whatever the page names on the path is called by the commands that the section has."""
    section = ARCHITECTURE.partition(f"## The path of one `{command}`\n")[2].partition("\n## ")[0]
    called = ""
    for example in re.findall(r"`adcli ([a-z]+ .*?)`", section.replace("\n", " ")):
        arguments = [sys.executable, "-c", CALLED, *shlex.split(example)]
        done = subprocess.run(
            arguments, cwd=ROOT, capture_output=True, encoding="utf-8", check=True
        )
        called += done.stderr
    for file, name in re.findall(r"`(adcli/[\w/]+\.py)(?::(\w+))?`", section):
        assert re.search(rf"/{file}:" + (rf"(\w+\.)*{name}\b" if name else ""), called), (
            file,
            name,
        )


def test_words_of_the_glossary_occur_where_it_says() -> None:
    """Each entry ends with a file in which its words stand."""
    entries = re.findall(
        r"^- (.*?)(?=^- |^#|\Z)", TEXTS["docs/glossary.md"], re.DOTALL | re.MULTILINE
    )
    assert entries
    for entry in entries:
        (file,) = re.findall(r"`(adcli/[\w/]+\.py)`\s*$", entry)
        text = (ROOT / file).read_text(encoding="utf-8").lower()
        for word in " ".join(re.findall(r"\*\*(.*?)\*\*", entry)).split():
            assert word.removesuffix("ing") in text, word


def test_the_picture_shows_the_output() -> None:
    """Its text is what a terminal shows; `python docs/make.py` draws it anew."""
    lines: dict[float, str] = {}
    picture = make.PICTURE.read_text(encoding="utf-8").partition('class="trace-matrix"')[2]
    for y, text in re.findall(r'<text[^>]* y="([\d.]+)"[^>]*>(.*?)</text>', picture, re.DOTALL):
        lines[float(y)] = lines.get(float(y), "") + html.unescape(text).replace("\xa0", " ")
    output = Text.from_ansi(make.terminal_output()).plain
    wanted = [f"$ {make.PICTURED}", *output.splitlines()]
    assert [lines[y].rstrip() for y in sorted(lines)] == [line.rstrip() for line in wanted]


@pytest.mark.slow("a picture is drawn by each command")
@pytest.mark.parametrize("name", make.DRAWN)
def test_drawn_pictures_are_those_of_their_commands(name: str) -> None:
    """Their words and their shapes; the last digits of coordinates may be another machine's."""
    files = [(ROOT / "docs" / name).read_text(encoding="utf-8"), make.drawn(make.DRAWN[name])]
    tags, texts = [
        [re.findall(what, f) for f in files] for what in (r"<(\w+)", r">([^<>]+)</text>")
    ]
    assert tags[0] == tags[1]
    assert texts[0] == texts[1]


@pytest.mark.parametrize("page", TEXTS)
def test_links_lead_somewhere(page: str) -> None:
    """Links to files of the repository and to headings in them."""
    for target in re.findall(r"\]\((?!https?:)(.*?)\)", TEXTS[page]):
        name, _, heading = target.partition("#")
        path = Path(os.path.normpath(ROOT / Path(page).parent / name)) if name else ROOT / page
        assert path.exists(), target
        if heading:
            found = re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
            slugs = [re.sub(r"[^\w\- ]", "", h).replace(" ", "-").lower() for h in found]
            assert heading in slugs, target


def test_the_kinds_of_errors_are_listed() -> None:
    """Those of the children of AdcliError that JSON can show."""
    (line,) = re.findall(r"^The kinds are (.*?)\.$", TEXTS["docs/json.md"], re.S | re.MULTILINE)
    kinds = {kind.kind for kind in _children(AdcliError)}
    assert set(re.findall(r"`([\w-]+)`", line)) == kinds - {"program", "evaluation"}


def test_the_exit_codes_are_listed() -> None:
    """Those of the children of AdcliError, and those for what is none."""
    listed = re.findall(r"^\| (\d+) \|", TEXTS["docs/json.md"], re.MULTILINE)
    others = {0, 1, DEFECT, INTERRUPTED, BROKEN_PIPE}
    assert set(map(int, listed)) == others | set(EXIT_CODES.values())


def _children(kind: type[AdcliError]) -> set[type[AdcliError]]:
    below = set(kind.__subclasses__())
    return below.union(*map(_children, below))
