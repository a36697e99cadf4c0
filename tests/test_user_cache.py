"""The user's cache: what is refused, and that what is looked at is what is used."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from adcli import user_cache
from adcli.engines.native import disk_cache

pytestmark = pytest.mark.skipif(os.name != "posix", reason="owners and permissions of POSIX")


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home without a cache yet."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home" / "cache"))
    return tmp_path


def place(root: Path) -> Path:
    return root / "home" / "cache" / "adcli" / disk_cache.FOLDER


def test_all_that_is_made_is_private(root: Path) -> None:
    """Directories on the way too; nothing is left beside the file."""
    disk_cache.keep("name", b"code")
    assert disk_cache.kept("name") == b"code"
    made = [root / "home", root / "home" / "cache", place(root).parent, place(root)]
    assert {folder.stat().st_mode & 0o777 for folder in made} == {0o700}
    assert [(p.name, p.stat().st_mode & 0o777) for p in place(root).iterdir()] == [("name", 0o600)]


def test_directories_that_are_there_stay_as_they_are(root: Path) -> None:
    (root / "home").mkdir(mode=0o755)
    disk_cache.keep("name", b"code")
    assert (root / "home").stat().st_mode & 0o777 == 0o755
    assert disk_cache.kept("name") == b"code"


def linked(path: Path) -> None:
    """A link to what was there: by itself it is as it was."""
    elsewhere = path.with_name("elsewhere")
    path.rename(elsewhere)
    path.symlink_to(elsewhere)


def foreign(path: Path) -> None:
    if os.getuid() != 0:
        pytest.skip("only root can give a file away")
    os.chown(path, 12345, 12345)


def a_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def a_directory(path: Path) -> None:
    path.unlink()
    path.mkdir()


CASES: list[tuple[str, Callable[[Path], None]]] = [
    ("file", linked),
    ("native", linked),
    ("adcli", linked),
    ("file", foreign),
    ("native", foreign),
    ("adcli", foreign),
    ("file", lambda p: p.chmod(0o620)),
    ("file", lambda p: p.chmod(0o602)),
    ("native", lambda p: p.chmod(0o770)),
    ("adcli", lambda p: p.chmod(0o777)),
    ("file", a_pipe),
    ("file", a_directory),
    ("native", lambda p: (shutil.rmtree(p), p.write_text("a file"))[0]),
    ("native", lambda p: (shutil.rmtree(p), p.symlink_to("/nowhere"))[0]),
]


@pytest.mark.parametrize("case", range(len(CASES)))
def test_what_somebody_else_may_have_made_is_not_used(case: int, root: Path) -> None:
    """In silence: it is as if nothing had been kept, and nothing is thrown at who asks."""
    which, spoil = CASES[case]
    disk_cache.keep("name", b"code")
    disk_cache.remember_long("run")
    spoil({"file": place(root) / "name", "native": place(root), "adcli": place(root).parent}[which])
    assert disk_cache.kept("name") is None
    disk_cache.keep("other", b"more")
    if which == "file":
        assert disk_cache.kept("other") == b"more"
    else:
        assert disk_cache.kept("other") is None
        assert not disk_cache.was_long("run")


def test_a_link_above_the_cache_is_the_users_affair(root: Path) -> None:
    """`~/.cache` itself may lie on another disk."""
    (root / "disk").mkdir()
    (root / "home").mkdir()
    (root / "home" / "cache").symlink_to(root / "disk")
    disk_cache.keep("name", b"code")
    assert disk_cache.kept("name") == b"code"
    assert (root / "disk" / "adcli" / disk_cache.FOLDER / "name").exists()


def test_a_directory_that_is_exchanged_meanwhile(root: Path) -> None:
    """What was looked at is read and written, wherever it is called now."""
    disk_cache.keep("name", b"code")
    kept = (place(root) / "name").read_bytes()
    with user_cache.folder(disk_cache.FOLDER) as folder:
        place(root).rename(root / "away")
        place(root).mkdir()
        (place(root) / "name").write_bytes(b"theirs")
        assert folder.read("name") == kept
        folder.write("new", b"ours")
        folder.touch("name")
        assert sorted([name for _, _, name in folder.files()]) == ["name", "new"]
        folder.remove("name")
    assert [p.name for p in (root / "away").iterdir()] == ["new"]
    assert (place(root) / "name").read_bytes() == b"theirs"


@pytest.mark.usefixtures("root")
def test_a_file_is_looked_at_once_it_is_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """And so are the two directories; nothing is looked at by its name."""
    disk_cache.keep("name", b"code")
    look, opens = os.fstat, os.open
    order: list[str] = []
    monkeypatch.setattr(os, "open", lambda *a, **k: order.append("open") or opens(*a, **k))
    monkeypatch.setattr(os, "fstat", lambda fd: order.append("look") or look(fd))
    monkeypatch.setattr(os, "stat", lambda *a, **k: pytest.fail("looked at by name"))
    monkeypatch.setattr(os, "lstat", lambda *a, **k: pytest.fail("looked at by name"))
    assert disk_cache.kept("name") == b"code"
    assert order == ["open", "open", "look", "open", "look", "open", "look"]


def test_a_file_under_another_name_is_none(root: Path) -> None:
    """Machine code for something else would run otherwise."""
    disk_cache.keep("name", b"code")
    (place(root) / "name").rename(place(root) / "other")
    assert disk_cache.kept("other") is None


def test_what_was_left_by_a_process_that_was_killed(root: Path) -> None:
    """A file that it had begun, of one that has the same number now, stands in the way once."""
    disk_cache.keep("name", b"code")
    (place(root) / f"next.{os.getpid()}").write_text("half")
    for _ in range(2):
        disk_cache.keep("next", b"whole")
    assert disk_cache.kept("next") == b"whole"
    assert sorted([p.name for p in place(root).iterdir()]) == ["name", "next"]


@pytest.mark.parametrize("home", ["/dev/null", "/proc/nowhere", "relative"])
def test_where_there_can_be_no_cache(home: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever stands in the variable."""
    monkeypatch.setattr(os, "environ", {"XDG_CACHE_HOME": home})
    monkeypatch.setattr("os.path.expanduser", lambda _: "~")
    disk_cache.keep("name", b"code")
    disk_cache.remember_long("run")
    assert disk_cache.kept("name") is None
    assert not disk_cache.was_long("run")
