"""A session as one file: what it holds, that it opens elsewhere with all it needs, and what is refused."""

import json
import os
import stat
import struct
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import platformdirs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.test_files_saved import RICH, captured
from tests.engine.test_trainer import state_of
from twostroke.engine.files import bundle
from twostroke.engine.files.session_file import FileError, read_saved, write_saved, write_session
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session

ROWS = "a,b,y\n" + "\n".join(f"{i % 7},{i % 5},{i * 0.5}" for i in range(60))


def saved(path: Path, session: Session = RICH, updates: int = 30) -> Trainer:
    """A session saved there after so many updates; its trainer."""
    trainer = Trainer(session)
    trainer.advance(updates)
    write_saved(path, trainer.session, captured(trainer))
    return trainer


def with_table(folder: Path, name: str = "t.csv") -> Session:
    """A session that learns from a table of one's own."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(ROWS, "utf-8")
    return Session.model_validate({"data": {"name": "table", "path": str(folder / name), "target": "y"}})


def refusal(path: Path) -> str:
    with pytest.raises(FileError) as caught:
        read_saved(path)
    message = str(caught.value)
    assert message.isprintable()
    assert message.startswith(f"{path} ") or message.startswith(f"{path}/")
    return message


def changed(path: Path, members: dict[str, bytes | None], compression: int = zipfile.ZIP_STORED) -> Path:
    """The archive at `path` with other members in it; None takes one out."""
    with zipfile.ZipFile(path) as archive:
        content: dict[str, bytes | None] = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, data in (content | members).items():
            if data is not None:
                archive.writestr(name, data)
    return path


# -- there and back ----------------------------------------------------------------------------------------------------


def test_one_file_holds_session_and_weights(tmp_path: Path) -> None:
    """A run resumes from it exactly; nothing lies beside it; the same run gives the same bytes."""
    path = tmp_path / "a.twostroke"
    trainer = saved(path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.twostroke"]
    session, state = read_saved(path)
    assert session == RICH
    resumed = Trainer(session, state=state)
    assert resumed.update == 30
    before = path.read_bytes()
    write_saved(path, trainer.session, captured(trainer))
    assert path.read_bytes() == before
    trainer.advance(20)
    resumed.advance(20)
    assert state_of(resumed) == state_of(trainer)


def test_own_data_travel_with_it(tmp_path: Path) -> None:
    """To where there is neither the table nor its folder; and on, with the next save, in a folder of one's own."""
    session = with_table(tmp_path / "here")
    path = tmp_path / "a.twostroke"
    trainer = saved(path, session, 10)
    (tmp_path / "here" / "t.csv").unlink()
    opened, state = read_saved(path)
    carried = Path(opened.data.path)
    assert carried.name == "t.csv"
    assert carried.read_text("utf-8") == ROWS
    assert carried.is_relative_to(platformdirs.user_data_dir("twostroke", appauthor=False))
    if os.name == "posix":
        assert stat.S_IMODE(carried.parents[1].stat().st_mode) == 0o700
    again = Trainer(opened, state=state)
    assert state_of(again) == state_of(trainer)
    again.advance(5)
    onward = tmp_path / "b.twostroke"
    write_saved(onward, again.session, captured(again))
    assert Path(read_saved(onward)[0].data.path) == carried
    assert json.loads(zipfile.ZipFile(onward).read("session.json"))["data"]["path"] == "data/t.csv"


def test_unpacked_it_is_a_session_with_its_companion_and_data(tmp_path: Path) -> None:
    path = tmp_path / "a.twostroke"
    trainer = saved(path, with_table(tmp_path / "here"), 10)
    with zipfile.ZipFile(path) as archive:
        assert {info.compress_type for info in archive.infolist()} == {zipfile.ZIP_STORED}
        archive.extractall(tmp_path / "there")
    session, state = read_saved(tmp_path / "there" / "session.json")
    assert session.data.path == str(tmp_path / "there" / "data" / "t.csv")
    assert state_of(Trainer(session, state=state)) == state_of(trainer)


@pytest.mark.parametrize(
    "name", ["été 1.csv", "-x.csv", "a:b.csv", "..csv", "x" * 200 + ".csv", 'q"?*.csv', "日本.csv"]
)
def test_names_of_data_that_not_every_system_takes(tmp_path: Path, name: str) -> None:
    """Are written so that each does, and read again."""
    path = tmp_path / "a.twostroke"
    session = with_table(tmp_path / "here", name)
    write_session(path, session)
    opened, state = read_saved(path)
    assert state is None
    assert Path(opened.data.path).read_text("utf-8") == ROWS
    assert opened.data.info.rows == session.data.info.rows


def test_data_that_are_gone_or_others_are_told(tmp_path: Path) -> None:
    """What could not be opened again is not written; as readable JSON the work can be saved all the same."""
    session = with_table(tmp_path / "here")
    trainer = Trainer(session)
    path = tmp_path / "a.twostroke"
    for spoil in (lambda table: table.write_text(ROWS.replace("a,", "a,c,"), "utf-8"), lambda table: table.unlink()):
        spoil(tmp_path / "here" / "t.csv")
        with pytest.raises(FileError, match=r"a\.twostroke has not been written: .*\.twostroke\.json"):
            write_saved(path, session, captured(trainer))
        assert not path.exists()
    write_saved(tmp_path / "a.twostroke.json", session, captured(trainer))


def test_what_is_unpacked_is_checked_each_time(tmp_path: Path) -> None:
    """Data that were changed meanwhile are unpacked anew."""
    path = tmp_path / "a.twostroke"
    write_session(path, with_table(tmp_path / "here"))
    carried = Path(read_saved(path)[0].data.path)
    carried.write_text("spoiled", "utf-8")
    assert Path(read_saved(path)[0].data.path).read_text("utf-8") == ROWS


# -- what is refused ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["../evil", "/etc/evil", "data/../../evil", "data/a/b.csv", "data\\evil", "C:evil", "data/", "a\0b", "data/a:b"],
)
def test_names_that_lead_elsewhere(tmp_path: Path, name: str) -> None:
    path = tmp_path / "a.twostroke"
    saved(path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(zipfile.ZipInfo(name), b"x")
    assert "with a plain name" in refusal(path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.twostroke"]


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    ("name", "mode", "expected"),
    [
        ("data/t.csv", 0o120777, "is a symbolic link"),
        ("session.json", 0o600, "two members of the same name"),
    ],
)
def test_links_and_duplicates(tmp_path: Path, name: str, mode: int, expected: str) -> None:
    path = tmp_path / "a.twostroke"
    write_session(path, RICH)
    entry = zipfile.ZipInfo(name)
    entry.external_attr = mode << 16
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(entry, b"{}")
    assert expected in refusal(path)


def test_too_many(tmp_path: Path) -> None:
    path = tmp_path / "many.twostroke"
    write_session(path, RICH)
    changed(path, {f"data/{i}.csv": b"" for i in range(3)})
    assert "has 4 members; expected at most 3" in refusal(path)


def test_bombs(tmp_path: Path) -> None:
    """Nothing packed is unpacked; nothing is read beyond its bound."""
    path = tmp_path / "a.twostroke"
    saved(path)
    changed(path, {"weights.safetensors": bytes(10_000_000)}, zipfile.ZIP_DEFLATED)
    assert "packed in an unusual way" in refusal(path)
    write_session(path, RICH)
    changed(path, {"session.json": b" " * 1_100_000})
    assert 'its member "session.json" takes 1 MB; expected at most 1 MB' in refusal(path)


def test_data_that_the_archive_does_not_hold(tmp_path: Path) -> None:
    """A session in an archive reads no other file of the machine."""
    path = tmp_path / "a.twostroke"
    session = with_table(tmp_path / "here")
    write_session(path, session)
    told = json.loads(zipfile.ZipFile(path).read("session.json"))
    for other in (str(tmp_path / "here" / "t.csv"), "data/../t.csv", "here/t.csv"):
        told["data"]["path"] = other
        changed(path, {"session.json": json.dumps(told).encode()})
        assert "which it does not hold" in refusal(path)


def test_weights_that_are_not_its_own(tmp_path: Path) -> None:
    path = tmp_path / "a.twostroke"
    saved(path)
    other = tmp_path / "b.twostroke"
    saved(other, updates=31)
    changed(path, {"weights.safetensors": zipfile.ZipFile(other).read("weights.safetensors")})
    assert "its digest differs" in refusal(path)


def test_weights_that_are_gone(tmp_path: Path) -> None:
    """Else what was trained would begin anew, and nobody would be told."""
    path = tmp_path / "trained.twostroke"
    saved(path)
    assert "is missing, with which the session was saved" in refusal(changed(path, {bundle.WEIGHTS: None}))


def test_other_archives(tmp_path: Path) -> None:
    """A trace, and an archive of anything, are named as what they are not."""
    path = tmp_path / "trace.twostroke"
    np.savez(tmp_path / "trace.npz", **{f"l{i}.weight": np.zeros(2) for i in range(9)})
    (tmp_path / "trace.npz").rename(path)
    assert "is an archive without session.json; expected a session" in refusal(path)
    path.write_bytes(b"PK" + bytes(100))
    assert "is no session, nor an archive of one" in refusal(path)


@given(st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=6), st.data())
def test_any_changed_bytes_give_a_session_or_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[float, int]], data: Any
) -> None:
    """Also where it is cut; no other exception."""
    path = tmp_path_factory.getbasetemp() / "fuzz.twostroke"
    if not path.exists():
        saved(path)
        path.with_suffix(".whole").write_bytes(path.read_bytes())
    content = bytearray(path.with_suffix(".whole").read_bytes())
    for place, value in changes:
        content[int(place * len(content))] = value
    if data.draw(st.booleans()):
        del content[data.draw(st.integers(0, len(content))) :]
    path.write_bytes(content)
    said, session = "", None
    try:
        session, _ = read_saved(path)
    except FileError as error:
        said = str(error)
    assert said.isprintable() if said else isinstance(session, Session)


def test_a_directory_that_lies_about_sizes(tmp_path: Path) -> None:
    """No more is read than there is, and the sum says so."""
    path = tmp_path / "a.twostroke"
    saved(path)
    whole = path.read_bytes()
    at = whole.index(b"PK\x01\x02")
    size = struct.unpack("<L", whole[at + 24 : at + 28])[0]
    path.write_bytes(whole[: at + 24] + struct.pack("<L", size - 1) + whole[at + 28 :])
    assert "is damaged" in refusal(path) or "is refused" in refusal(path)


def test_a_disk_that_fails_keeps_the_old_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.twostroke"
    saved(path)
    before = path.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "full")

    for function in ("fsync", "replace"):
        with monkeypatch.context() as fault:
            fault.setattr(os, function, full)
            with pytest.raises(FileError, match="the disk is full"):
                saved(path, updates=40)
        assert [(entry.name, entry.read_bytes()) for entry in tmp_path.iterdir()] == [("a.twostroke", before)]
    assert bundle.is_bundle(path)
