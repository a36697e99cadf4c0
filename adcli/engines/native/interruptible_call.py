"""Interruptible calls: machine code runs in a thread of its own, and Ctrl-C stops it.

Invariant: the thread that asked for the call returns only when the call has returned.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

#: The stacks that code with recursion may get, largest first: it gets the first for which there is
#: memory.  Other code gets the last.
STACKS = 512 << 20, 64 << 20, 16 << 20

#: The part of a stack that the system keeps for itself.
_RESERVED = 8 << 20

#: So often, in seconds, the waiting thread looks whether the user wants to stop.
_POLL = 0.05


def call_in_thread(
    call: Callable[[int], int], stop: Callable[[], None], stacks: Sequence[int]
) -> int | None:
    """The status of a call in a thread with the first of the stacks that it can have; None if there
    is no memory for any.

    The call is told how many bytes of its stack it may use.  Ctrl-C stops it, and is raised here
    when it has returned.
    """
    found: list[int] = []
    done = threading.Event()

    def body(room: int) -> None:
        try:
            found.append(call(room))
        finally:
            done.set()

    thread = _started(body, stacks)
    if thread is None:
        return None
    interrupt: KeyboardInterrupt | None = None
    while not done.is_set():
        try:
            if interrupt is not None:
                stop()
            done.wait(_POLL if interrupt is None else _POLL / 10)
        except KeyboardInterrupt as error:  # and whoever presses again waits as well
            interrupt = error
    if interrupt is not None:
        raise interrupt
    thread.join()
    return found[0]


def _started(body: Callable[[int], None], stacks: Sequence[int]) -> threading.Thread | None:
    before = threading.stack_size()
    try:
        for size in stacks:
            threading.stack_size(size)
            thread = threading.Thread(target=body, args=(size - _RESERVED,), daemon=True)
            try:
                thread.start()
                return thread
            except RuntimeError:  # "can't start new thread"
                continue
        return None
    finally:
        threading.stack_size(before)
