"""Unsaved work on the disk: whole or not at all, whose it is, what is offered, and what is swept."""

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from twostroke.engine.files import session_file, unsaved
from twostroke.engine.files.companion import Arrays
from twostroke.engine.files.disk import FileError
from twostroke.engine.files.seen import Seen
from twostroke.engine.files.unsaved import Note, Unsaved, begin, left
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session

SEEN = Seen(there=True, link=None, digest="0" * 64)
NOTE = Note("mine \udcff", "/data/mine.twostroke.json", "", 3, 1e9, settings=True, weights=False, seen=SEEN)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(unsaved, "OLDEST", time.time())  # notes of tests say any time
    return tmp_path / "unsaved"


@pytest.fixture
def trainer() -> Trainer:
    made = Trainer(Session())
    made.advance(3)
    return made


def state(trainer: Trainer) -> Arrays:
    return dict(trainer.captured().state or {})


def put(root: Path, trainer: Trainer, at: float = 1e9) -> Unsaved:
    work = begin(root)
    work.put(trainer.session, state(trainer), Note("mine", "", "", trainer.update, at, settings=False, weights=True))
    return work


def found(root: Path) -> Iterator[Unsaved]:
    """What is left there, one after the other, and left again."""
    for work in left(root).works:
        yield work
        work.let_go()


def test_what_is_put_there_comes_back_bit_for_bit(root: Path, trainer: Trainer) -> None:
    work = begin(root)
    work.put(trainer.session, state(trainer), NOTE)
    assert work.note() == NOTE
    session, arrays = work.read()
    assert session == trainer.session
    assert {key: values.tobytes() for key, values in arrays.items()} == {
        key: values.tobytes() for key, values in state(trainer).items()
    }
    assert (root.stat().st_mode & 0o777, work.folder.stat().st_mode & 0o777) == (0o700, 0o700)
    work.remove()
    assert list(root.iterdir()) == []


def test_a_newer_copy_takes_the_place_of_the_older_one(root: Path, trainer: Trainer) -> None:
    work = put(root, trainer)
    trainer.advance(2)
    work.put(trainer.session, state(trainer), NOTE)
    assert int(work.read()[1]["state.clock"][0]) == 5
    assert len(list(work.folder.iterdir())) == 4  # owner, note, session and companion
    work.let_go()


@pytest.mark.parametrize("fails_at", ["write_saved", "replacing"])
def test_a_full_disk_leaves_the_older_copy(
    root: Path, trainer: Trainer, monkeypatch: pytest.MonkeyPatch, fails_at: str
) -> None:
    work = put(root, trainer)
    before = sorted(work.folder.iterdir())
    trainer.advance(2)

    def full(*_: object) -> None:
        raise FileError("the disk is full")

    with monkeypatch.context() as disk:
        disk.setattr(unsaved, fails_at, full)
        with pytest.raises(FileError, match="full"):
            work.put(trainer.session, state(trainer), NOTE)
    assert sorted(work.folder.iterdir()) == before
    assert int(work.read()[1]["state.clock"][0]) == 3
    work.let_go()


def test_only_what_has_no_owner_is_found_and_only_once(root: Path, trainer: Trainer) -> None:
    work = put(root, trainer)
    assert left(root).works == ()
    work.let_go()
    (again,) = left(root).works
    assert left(root).works == (), "whoever has found it holds it"
    again.let_go()
    assert [work.note().update for work in found(root)] == [3]


def test_the_newest_ones_are_kept(root: Path, trainer: Trainer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unsaved, "MOST_KEPT", 3)
    for at in (4.0, 1.0, 5.0, 2.0, 3.0):
        put(root, trainer, at).let_go()
    assert [work.note().at for work in found(root)] == [5.0, 4.0, 3.0]
    assert len(list(root.iterdir())) == 3


def test_old_ones_are_swept(root: Path, trainer: Trainer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unsaved, "OLDEST", 30 * 86_400.0)
    put(root, trainer, time.time() - 31 * 86_400).let_go()
    put(root, trainer, time.time() - 29 * 86_400).let_go()
    put(root, trainer, time.time() + 86_400).let_go()  # a clock that was put right
    assert len(list(found(root))) == 2
    assert len(list(root.iterdir())) == 2


def test_the_newest_is_kept_however_large(root: Path, trainer: Trainer, monkeypatch: pytest.MonkeyPatch) -> None:
    for at in (1.0, 2.0):
        put(root, trainer, at).let_go()
    monkeypatch.setattr(unsaved, "LARGEST", 10)
    assert [work.note().at for work in found(root)] == [2.0]


def test_a_folder_without_a_note_is_swept_when_its_owner_is_gone(root: Path) -> None:
    work = begin(root)
    work.let_go()
    assert left(root).works == ()
    assert work.folder.exists(), "its owner may be about to write"
    os.utime(work.folder, (1, 1))
    assert left(root).works == ()
    assert not work.folder.exists()


NOTES = [b"", b"{", b"[]", b"null", b"[" * 9_000, b'{"session": 3}', b"\xff\xfe", b"7" * 100_000]


@pytest.mark.parametrize("content", NOTES, ids=range(len(NOTES)))
def test_a_damaged_note_is_set_apart_with_a_sentence(root: Path, trainer: Trainer, content: bytes) -> None:
    good, bad = put(root, trainer), put(root, trainer)
    (bad.folder / "note.json").write_bytes(content)
    good.let_go()
    bad.let_go()
    result = left(root)
    assert [work.folder for work in result.works] == [good.folder]
    (remark,) = result.remarks
    apart = root / f"damaged-{bad.folder.name}"
    assert str(apart) in remark
    assert (apart / "note.json").read_bytes() == content
    result.works[0].let_go()
    (again,) = left(root).works
    again.let_go()


IMPOSSIBLE = [
    ("session", "../x"),
    ("at", "NaN"),
    ("at", float("nan")),
    ("at", -1.0),
    ("update", True),
    ("seen", 3),
    ("seen", {"there": True}),
]


@pytest.mark.parametrize(("key", "value"), IMPOSSIBLE)
def test_a_note_that_says_what_none_can_is_damaged(root: Path, trainer: Trainer, key: str, value: object) -> None:
    work = put(root, trainer)
    path = work.folder / "note.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {key: value}))
    with pytest.raises(FileError, match=r"note\.json is damaged"):
        work.note()
    work.let_go()


@pytest.mark.parametrize("ending", [".json", ".safetensors"])
def test_damaged_work_is_refused_with_a_sentence(root: Path, trainer: Trainer, ending: str) -> None:
    work = put(root, trainer)
    (path,) = (path for path in work.folder.iterdir() if path.name.endswith(f"{ending}") and path.name != "note.json")
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(FileError):
        work.read()
    work.let_go()


def test_what_others_could_have_put_there_is_not_read(root: Path, trainer: Trainer) -> None:
    put(root, trainer).let_go()
    root.chmod(0o777)
    assert left(root).works == ()
    with pytest.raises(FileError, match="nobody else"):
        begin(root)


def test_links_are_not_followed(root: Path, tmp_path: Path, trainer: Trainer) -> None:
    work = put(tmp_path / "elsewhere", trainer)
    work.let_go()
    begin(root).remove()
    (root / work.folder.name).symlink_to(work.folder)
    assert left(root).works == ()


def test_where_nothing_was_put_there_is_nothing(tmp_path: Path) -> None:
    assert left(tmp_path / "none").works == ()
    assert list(tmp_path.iterdir()) == []


def test_the_data_may_lie_anywhere(root: Path, tmp_path: Path) -> None:
    """A table is named by its whole path, wherever the session is put aside."""
    table = tmp_path / "people.csv"
    table.write_text("age,size,won\n" + "".join(f"{i},{i / 7:.2f},{i % 2}\n" for i in range(40)))
    trainer = Trainer(Session.model_validate({"data": {"name": "table", "path": str(table)}}))
    work = put(root, trainer)
    assert work.read()[0] == trainer.session
    assert np.isfinite(work.read()[1]["l1.weight"]).all()
    assert session_file.read_saved(next(work.folder.glob("*.twostroke.json")))[0] == trainer.session
    work.let_go()
