"""The tables of the parser, made from the grammars by lark: its LALR automaton as plain JSON.

Invariant: nothing else imports lark, and no command of the tool imports this where tables are at
hand.  Table construction: DeRemer & Pennello (1982), as lark implements it.
"""

from __future__ import annotations

import itertools
import keyword
import logging
import os
import re
from typing import Any

import lark
from lark.grammar import Rule
from lark.lexer import TerminalDef

from adcli.front import lalr_automaton, lex
from adcli.front.mistakes.mistakes_by_example import MISTAKES

WORDS_OF_PYTHON = sorted(set(keyword.kwlist) - {"True", "False", "None"})


def build(name: str, directory: str) -> dict[str, Any]:
    """The tables of one of the grammars in a directory."""
    data = _automaton(name, directory)
    data["mistakes"] = _recorded(name, data)
    return data


class _Conflicts(logging.Handler):
    """lark resolves a conflict as a shift and only logs it; here it stops the build."""

    def emit(self, record: logging.LogRecord) -> None:
        if "onflict" in record.getMessage():
            raise ValueError(record.getMessage())


def _lark(name: str, directory: str) -> dict[str, Any]:
    """The grammar as lark's stand-alone generator sees it, its memoised parts filled in."""
    handler = _Conflicts()
    level = lark.logger.level
    lark.logger.addHandler(handler)
    lark.logger.setLevel(logging.DEBUG)
    try:
        path = os.path.join(directory, name + ".lark")
        made = lark.Lark.open(path, parser="lalr", lexer="basic", start=name)
    finally:
        lark.logger.removeHandler(handler)
        lark.logger.setLevel(level)
    data, memo = made.memo_serialize([TerminalDef, Rule])
    return {"table": data["parser"]["parser"], "memo": memo, "lexer": data["parser"]["lexer_conf"]}


def _plain(name: str) -> str:
    """A name without what lark's `%import` puts before it."""
    return re.sub(r"^(_*)expression__", r"\1", str(name))


def _automaton(name: str, directory: str) -> dict[str, Any]:
    made = _lark(name, directory)
    memo = made["memo"]
    ignored = set(made["lexer"]["ignore"])
    terminals = [memo[t["@"]] for t in made["lexer"]["terminals"]]
    patterns = {_plain(t["name"]): t["pattern"] for t in terminals if t["name"] not in ignored}
    rules = {key: _rule(value) for key, value in memo.items() if "expansion" in value}
    kinds, first_kept = _kinds(patterns, rules.values())
    number = {kind: i for i, kind in enumerate(kinds)}
    nonterminals = sorted({rule["origin"] for rule in rules.values()} - {name}, key=str)
    order = [name, *nonterminals]
    symbol = number | {rule: len(kinds) * (i + 1) for i, rule in enumerate(order)}
    rows = list(rules)
    return {
        "kinds": kinds,
        "first_kept": first_kept,
        "pattern": "|".join(_pattern(patterns, [t for t in terminals if t["name"] in ignored])),
        "words": _words(patterns, number),
        "rules": [_row(rules[key], symbol) for key in rows],
        "states": _states(made["table"], symbol, rows, name),
        "start": made["table"]["start_states"][name],
    }


def _rule(data: dict[str, Any]) -> dict[str, Any]:
    origin = _plain(data["origin"]["name"])
    label = _plain(data["alias"]) if data["alias"] else origin
    rule, _, check = label.rpartition("__") if not label.startswith("_") else (label, "", "")
    return {
        "origin": origin,
        "rule": rule or label,
        "check": check if rule else "",
        "silent": origin.startswith("_") or (data["options"]["expand1"] and not data["alias"]),
        "symbols": [
            (
                _plain(symbol["name"]),
                symbol["__type__"] == "Terminal",
                symbol.get("filter_out", False),
            )
            for symbol in data["expansion"]
        ],
    }


def _kinds(patterns: dict[str, Any], rules: Any) -> tuple[list[str], int]:
    """All kinds of words, those that become tokens last."""
    used = [symbol for rule in rules for symbol in rule["symbols"] if symbol[1]]
    kept = sorted({name for name, _, filtered in used if not filtered})
    left = sorted(({name for name, _, _ in used} | {"$END"} | set(patterns)) - set(kept))
    kinds = [*lex.OUTSIDE, *left]
    return kinds + kept, len(kinds)


def _pattern(patterns: dict[str, Any], ignored: list[Any]) -> list[str]:
    """The alternatives of a word, in order: texts come before names because of `r"..."`."""
    found = [patterns[name]["value"] for name in ("STRING", "NAME", "NUMBER") if name in patterns]
    spaces = [terminal["pattern"]["value"] for terminal in ignored]
    return [*found, *spaces, lex.SIGNS, *lex.AROUND]


def _words(patterns: dict[str, Any], number: dict[str, int]) -> dict[str, int]:
    """The words a grammar spells out, and those of Python that it does not have."""
    signs = "+-*/%^<>=!:&|.,;()[]@"
    several = re.compile(lex.SIGNS)
    words = [w for n in (2, 3) for w in map("".join, itertools.product(signs, repeat=n))]
    words = [*WORDS_OF_PYTHON, *signs, *filter(several.fullmatch, words)]
    spelled = {name: p for name, p in patterns.items() if name not in ("NAME", "NUMBER", "STRING")}
    found = dict.fromkeys(WORDS_OF_PYTHON, lex.FOREIGN)
    for word in words:
        for name, pattern in spelled.items():
            value = pattern["value"]
            exact = re.escape(value) if pattern["__type__"] == "PatternStr" else value
            if re.fullmatch(exact, word):
                found[word] = number[name]
    return found


def _row(rule: dict[str, Any], symbol: dict[str, int]) -> list[Any]:
    """[size, origin, shape, tree's name, plan, check]; see `lalr_automaton.Table`."""
    symbols = rule["symbols"]
    size = len(symbols)
    keep = [
        (i, name.startswith("_")) for i, (name, _, filtered) in enumerate(symbols) if not filtered
    ]
    lists = rule["origin"].startswith("_")
    one = rule["silent"] and len(keep) == 1 and not symbols[keep[0][0]][1]
    if one and size == 1 and (not lists or keep[0][1]):
        shape = lalr_automaton.SILENT
    elif lists:
        shape = lalr_automaton.LIST
    elif one:
        shape = lalr_automaton.GROUP
    elif len(keep) == size and size and not any(spread for _, spread in keep):
        shape = lalr_automaton.WHOLE
    else:
        shape = lalr_automaton.PARTS
    plan = [i if not spread else -1 - i for i, spread in keep]
    layout = bool(symbols) and (symbols[0][0] == "_NEWLINE" or (0, True) in keep)
    return [size, symbol[rule["origin"]], shape, rule["rule"], plan, rule["check"], int(layout)]


def _states(
    table: dict[str, Any], symbol: dict[str, int], rows: list[Any], name: str
) -> list[list[int]]:
    """One flat list a state: symbol, action, symbol, action...; a reduction by rule r is -1 - r."""
    tokens = table["tokens"]
    states: list[list[int]] = [[] for _ in table["states"]]
    for state, actions in table["states"].items():
        for token, (reduces, argument) in actions.items():
            action = -1 - rows.index(argument["@"]) if reduces else argument
            states[state] += [symbol[_plain(tokens[token])], action]
    end = table["end_states"][name]
    states[end] += [symbol["$END"], end]
    return states


def _recorded(name: str, data: dict[str, Any]) -> list[list[int]]:
    """Where the parser gets stuck on each bad example: [state, kind or 0 for any, mistake]."""
    table = lalr_automaton.Table({**data, "mistakes": []})
    found: dict[tuple[int, int], int] = {}
    for index, mistake in enumerate(MISTAKES):
        for example in mistake.examples if name in mistake.grammars else ():
            stuck = lalr_automaton.stuck_at(table, example)
            if stuck is None:
                raise ValueError(f"not a mistake: {example!r}")
            state, kind = stuck
            key = (state, 0 if mistake.anywhere else kind)
            if found.setdefault(key, index) != index:
                other = MISTAKES[found[key]].name
                raise ValueError(f"{example!r} is a case of {other!r} and of {mistake.name!r}")
    return [[state, kind, index] for (state, kind), index in found.items()]
