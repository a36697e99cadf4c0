"""Texts from outside: what is read, and what ends in an error instead of a wait."""

from __future__ import annotations

import io
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from adcli.errors import LimitError, UsageError
from adcli.text_input import read_file, read_stdin

posix = pytest.mark.skipif(os.name == "nt", reason="files of POSIX")


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"", ""),
        (b"x", "x"),
        (b"\xef\xbb\xbfx^2", "x^2"),
        (b"x\r\ny", "x\r\ny"),
        ("π·r²".encode(), "π·r²"),
        (b"x\0", "x\0"),
    ],
)
def test_a_text_is_what_is_in_the_file(content: bytes, text: str, tmp_path: Path) -> None:
    """UTF-8, without the mark that some editors put in front of it."""
    file = tmp_path / "text"
    file.write_bytes(content)
    assert read_file(str(file), 100) == text


@pytest.mark.parametrize("size", [99, 100, 101, 100_000])
def test_bytes_are_counted(size: int, tmp_path: Path) -> None:
    """Bytes, not characters; the message names the file and the limit."""
    file = tmp_path / "text"
    file.write_bytes(("é" * (size // 2) + "x" * (size % 2)).encode())
    if size <= 100:
        assert len(read_file(str(file), 100).encode()) == size
        return
    with pytest.raises(LimitError) as error:
        read_file(str(file), 100)
    assert error.value.message == f"{file} has more than 100 bytes, which is the limit"


@posix
@pytest.mark.parametrize("device", ["/dev/zero", "/dev/urandom", "/dev/full"])
def test_a_device_that_never_stops(device: str) -> None:
    """It is read up to the limit."""
    if not os.path.exists(device):
        pytest.skip("not on this system")
    with pytest.raises(LimitError, match=r"more than 5,000,000 bytes"):
        read_file(device, 5_000_000)


@posix
def test_a_pipe_without_a_writer(tmp_path: Path) -> None:
    """Opening does not wait for one."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(UsageError, match="is a pipe that nobody writes to"):
        read_file(str(pipe), 100)


@posix
def test_a_pipe_whose_writer_takes_its_time(tmp_path: Path) -> None:
    """What is written is waited for, for as long as there is somebody who may write."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = os.open(pipe, os.O_RDWR)

    def write() -> None:
        os.write(writer, b"x^2")
        os.write(writer, b" + 1")
        os.close(writer)

    timer = threading.Timer(0.2, write)
    timer.start()
    try:
        assert read_file(str(pipe), 100) == "x^2 + 1"
    finally:
        timer.join()


@posix
def test_other_things_that_have_a_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A directory, a file that is missing, one that may not be read, a socket, no name at all."""
    with pytest.raises(UsageError, match="is a directory"):
        read_file(str(tmp_path), 100)
    with pytest.raises(UsageError, match="there is no file"):
        read_file(str(tmp_path / "missing"), 100)
    with pytest.raises(UsageError, match=r"cannot read .*: embedded null byte"):
        read_file("a\0b", 100)
    with pytest.raises(UsageError, match="cannot read"):
        read_file("x" * 10_000, 100)
    with pytest.raises(UsageError, match="the name of the file is missing"):
        read_file("", 100)
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as end:
        end.bind("socket")
        with pytest.raises(UsageError, match="cannot read socket"):
            read_file("socket", 100)


def test_stdin(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same limit and the same errors; a stdin that is closed is one."""

    class Broken(io.RawIOBase):
        def readable(self) -> bool:
            return True

        def readinto(self, buffer: Any) -> int:
            raise OSError(5, "Input/output error")

    def given(raw: Any) -> None:
        monkeypatch.setattr(sys, "stdin", raw and io.TextIOWrapper(raw, encoding="utf-8"))

    given(io.BytesIO(b"\xef\xbb\xbfx"))
    assert read_stdin(4) == "x"
    for raw, message in (
        (io.BytesIO(b"12345"), "stdin has more than 4 bytes, which is the limit"),
        (io.BytesIO(b"x\xe9"), r"stdin is not UTF-8 text \(byte 1\)"),
        (Broken(), "cannot read stdin: Input/output error"),
        (None, "stdin is closed"),
    ):
        given(raw)
        with pytest.raises((UsageError, LimitError), match=message):
            read_stdin(4)


@pytest.mark.slow("a process for each way")
@posix
@pytest.mark.parametrize(
    ("args", "code", "message"),
    [
        (["eval", "/dev/zero"], 6, "more than 10,000,000 bytes"),
        (["diff", "/dev/zero"], 6, "more than 10,000,000 bytes"),
        (["eval", "./pipe"], 2, "nobody writes"),
        (["run", "pipe"], 2, "nobody writes"),
        (["eval", "x", "--at", "@pipe"], 2, "nobody writes"),
        (["jvp", "x", "--at", "x=1", "--direction", "@pipe"], 2, "nobody writes"),
        (["vjp", "x", "--at", "x=1", "--seed", "@pipe"], 2, "nobody writes"),
        (["eval", "x", "--at", "@."], 2, "is a directory"),
        (["eval", "big.ad"], 6, "more than 10,000,000 bytes"),
        (["eval", "big.py:f"], 6, "more than 10,000,000 bytes"),
        (["eval", "x", "--at", "@"], 2, "the name of the file is missing"),
    ],
)
def test_every_way_into_the_command(
    args: list[str], code: int, message: str, tmp_path: Path
) -> None:
    """Programs, points, directions and seeds are read in the same way."""
    os.mkfifo(tmp_path / "pipe")
    for name in ("big.ad", "big.py"):
        with open(tmp_path / name, "wb") as file:
            file.truncate(10_000_001)
    found = subprocess.run(
        [sys.executable, "-m", "adcli", *args],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
    )
    assert (found.returncode, found.stdout) == (code, "")
    assert message in found.stderr
    assert found.stderr.startswith("error: ")


def test_a_python_file_may_declare_its_coding(tmp_path: Path) -> None:
    """A file in Latin-1 is read if its first lines say so, as Python reads it: PEP 263."""
    path = tmp_path / "cafe.py"
    text = "# -*- coding: latin-1 -*-\ndef f(x):\n    # café\n    return 2 * x\n"
    path.write_bytes(text.encode("latin-1"))
    assert read_file(str(path), 1000) == text
    path.write_bytes(text.replace("latin-1", "nothing-known").encode("latin-1"))
    with pytest.raises(UsageError, match="is not UTF-8 text"):
        read_file(str(path), 1000)
