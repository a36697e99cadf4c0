"""All explanations, by code and by the text of a note."""

from __future__ import annotations

from adcli.errors import UsageError, suggestion
from adcli.explanations.error_kinds import ERRORS
from adcli.explanations.explanation import Explanation
from adcli.explanations.notes_on_derivatives import NOTES_ON_DERIVATIVES
from adcli.explanations.notes_on_searches import NOTES_ON_SEARCHES
from adcli.explanations.topics import TOPICS, topic_of

#: Errors first, then notes.
EXPLANATIONS = {e.code: e for e in (*ERRORS, *NOTES_ON_DERIVATIVES, *NOTES_ON_SEARCHES)}


def explanation_of_note(note: str) -> Explanation | None:
    """The explanation of a note, by its text."""
    return next((e for e in EXPLANATIONS.values() if e.matches(note)), None)


def explanation_of(code: str) -> Explanation:
    """The explanation of a code, also in brackets, of a note as it was printed, or of a topic.

    Raises `UsageError` for another text.
    """
    text = code.strip()
    text = text.removeprefix("note: ").removeprefix("error: ")
    if text.startswith(("note[", "error[")):
        text = text.partition("[")[2].partition("]")[0]
    found = EXPLANATIONS.get(text.lower().replace("_", "-")) or explanation_of_note(text)
    found = found or topic_of(text)
    if found is None:
        near = suggestion(text.lower(), [*EXPLANATIONS, *TOPICS])
        raise UsageError(f"there is no code '{text}'", hint=near or "adcli explain lists the codes")
    return found
