"""Following hints to the letter: from a wrong command and its error to the command that is right.

Each rule is one way in which hints are worded.  What a user has to choose himself, such as a point
inside a domain, no rule can tell.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from typing import Any

#: The words of a command, the error as JSON has it, and what the rule's pattern found in the hint.
Rule = Callable[[list[str], dict[str, Any], "re.Match[str]"], list[str] | None]

_RULES: list[tuple[str, Rule]] = []


def rule(pattern: str) -> Callable[[Rule], Rule]:
    def added(function: Rule) -> Rule:
        _RULES.append((pattern, function))
        return function

    return added


def followed(words: list[str], error: dict[str, Any]) -> list[str] | None:
    """The command after its hint was followed; None if no rule knows the hint."""
    for pattern, function in _RULES:
        found = re.match(pattern, error["hint"] or "", re.DOTALL)
        if found is not None:
            made = function([*words], error, found)
            if made is not None:
                return made
    return None


def place(error: dict[str, Any]) -> str:
    """The text above the caret."""
    if not error.get("line"):
        return ""
    return str(error["text"] or "")[error["column"] - 1 : error["end_column"] - 1]


def quoted(error: dict[str, Any]) -> str:
    """What the message has in quotes first."""
    found = re.search(r"'(.*?)'(?!\w)", error["message"])
    return found[1] if found else ""


def replaced(words: list[str], old: str, new: str) -> list[str] | None:
    """A word, or a name within one, replaced where it stands first."""
    if old in words:
        words[words.index(old)] = new
        return words
    for i, word in enumerate(words):
        made = re.sub(rf"(?<!\w){re.escape(old)}(?!\w)", lambda _: new, word, count=1)
        if made != word:
            words[i] = made
            return words
    return None


def edited(words: list[str], error: dict[str, Any], edit: Callable[[str, int, int], str]) -> Any:
    """The word in which the caret stands, edited between its ends."""
    text = error["text"] or ""
    index = next((i for i, word in enumerate(words) if i and word == text), None)
    if index is None:
        return None
    words[index] = edit(text, error["column"] - 1, error["end_column"] - 1)
    return words


@rule(r"did you mean 'adcli (\S+)'\?")
def another_command(words: list[str], _: Any, found: re.Match[str]) -> list[str] | None:
    return [found[1], *words[1:]]


@rule(r"did you mean '(.*)'\?")
def another_name(words: list[str], error: Any, found: re.Match[str]) -> list[str] | None:
    for name in (place(error), quoted(error), error["message"].split()[-1]):
        made = replaced([*words], name.removeprefix("math."), found[1]) if name else None
        if made is not None:
            return made
    return None


@rule(
    r"(?:for example|a command comes first|if \S+ is to be an option): adcli (.*?)"
    r"(?: tells more)?\Z"
)
def a_whole_command(_: list[str], __: Any, found: re.Match[str]) -> list[str] | None:
    return shlex.split(found[1])


@rule(r"for example: (.*)")
def a_whole_expression(words: list[str], _: Any, found: re.Match[str]) -> list[str] | None:
    return [words[0], found[1], *words[2:]]


@rule(r"write the '(.)' that belongs to it")
def close_a_bracket(words: list[str], error: Any, found: re.Match[str]) -> list[str] | None:
    made: list[str] | None = edited(words, error, lambda text, start, end: text + found[1])
    return made


@rule(r"remove it\Z")
def remove_the_place(words: list[str], error: Any, _: Any) -> list[str] | None:
    made: list[str] | None = edited(words, error, lambda t, start, end: t[:start] + t[end:])
    return made


@rule(r"remove one of them")
def remove_a_value(words: list[str], error: Any, _: Any) -> list[str] | None:
    made: list[str] | None = edited(words, error, lambda t, start, _: t[:start].rstrip(", "))
    return made


@rule(r"remove '(.*)', or write what stands behind it")
def remove_an_operator(words: list[str], error: Any, found: re.Match[str]) -> list[str] | None:
    def edit(text: str, start: int, _: int) -> str:
        head = text[:start].rstrip()
        if not head.endswith(found[1]):
            head = text.rstrip()
            return head.removesuffix(found[1])
        return head.removesuffix(found[1]) + text[start:]

    made: list[str] | None = edited(words, error, edit)
    return made


@rule(r"remove what follows the ','")
def cut_at_a_comma(words: list[str], error: Any, _: Any) -> list[str] | None:
    made: list[str] | None = edited(words, error, lambda text, start, end: text[:start])
    return made


@rule(r"(?:if '\w+' are decimals, )?write (\w+)=(\d+)\.(\d+)")
def a_decimal_point(words: list[str], _: Any, found: re.Match[str]) -> list[str] | None:
    name, whole, part = found.groups()
    return [w.replace(f"{name}={whole},{part}", f"{name}={whole}.{part}") for w in words]


@rule(r"write (--\S+ [^\s;]+(?: --\S+ [^\s;]+)*)")
def option_values(words: list[str], _: Any, found: re.Match[str]) -> list[str] | None:
    """Options that are there get other values; others are added."""
    parts = found[1].split()
    for option, value in zip(parts[::2], parts[1::2], strict=True):
        if option in words:
            words[words.index(option) + 1] = value
        else:
            words += [option, value]
    return words


@rule(r"leave (--\S+|it) out")
def leave_an_option_out(words: list[str], error: Any, found: re.Match[str]) -> list[str] | None:
    option = found[1] if found[1] != "it" else error["message"].split()[0]
    if option not in words:
        return words  # the test itself has added --json
    at = words.index(option)
    has_value = at + 1 < len(words) and not words[at + 1].startswith("--")
    del words[at : at + 1 + has_value]
    return words


@rule(r"write it so: (.*)")
def write_the_whole(words: list[str], error: Any, found: re.Match[str]) -> list[str] | None:
    made: list[str] | None = edited(words, error, lambda text, start, end: found[1])
    return made


@rule(r"to (?:multiply|call it), write (\S+?):? *(?:\Z|'.*)")
def write_an_operator(words: list[str], error: Any, found: re.Match[str]) -> list[str] | None:
    text, joined = found[1], re.sub(r"[*()]", " ", found[1]).split()
    if text == "(...)*(...)":
        made: list[str] | None = edited(
            words, error, lambda t, start, end: f"{t[:start]}*{t[start:]}"
        )
        return made
    pattern = r"[\s.]*".join(map(re.escape, joined))
    return [re.sub(rf"(?<!\w){pattern}(?!\w)", lambda _: text, word, count=1) for word in words]


@rule(r"write (\w+)\(\.\.\.\): functions need no module")
def no_module(words: list[str], error: Any, found: re.Match[str]) -> list[str] | None:
    return replaced(words, place(error), found[1])


@rule(r"write (.+?)(?: for (?:a|the) .*)?\Z")
def write_it(words: list[str], error: Any, found: re.Match[str]) -> list[str] | None:
    """In place of what the caret marks, with the brackets of a call behind it."""
    text = found[1].strip("'")

    def edit(whole: str, start: int, end: int) -> str:
        if whole[end : end + 1] == "(" and "unknown function" in error["message"]:
            end = whole.index(")", end) + 1
        return f"{whole[:start]}{text}{whole[end:]}"

    made: list[str] | None = edited(words, error, edit)
    return made


@rule(r"a value is given by one '=': (\S+)")
def one_equals_sign(words: list[str], error: Any, found: re.Match[str]) -> list[str] | None:
    return replaced(words, place(error), found[1])


@rule(r"(?:the values|the inputs|the variables|those that vary|the functions|there) are ([^,\s]+)")
def one_of_a_list(words: list[str], error: Any, found: re.Match[str]) -> list[str] | None:
    names = re.findall(r"'(.*?)'(?!\w)", error["message"])[::-1]
    names += [w for w in error["message"].split() if w in " ".join(words)][::-1]
    for name in names:
        made = replaced([*words], name, found[1])
        if made is not None:
            return made
    return None


@rule(r"give (?:one|all) with --at (\w+=\.\.\..*)")
def give_a_value(words: list[str], _: Any, found: re.Match[str]) -> list[str] | None:
    return [*words, "--at", found[1].replace("...", "1")]


@rule(r"the last index is (\d+)")
def the_last_index(words: list[str], error: Any, found: re.Match[str]) -> list[str] | None:
    right = re.sub(r"\[\d+\]", f"[{found[1]}]", place(error))
    return [word.replace(place(error), right) for word in words]


@rule(r"a point stands behind --at, in quotes if it has spaces: --at \"(.*)\"")
def a_point(words: list[str], _: Any, found: re.Match[str]) -> list[str] | None:
    count = len(found[1].split())
    at = words.index(found[1].split()[0])
    return [*words[:at], *words[at + count :], "--at", found[1]]


@rule(r"an expression with spaces is put in quotes")
def quotes(words: list[str], error: Any, _: Any) -> list[str] | None:
    extra = error["message"].removeprefix("too much is given: ").split()
    return [words[0], " ".join([words[1], *extra]), *words[2 + len(extra) :]]


@rule(r"the Jacobian has the derivatives of each: adcli jac")
def the_jacobian(words: list[str], _: Any, __: Any) -> list[str] | None:
    return ["jac", *words[1:]]


@rule(r"(\w+) has the entries from .* all at once: (\S+)")
def all_entries_at_once(words: list[str], _: Any, found: re.Match[str]) -> list[str] | None:
    words[words.index("--at") + 1] = f"{found[2]} {error_free(found[0])}".strip()
    return words


def error_free(text: str) -> str:
    """The rest of a list that was cut at a space."""
    return text.rpartition("=")[2].partition(" ")[2]
