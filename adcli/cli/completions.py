"""What a shell is told when it asks how a word may go on: inputs, functions of files, names.

Invariant: no program is run and nothing is read from stdin; a program that cannot be read has no
completions, and no message disturbs the line that somebody types.
"""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Callable, Iterable

import click
from click.shell_completion import (
    BashComplete,
    CompletionItem,
    add_completion_class,
    split_arg_string,
)

from adcli.errors import AdcliError, UsageError
from adcli.loading import load, split_entry
from adcli.text_input import PROGRAM, read_file

Items = list[CompletionItem]

SHELLS = ("bash", "zsh", "fish")

#: Bash makes words of their own of these, and replaces what is behind the last of the first two.
_BREAKS = "=:@"

#: What files that hold a point end in, and folders.
_POINT_FILES = (".json", ".npy", ".npz", ".csv", ".tsv", "/")


def programs(_: click.Context, incomplete: str) -> Items:
    """Files, and the functions of a file behind its colon."""
    path, colon, start = incomplete.rpartition(":")
    if not colon or not os.path.isfile(path):
        return [CompletionItem(incomplete, type="file")]
    try:
        text = read_file(path, PROGRAM)
    except AdcliError:
        return []
    names = re.findall(r"^def[ \t]+(\w+)", text, re.MULTILINE)
    return _items(f"{path}:{name}" for name in dict.fromkeys(names) if name.startswith(start))


def files(_: click.Context, incomplete: str) -> Items:
    """Files, which a shell finds itself."""
    return [CompletionItem(incomplete, type="file")]


def points(ctx: click.Context, incomplete: str) -> Items:
    """The inputs that a point does not name yet, each with an equals sign; behind @ files."""
    if found := re.search(r"(?:^|[=,; ])@([^,; ]*)$", incomplete):
        head = incomplete[: found.start(1)]
        return _items(head + path for path in _paths(found[1]) if path.endswith(_POINT_FILES))
    if incomplete.count("[") > incomplete.count("]"):
        return []
    head, start = _last(incomplete, ",; ")
    named = re.findall(r"(\w+)(?:\[[\d, ]*\])?\s*[=:]", head)
    return _items(
        f"{head}{name}=" for name in _inputs(ctx) if name.startswith(start) and name not in named
    )


def parameters(ctx: click.Context, incomplete: str) -> Items:
    """The inputs of a model that are no columns of the data, each with an equals sign."""
    columns = _columns(ctx.params.get("data"))
    return [
        item for item in points(ctx, incomplete) if _last(item.value[:-1], ",; ")[1] not in columns
    ]


def columns(ctx: click.Context, incomplete: str) -> Items:
    """The columns of the data."""
    return _items(name for name in _columns(ctx.params.get("data")) if name.startswith(incomplete))


def names(ctx: click.Context, incomplete: str) -> Items:
    """The inputs that a list of names does not have yet."""
    head, start = _last(incomplete, ",")
    named = head.split(",")
    return _items(
        head + name for name in _inputs(ctx) if name.startswith(start) and name not in named
    )


def samples(_: click.Context, incomplete: str) -> Items:
    """The names of the samples."""
    from adcli.sample_programs import sample_names

    return _items(name for name in sample_names() if name.startswith(incomplete))


def commands(ctx: click.Context, incomplete: str) -> Items:
    """The names of the commands."""
    group = ctx.find_root().command
    assert isinstance(group, click.Group)
    return _items(name for name in group.list_commands(ctx) if name.startswith(incomplete))


def codes(_: click.Context, incomplete: str) -> Items:
    """The codes of errors and notes."""
    from adcli.explanations.registry import EXPLANATIONS

    return _items(code for code in EXPLANATIONS if code.startswith(incomplete))


def operations(_: click.Context, incomplete: str) -> Items:
    """The names of the functions."""
    from adcli.ops.registry import FUNCTIONS

    return _items(sorted(name for name in FUNCTIONS if name.startswith(incomplete)))


#: What parameters ask for by name, see `adcli.cli.command.completing`.
KINDS: dict[str, Callable[[click.Context, str], Items]] = {
    "programs": programs,
    "files": files,
    "points": points,
    "columns": columns,
    "parameters": parameters,
    "names": names,
    "codes": codes,
    "samples": samples,
    "commands": commands,
    "operations": operations,
}


def _items(values: Iterable[str]) -> Items:
    return [CompletionItem(value) for value in values]


def _last(text: str, separators: str) -> tuple[str, str]:
    """A text up to its last separator, and what is behind that."""
    end = max(text.rfind(mark) for mark in separators) + 1
    return text[:end], text[end:]


def _inputs(ctx: click.Context) -> tuple[str, ...]:
    """The inputs of the program on the command line; none if it cannot be read."""
    text = _program(ctx)
    if not text or text == "-":
        return ()
    path, entry = split_entry(text)
    if path.endswith(".py"):
        return _parameters(path, entry)
    try:
        return tuple(load(text).inputs)
    except (AdcliError, OSError):
        pass
    from adcli.applications.equation_parsing import difference

    try:  # equations
        parts = [load(difference(part)).inputs for part in text.split(";") if part.strip()]
    except (AdcliError, OSError):
        return ()
    return tuple(dict.fromkeys(name for part in parts for name in part))


def _columns(path: object) -> list[str]:
    """The names of columns, in the first line of a file that is no comment."""
    if not isinstance(path, str) or not path.endswith((".csv", ".tsv")):
        return []
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            head = next((line for line in file if line.strip() and line[0] != "#"), "")
    except OSError:
        return []
    from adcli.applications.table_headings import short_names

    headings = [name.strip().strip('"') for name in re.split(r"[,;\t]", head)]
    short = short_names(headings)
    return [short.get(heading, heading) for heading in headings]


def _paths(start: str) -> list[str]:
    """The files and, with a slash at their end, the folders whose paths begin so."""
    folder, name = os.path.split(start)
    try:
        with os.scandir(os.path.expanduser(folder or ".")) as entries:
            found = [e.name + "/" * e.is_dir() for e in entries if e.name.startswith(name)]
    except OSError:
        return []
    shown = sorted([n for n in found if n[0] != "." or name[:1] == "."])
    return [os.path.join(folder, n) for n in shown]


def _parameters(path: str, entry: str | None) -> tuple[str, ...]:
    """The parameters of a function in a file of Python, by its syntax: to follow the file takes
    longer than somebody who types waits."""
    try:
        body = ast.parse(read_file(path, PROGRAM)).body
    except (AdcliError, OSError, SyntaxError, ValueError):
        return ()
    found = [node for node in body if isinstance(node, ast.FunctionDef)]
    found = [node for node in found if entry in (None, node.name)]
    if not found:
        return ()
    arguments = found[-1].args
    return tuple(a.arg for a in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs))


def _program(ctx: click.Context) -> str | None:
    """The first argument.  click leaves it among the others where an option has no value yet."""
    if ctx.args:
        return next((arg for arg in ctx.args if arg != "--"), None)
    arguments = [p.name for p in ctx.command.params if isinstance(p, click.Argument)]
    found = ctx.params.get(arguments[0] or "") if arguments else None
    return found if isinstance(found, str) else None


class Bash(BashComplete):
    """Completions in bash, which cuts `FILE:NAME` and `x=1` into several words."""

    source_template = BashComplete.source_template.replace(
        "COMPREPLY+=($value)\n",
        "COMPREPLY+=($value)\n            [[ $value == *[=/] ]] && compopt -o nospace\n",
    )
    _cut = ""

    def get_completion_args(self) -> tuple[list[str], str]:
        words = split_arg_string(os.environ["COMP_WORDS"])
        at = int(os.environ["COMP_CWORD"])
        words = [*words[:at], words[at] if at < len(words) else ""]
        joined: list[str] = []
        for word in words:
            is_break = bool(word) and not word.strip(_BREAKS) and word[0] != "@"
            follows = bool(joined) and bool(joined[-1]) and joined[-1][-1] in _BREAKS
            follows = follows or (word[:1] == "@" and joined[-1][-1:] in (",", ";"))
            if joined and (is_break or follows):
                joined[-1] += word
            else:
                joined.append(word)
        *args, incomplete = joined[1:] or [""]
        typed = os.environ["COMP_WORDS"].split("\n")[at : at + 1]
        is_quoted = bool(typed) and typed[0][:1] in ("'", '"')  # then it is replaced as a whole
        self._cut = "" if is_quoted else _last(incomplete, _BREAKS[:2])[0]
        return args, incomplete

    def format_completion(self, item: CompletionItem) -> str:
        return f"{item.type},{str(item.value).removeprefix(self._cut)}"


def register(instruction: str = "") -> UsageError | None:
    """Let click use what this module knows of shells; an error if a shell's instruction, such as
    `zsh_complete`, makes no sense, or not with what else the environment says."""
    add_completion_class(Bash)
    shell, _, what = instruction.partition("_")
    if not instruction or (shell in SHELLS and what == "source"):
        return None
    hint = "adcli completion SHELL prints the script that asks for completions"
    if shell not in SHELLS or what != "complete":
        return UsageError(f"_ADCLI_COMPLETE cannot be '{instruction}'", hint=hint)
    missing = [name for name in ("COMP_WORDS", "COMP_CWORD") if name not in os.environ]
    if missing:
        return UsageError(f"{missing[0]} is not set, as a shell that completes sets it", hint=hint)
    return None
