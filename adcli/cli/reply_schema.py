"""JSON Schemas (draft 2020-12) of the commands' replies, made of the descriptions of their fields.

A command describes its fields in a small notation, a line for each:

    gradient: {*: tensor}  # the derivative by each input
    wrt?: [text]           # a question mark: it may be missing

A type is `number` (null where it is not finite), `integer`, `text`, `truth`, `null`, `any`,
one of `_DEFINITIONS` such as `tensor` (a number, or lists of tensors), a list `[T]`, an object with
fields `{a: T, b?: T}` or with any names `{*: T}`, or a choice `T | T`.

Invariant: a schema lets an object have more fields than it names, since later versions may add
some; those that it names keep their meaning as long as `schema` in the reply stays what it is.
"""

from __future__ import annotations

import re
from typing import Any

from adcli.cli.output import SCHEMA

_DRAFT = "https://json-schema.org/draft/2020-12/schema"

#: What every reply has.
_ALWAYS = """
backend: text | null     # the method of differentiation
engine: text | null      # what ran the program
value: tensor | truth    # the value, or a list of several; null where there is none
results?: [text]         # the names of the results, if there are several
notes?: [text]           # sentences about the answer
status?: {*: text} | text  # the numbers that are not finite, by their paths; how a search ended
checkpointing?: {lines: [integer], turns: [integer], snapshots: integer, tape_memory: integer,
    statements: integer}  # what checkpointing cost
"""

_ERROR = """
backend: null
engine: null
value: null
error: {
    kind: text               # the class of the error
    message: text            # what is wrong
    line: integer | null     # where, counted from 1; null where it is no place in a text
    column: integer | null
    end_column: integer | null
    source: text | null      # the file
    text: text | null        # the line
    hint: text | null        # what to do
    others?: [any]           # further errors of the same form
}
"""

_TYPES: dict[str, dict[str, Any]] = {
    "number": {"type": ["number", "null"]},
    "integer": {"type": "integer"},
    "text": {"type": "string"},
    "truth": {"type": "boolean"},
    "null": {"type": "null"},
    "any": {},
}

#: Types with a name of their own in the schemas.
_DEFINITIONS = """
tensor: number | [tensor]
formulas: text | [formulas]
counts: integer | [counts]
derivations: [{rule: text, expression: text}] | [derivations]
conditions: [text] | [conditions]
span: {line: integer, column: integer, end_column: integer, text: text}
"""

_TYPES |= {name: {"$ref": f"#/$defs/{name}"} for name in re.findall(r"^\w+", _DEFINITIONS, re.M)}

_TOKEN = re.compile(r"#[^\n]*|\w+|[?:{}\[\]|*]|\S")


def reply_schema(command: str, fields: str) -> dict[str, Any]:
    """The schema of a command's replies with `--json`, also of those that tell an error."""
    defined = _fields(_DEFINITIONS)["properties"]
    used = set(_TOKEN.findall(_ALWAYS + fields))
    head = {"schema": {"const": SCHEMA}, "command": {"const": command}}
    result, error = _fields(_ALWAYS), _fields(_ERROR)
    own = _fields(fields)
    result["properties"] |= own.pop("properties")
    result["required"] += [name for name in own.pop("required") if name not in result["required"]]
    result |= own
    for each in (result, error):
        each["properties"] = head | each["properties"]
        each["required"] = [*head, *each["required"]]
    return {
        "$schema": _DRAFT,
        "$id": f"urn:{SCHEMA.replace('/', ':')}:{command}",
        "title": f"What adcli {command} --json prints",
        "anyOf": [result, error],
        "$defs": {name: each for name, each in defined.items() if name in used},
    }


def _fields(text: str) -> dict[str, Any]:
    return _Reader(text).fields()


class _Reader:
    """Reads the notation, token by token."""

    def __init__(self, text: str) -> None:
        self.tokens = [token for token in _TOKEN.findall(text) if token != ","]
        self.tokens.reverse()

    def next(self) -> str:
        return self.tokens.pop() if self.tokens else ""

    def takes(self, token: str) -> bool:
        """Whether this token comes next; then it is read."""
        is_next = self.tokens[-1:] == [token]
        if is_next:
            self.tokens.pop()
        return is_next

    def expect(self, token: str) -> None:
        if not self.takes(token):
            raise ValueError(f"expected {token} before {' '.join(self.tokens[:-6:-1])}")

    def fields(self) -> dict[str, Any]:
        """Fields up to a closing brace or the end, as the schema of an object."""
        properties: dict[str, Any] = {}
        required: list[str] = []
        found: dict[str, Any] = {"type": "object", "properties": properties, "required": required}
        while self.tokens and not self.takes("}"):
            name = self.next()
            is_optional = self.takes("?")
            self.expect(":")
            schema = self.choice()
            if self.tokens and self.tokens[-1].startswith("#"):
                schema = {**schema, "description": self.next().lstrip("# ")}
            if name == "*":
                found["additionalProperties"] = schema
                continue
            properties[name] = schema
            if not is_optional:
                required.append(name)
        return found

    def choice(self) -> dict[str, Any]:
        found = [self.type()]
        while self.takes("|"):
            found.append(self.type())
        return found[0] if len(found) == 1 else {"anyOf": found}

    def type(self) -> dict[str, Any]:
        if self.takes("{"):
            return self.fields()
        if self.takes("["):
            items = self.choice()
            self.expect("]")
            return {"type": "array", "items": items}
        return _TYPES[self.next()]
