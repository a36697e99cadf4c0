"""Replies against the schemas of their commands."""

from __future__ import annotations

from functools import cache
from typing import Any

from command_examples import GROUP
from jsonschema import Draft202012Validator

from adcli.cli.command import Command
from adcli.cli.command_group import cli
from adcli.cli.reply_schema import reply_schema


def validate(reply: dict[str, Any]) -> None:
    """Raise `ValidationError` for a reply that is not as its command's schema says, or that has a
    field which the schema does not describe."""
    _validator(reply["command"]).validate(reply)


@cache
def _validator(name: str) -> Draft202012Validator:
    command = cli.get_command(GROUP, name)
    assert isinstance(command, Command)
    schema = reply_schema(name, command.fields)
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(_closed(schema))


def _closed(schema: Any) -> Any:
    """The schema without room for fields that it does not name."""
    if isinstance(schema, list):
        return [_closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: _closed(each) for key, each in schema.items()}
    if found.get("type") == "object" and isinstance(found.get("properties"), dict):
        found.setdefault("additionalProperties", False)
    return found
