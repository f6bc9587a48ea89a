"""No result takes the place of what it is made from: data, session and weights stay as they are."""

import os
from pathlib import Path

import numpy as np
import pytest

from tests.cli.terminal import SMALL, Run, write
from twostroke.engine.files.in_use import check_free
from twostroke.engine.session.spec import Session

TABLE = "a,b,won\n" + "".join(f"{n % 7},{n % 5},{'yes' if n % 2 else 'no'}\n" for n in range(40))


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    path.write_text(TABLE)
    return path


@pytest.fixture
def arrays(tmp_path: Path) -> Path:
    path = tmp_path / "data.npz"
    np.savez(path, x=np.arange(80.0).reshape(40, 2), y=np.arange(40) % 2)
    return path


def test_a_table_of_numbers_is_not_written_over_the_data(run: Run, tmp_path: Path, table: Path) -> None:
    session = write(tmp_path, data={"name": "table", "path": "people.csv"}, network=SMALL)
    for command in (("export",), ("race", "--updates", "1")):
        told = run(*command, session, "-o", "people.csv")
        told.is_one_line_of_trouble(2, "people.csv holds the data of this session", "another name")
    assert table.read_text() == TABLE


@pytest.mark.parametrize("name", ["data.npz", "./data.npz", "hard.npz"])
def test_arrays_are_not_written_over_the_data(run: Run, tmp_path: Path, arrays: Path, name: str) -> None:
    content = arrays.read_bytes()
    os.link(arrays, tmp_path / "hard.npz")
    session = write(tmp_path, data={"name": "npz", "path": "data.npz"}, network=SMALL)
    for command in (("export",), ("trace", "--at", "0"), ("train", "--updates", "1")):
        run(*command, session, "-o", name).is_one_line_of_trouble(2, "holds the data of this session")
    assert arrays.read_bytes() == content


def test_the_numbers_beside_a_program_are_not_written_over_the_data(run: Run, tmp_path: Path, arrays: Path) -> None:
    content = arrays.read_bytes()
    arrays.rename(tmp_path / "net-numbers.npz")
    session = write(tmp_path, data={"name": "npz", "path": "net-numbers.npz"}, network=SMALL)
    run("export", session, "-o", "net.py").is_one_line_of_trouble(2, "net-numbers.npz holds the data")
    assert (tmp_path / "net-numbers.npz").read_bytes() == content


def test_session_and_weights_are_not_written_over(run: Run, tmp_path: Path) -> None:
    session = write(tmp_path, network=SMALL)
    assert run("train", session, "--updates", "3", "--save", session).code == 0
    (weights,) = tmp_path.glob("*.safetensors")
    content = weights.read_bytes()
    run("export", session, "-o", weights.name).is_one_line_of_trouble(2, weights.name, "is what is read here")
    assert weights.read_bytes() == content
    os.rename(tmp_path / session, tmp_path / "mine.svg")
    run("export", "mine.svg", "-o", "mine.svg").is_one_line_of_trouble(2, "mine.svg is what is read here")
    run("export", "mine.svg", "-o", "mine.svg", "--show", "forward").is_one_line_of_trouble(2, "is what is read here")


def test_a_link_is_replaced_and_not_followed(tmp_path: Path, table: Path) -> None:
    os.symlink(table, tmp_path / "numbers.csv")
    session = Session.model_validate({"data": {"name": "table", "path": str(table)}})
    check_free([tmp_path / "numbers.csv"], [], session)
