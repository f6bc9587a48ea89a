"""Compiled code on disk: a folder of somebody else is not read, and a damaged file costs compiling anew, no more."""

import errno
import os
import pickle
import random
import shutil
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from numba import config, njit

from tests.project import ROOT
from twostroke.engine.compute import jit_cache, kept
from twostroke.engine.files import leftovers, trust

posix = pytest.mark.skipif(os.name != "posix", reason="asks for owner and permissions")


def double(x):  # type: ignore[no-untyped-def]
    return 2 * x


def triple(x):  # type: ignore[no-untyped-def]
    return 3 * x


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty cache; nothing has been said of it."""
    monkeypatch.setattr(config, "CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "cache"))  # Numba reads it again whenever it compiles
    monkeypatch.setattr(kept, "_made", set())
    monkeypatch.setattr(kept, "_remarks", [])
    yield tmp_path / "cache"
    for path in (tmp_path / "cache").rglob("*"):
        path.chmod(0o700)


def called(function: Callable[..., Any] = double) -> tuple[int, int]:
    """What a new process gets of the function at 21, and how often it was found on disk."""
    compiled = njit(cache=True)(function)
    return compiled(21), sum(compiled.stats.cache_hits.values())


def files(folder: Path, ending: str, name: str = "double") -> list[Path]:
    return sorted(path for path in folder.rglob(f"*{ending}") if name in path.name)


# -- damage ----------------------------------------------------------------------------------------------------------


def rewritten(change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    return lambda path: path.write_bytes(change(path.read_bytes())) and None


def flipped(content: bytes, at: int) -> bytes:
    changed = bytearray(content)
    changed[at] ^= 1
    return bytes(changed)


def as_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()
    (path / "inside").write_text("something")


def linked(to: str) -> Callable[[Path], None]:
    def link(path: Path) -> None:
        path.unlink()
        path.symlink_to(path.parent / to)

    return link


def piped(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def of_another_function(path: Path) -> None:
    called(triple)
    (other,) = files(path.parents[1], path.suffix, "triple")
    shutil.copyfile(other, path)


def exchanged(path: Path) -> None:
    other = next(one for one in path.parent.iterdir() if one != path)
    content = path.read_bytes()
    path.write_bytes(other.read_bytes())
    other.write_bytes(content)


DAMAGE: dict[str, Callable[[Path], None]] = {
    "empty": rewritten(lambda content: b""),
    "one byte": rewritten(lambda content: content[:1]),
    "cut in half": rewritten(lambda content: content[: len(content) // 2]),
    "last byte missing": rewritten(lambda content: content[:-1]),
    "first byte missing": rewritten(lambda content: content[1:]),
    "one more byte": rewritten(lambda content: content + b"."),
    "twice": rewritten(lambda content: content + content),
    "only a seal": rewritten(lambda content: content[-kept.SEAL :]),
    "without its seal": rewritten(lambda content: content[: -kept.SEAL]),
    "first bit": rewritten(lambda content: flipped(content, 0)),
    "middle bit": rewritten(lambda content: flipped(content, len(content) // 2)),
    "last bit": rewritten(lambda content: flipped(content, -1)),
    "random bytes": rewritten(lambda content: random.Random(1).randbytes(len(content))),
    "random end": rewritten(lambda content: content[: len(content) // 2] + random.Random(2).randbytes(200)),
    "zeros": rewritten(lambda content: bytes(len(content))),
    "text": rewritten(lambda content: b"this is no code\n" * 50),
    "another pickle": rewritten(lambda content: pickle.dumps({"code": 1})),
    "halves exchanged": rewritten(lambda content: content[len(content) // 2 :] + content[: len(content) // 2]),
    "every bit": rewritten(lambda content: bytes(255 - byte for byte in content)),
    "a megabyte more": rewritten(lambda content: content + bytes(2**20)),
    "a bit of its seal": rewritten(lambda content: flipped(content, -kept.SEAL // 2)),
    "line ends of Windows": rewritten(lambda content: content.replace(b"\n", b"\r\n") + b"\r\n"),
    "of another function": of_another_function,
    "exchanged": exchanged,
}
IN_PLACE_OF_A_FILE: dict[str, Callable[[Path], None]] = {
    "a folder": as_folder,
    "a dangling link": linked("nowhere"),
    "a link to itself": linked("itself"),
    "a link to a folder": linked("."),
    "a link to a device": linked("/dev/zero"),
    "a pipe": piped,
}


@pytest.mark.compiled
@pytest.mark.parametrize("ending", [".nbi", ".nbc"])
@pytest.mark.parametrize("kind", [*DAMAGE, *IN_PLACE_OF_A_FILE])
def test_a_damaged_file_is_thrown_away_and_made_anew(folder: Path, kind: str, ending: str) -> None:
    if kind in IN_PLACE_OF_A_FILE and os.name != "posix":
        pytest.skip("needs links and pipes")
    assert [called(), called()] == [(42, 0), (42, 1)]
    (path,) = files(folder, ending)
    (DAMAGE | IN_PLACE_OF_A_FILE)[kind](path)
    assert called() == (42, 0)
    assert (kept.take_remark(), kept.take_remark()) == (kept.DAMAGED, None)
    assert [called(), called(triple)[0]] == [(42, 1), 63]
    assert [path.name for path in folder.rglob("*.part")] == []


@pytest.mark.compiled
@pytest.mark.parametrize("ending", [".nbi", ".nbc"])
def test_a_file_that_is_gone_is_no_damage(folder: Path, ending: str) -> None:
    called()
    files(folder, ending)[0].unlink()
    assert [called()[0], called()] == [42, (42, 1)]
    assert kept.take_remark() is None


class Evil:
    def __init__(self, path: Path) -> None:
        self.path = str(path)

    def __reduce__(self) -> Any:
        return os.mkdir, (self.path,)


@pytest.mark.compiled
@pytest.mark.parametrize("ending", [".nbi", ".nbc"])
def test_what_was_put_there_is_not_run(folder: Path, tmp_path: Path, ending: str) -> None:
    called()
    files(folder, ending)[0].write_bytes(pickle.dumps(Evil(tmp_path / "has run")))
    assert called() == (42, 0)
    assert not (tmp_path / "has run").exists()


@pytest.mark.compiled
def test_sound_files_that_are_of_no_use_are_made_anew(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As those of another Numba may be: whatever is raised while code is put together again."""
    called()

    def fails(*_: object) -> None:
        raise KeyError("a field of another version")

    with monkeypatch.context() as patch:
        patch.setattr(kept._Place, "rebuild", fails)
        assert called() == (42, 0)
    assert kept.take_remark() == kept.DAMAGED
    assert called() == (42, 1)


@pytest.mark.compiled
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EACCES, errno.EROFS, errno.EIO, errno.EDQUOT, errno.EFBIG])
@pytest.mark.parametrize("place", ["write_bytes", "replace"])
def test_where_nothing_can_be_written_the_code_stays_in_memory(
    folder: Path, monkeypatch: pytest.MonkeyPatch, code: int, place: str
) -> None:
    def fails(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(Path if place == "write_bytes" else os, place, fails)
    assert called() == (42, 0)
    said = kept.take_remark()
    assert said is not None
    assert os.strerror(code).lower() in said
    assert called(triple) == (63, 0)
    assert kept.take_remark() is None, "it is said once"
    assert [path for path in folder.rglob("*") if path.is_file()] == []


@pytest.mark.compiled
def test_a_file_in_place_of_the_folder_is_no_end(folder: Path) -> None:
    folder.write_text("no folder")
    assert called() == (42, 0)
    assert "folder cannot be written" in (kept.take_remark() or "")


@pytest.mark.compiled
def test_a_file_in_place_of_a_folder_within_is_thrown_away(folder: Path) -> None:
    called()
    (inner,) = folder.iterdir()
    shutil.rmtree(inner)
    inner.write_text("no folder")
    assert [called(), called()] == [(42, 0), (42, 1)]
    assert kept.take_remark() == kept.DAMAGED


@pytest.mark.compiled
def test_the_folder_may_vanish_while_code_is_compiled(folder: Path) -> None:
    compiled = njit(cache=True)(double)
    shutil.rmtree(folder)
    assert compiled(21) == 42
    assert called() == (42, 1)


@pytest.mark.compiled
def test_without_a_folder_nothing_is_kept(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config, "CACHE_DIR", "")
    monkeypatch.delenv("NUMBA_CACHE_DIR")
    assert [called(), called()] == [(42, 0), (42, 0)]
    assert kept.take_remark() is None
    assert not folder.exists()
    assert not (ROOT / "tests" / "engine" / "__pycache__" / "double").exists()


# -- whose folder ----------------------------------------------------------------------------------------------------


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Where the cache may lie: two folders, both private."""
    found = [tmp_path / "home" / "cache", tmp_path / "temporary" / "twostroke-user"]
    monkeypatch.setattr(jit_cache, "_places", lambda: iter(found))
    monkeypatch.setattr(leftovers, "_paths", set())
    yield found
    leftovers.remove_all()


def kernels_in(place: Path) -> Path:
    return place / f"kernels-{jit_cache.fingerprint()}"


def test_the_folder_is_private_whatever_the_umask(places: list[Path]) -> None:
    before = os.umask(0)
    try:
        assert jit_cache.folder() == kernels_in(places[0])
    finally:
        os.umask(before)
    if os.name == "posix":
        assert [stat.S_IMODE(path.stat().st_mode) for path in (kernels_in(places[0]), places[0])] == [0o700, 0o700]


@posix
@pytest.mark.parametrize("mode", [0o777, 0o770, 0o722, 0o1777, 0o720])
def test_a_folder_that_others_can_write_is_not_used(places: list[Path], mode: int) -> None:
    kernels_in(places[0]).mkdir(parents=True)
    kernels_in(places[0]).chmod(mode)
    assert jit_cache.folder() == kernels_in(places[1])
    kernels_in(places[1]).chmod(mode)
    fresh = jit_cache.folder()
    assert fresh is not None
    assert fresh.parent not in places
    assert (stat.S_IMODE(fresh.stat().st_mode), list(fresh.iterdir())) == (0o700, [])
    assert jit_cache.folder() != fresh
    leftovers.remove_all()
    assert not fresh.exists()


@posix
def test_a_folder_of_somebody_else_is_not_used(places: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    for place in places:
        kernels_in(place).mkdir(parents=True, mode=0o700)
    mine = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: mine + 1)
    assert jit_cache.folder() not in map(kernels_in, places)


@posix
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give a folder away")
@pytest.mark.parametrize("level", [0, 1])
def test_nor_is_one_in_a_folder_of_somebody_else(places: list[Path], level: int) -> None:
    kernels_in(places[0]).mkdir(parents=True, mode=0o700)
    os.chown((kernels_in(places[0]), places[0])[level], 12345, 12345)
    assert jit_cache.folder() == kernels_in(places[1])


@posix
def test_a_link_in_its_place_is_not_followed(places: list[Path], tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    places[0].mkdir(parents=True, mode=0o700)
    for target in (tmp_path / "elsewhere", tmp_path / "nowhere", kernels_in(places[0])):
        kernels_in(places[0]).symlink_to(target)
        assert jit_cache.folder() == kernels_in(places[1])
        kernels_in(places[0]).unlink()


@posix
def test_a_folder_above_that_others_can_write_is_as_bad(places: list[Path], tmp_path: Path) -> None:
    """Whoever can write there can exchange what lies below; not so where the sticky bit is set, as in /tmp."""
    kernels_in(places[0]).mkdir(parents=True, mode=0o700)
    (tmp_path / "home").chmod(0o777)
    assert jit_cache.folder() == kernels_in(places[1])
    (tmp_path / "home").chmod(0o1777)
    assert jit_cache.folder() == kernels_in(places[0])


@posix
def test_our_own_folder_above_is_shut(places: list[Path]) -> None:
    """A program with an open umask may have made it."""
    kernels_in(places[0]).mkdir(parents=True, mode=0o700)
    places[0].chmod(0o775)
    assert jit_cache.folder() == kernels_in(places[0])
    assert stat.S_IMODE(places[0].stat().st_mode) == 0o755


def test_a_place_that_is_none(places: list[Path]) -> None:
    places[0].parent.mkdir()
    places[0].write_text("a file")
    assert jit_cache.folder() == kernels_in(places[1])
    assert trust.own_folder(Path("relative")) is None


def test_without_any_place_there_is_no_folder(places: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: object, **__: object) -> None:
        raise FileNotFoundError(errno.ENOENT, "No usable temporary directory found")

    monkeypatch.setattr("tempfile.TemporaryFile", none)
    monkeypatch.setattr("tempfile.mkdtemp", none)
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    assert jit_cache.folder() is None
    jit_cache.prepare()
    assert "NUMBA_CACHE_DIR" not in os.environ
