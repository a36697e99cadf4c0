"""Where the tables of the parser come from: the package, or in a checkout the user's cache.

Invariant: a table is used only if its stamp is that of the grammar beside it.  Tables lie in the
package once it is built, as modules of Python: the interpreter keeps these compiled, so they are
there in a fifth of the time that it takes to read JSON, a thirtieth of a small gradient.  In a
checkout without them lark makes them when they are first needed; from the user's cache only JSON is
read, which cannot run.
"""

from __future__ import annotations

import os
from importlib.machinery import SourceFileLoader

from adcli.front.lalr_automaton import Table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

GRAMMARS = ("expression", "program")

#: The modules that the tables are made from, beside the grammars.
_MADE_FROM = (
    *("build_parser_tables", "lex", "mistakes/mistake", "mistakes/mistakes_by_example"),
    *("mistakes/in_expressions", "mistakes/in_blocks", "mistakes/in_definitions"),
)

_HERE = os.path.dirname(os.path.abspath(__file__))
_PACKAGE = os.path.dirname(_HERE)
_BUILT = os.path.join(_HERE, "parser_tables")
_loaded: dict[str, Table] = {}


def table_of(name: str) -> Table:
    """The automaton of a grammar, loaded once."""
    if name not in _loaded:
        _loaded[name] = Table(_data(name))
    return _loaded[name]


def grammar_directory() -> str:
    """`grammars/` in the package, else beside it."""
    packed = os.path.join(_PACKAGE, "grammars")
    return packed if os.path.isdir(packed) else os.path.join(_PACKAGE, os.pardir, "grammars")


def stamp() -> int:
    """A checksum of all that the tables are made from; 0.15 ms."""
    from zlib import crc32  # a shared library, and an installed package never asks

    grammars = [os.path.join(grammar_directory(), name + ".lark") for name in GRAMMARS]
    modules = [os.path.join(_HERE, *name.split("/")) + ".py" for name in _MADE_FROM]
    total = 0
    for path in grammars + modules:
        with open(path, "rb") as file:
            total = crc32(file.read(), total)
    return total


def _data(name: str) -> dict[str, Any]:
    built = _built(name)
    packed = os.path.isdir(os.path.join(_PACKAGE, "grammars"))
    # An installed package does not change: its tables are taken at their word.
    if built is not None and (packed or built["stamp"] == stamp()):
        return built
    return _cached(name)


def _built(name: str) -> dict[str, Any] | None:
    try:
        code = SourceFileLoader(name, os.path.join(_BUILT, name + ".py")).get_code(name)
    except OSError:
        return None
    assert code is not None
    found: dict[str, Any] = {}
    exec(code, found)
    tables: dict[str, Any] = found["TABLES"]
    return tables


def _cached(name: str) -> dict[str, Any]:
    """Tables from the user's cache, put there if it can be written to: whoever writes there decides
    what our programs mean, so that it is the user alone."""
    import json
    from contextlib import suppress

    from adcli import user_cache

    now = stamp()
    file = f"{name}-{now:08x}.json"
    with suppress(OSError), user_cache.folder() as place:
        kept = _tables(place.read(file))
        if kept is not None and kept["stamp"] == now:
            return kept
    made = _made(name)
    with suppress(OSError), user_cache.folder(make=True) as place:
        place.write(file, json.dumps(made, separators=(",", ":")).encode())
    return made


def _made(name: str) -> dict[str, Any]:
    from adcli.front.build_parser_tables import build

    return {"stamp": stamp(), **build(name, grammar_directory())}


def write(directory: str) -> None:
    """Write all tables into a directory, as a build of the package wants them."""
    os.makedirs(directory, exist_ok=True)
    for name in GRAMMARS:
        with open(os.path.join(directory, name + ".py"), "w", encoding="utf-8") as file:
            file.write(f'"""Made of grammars/{name}.lark when adcli was built."""\n\n')
            file.write(f"TABLES = {_constant(_made(name))!r}\n")


def _constant(value: Any) -> Any:
    """The value with tuples in place of lists: the interpreter keeps them ready made."""
    if isinstance(value, dict):
        return {key: _constant(inner) for key, inner in value.items()}
    return tuple(map(_constant, value)) if isinstance(value, list) else value


def _tables(content: bytes) -> dict[str, Any] | None:
    """The tables in a file of the cache, if that is what it holds."""
    import json

    try:
        data = json.loads(content)
    except ValueError:
        return None
    return data if isinstance(data, dict) and "stamp" in data else None
