"""Companions and archives of any kind, with digests that are right: read or refused, never anything else."""

import hashlib
import io
import json
import struct
import zipfile
from functools import cache
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.cases import cases
from tests.fuzz.mutants import WORDS, changed, damaged, mostly, written
from tests.fuzz.trial import Trial
from twostroke.engine.files.companion import state_arrays, to_bytes
from twostroke.engine.files.session_file import read_saved
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec_errors import parse_session

TINY = {
    "format": "twostroke-session",
    "version": 1,
    "data": {"name": "moons", "samples": 40},
    "network": {"layers": [{"units": 3, "activation": "prelu", "norm": "batch"}]},
    "training": {"optimizer": "adam"},
}
TABLE = b"a,b\n" + b"".join(b"%d,%d\n" % (i, i * i) for i in range(30))


@cache
def weights() -> bytes:
    """The companion of a session after some updates."""
    trainer = Trainer(parse_session(TINY, "here"))
    trainer.advance(3)
    return to_bytes(state_arrays(trainer.network, trainer.state))


def parted(content: bytes) -> tuple[dict[str, Any], bytes]:
    """Header and numbers of a safetensors file."""
    length = struct.unpack("<Q", content[:8])[0]
    return json.loads(content[8 : 8 + length]), content[8 + length :]


@st.composite
def tensors(draw: st.DrawFn) -> bytes:
    """Content of a companion, changed in its header, its numbers or anywhere."""
    header, numbers = parted(weights())
    header = draw(mostly(header, changed(st.just(header)), of=2))
    numbers = draw(mostly(numbers, damaged(numbers)))
    numbers = draw(mostly(numbers, st.just(b"\xff" * len(numbers))))  # no number is finite
    text = draw(mostly(json.dumps(header).encode(), written(header)))
    length = draw(mostly(len(text), st.sampled_from([0, len(text) // 2, 2**31, 2**63, 2**64 - 1])))
    return draw(damaged(struct.pack("<Q", length) + text + numbers, seldom=True))


def named(content: bytes, name: str = "weights.safetensors") -> dict[str, Any]:
    """The session that names these weights, with their digest."""
    return {**TINY, "weights": {"file": name, "sha256": hashlib.sha256(content).hexdigest()}}


@given(tensors())
@cases(60)
def test_companions(trial: Trial, content: bytes) -> None:
    path = trial.write("weights.twostroke.json", json.dumps(named(content, "w.safetensors")).encode())
    trial.write("w.safetensors", content)
    trial.refusal(lambda _: read_saved(path))


NAMES = ("session.json", "weights.safetensors", "data/t.csv", "data/", "data/../t.csv", "/etc/t.csv", "t.csv", "x.npy")


@st.composite
def archives(draw: st.DrawFn) -> bytes:
    """An archive of a session, with members that are changed, misnamed, packed or twice there."""
    content = draw(mostly(weights(), tensors(), of=3))
    told: Any = named(content)
    table = draw(st.booleans())
    if table:
        told["data"] = {"name": "table", "path": draw(mostly("data/t.csv", st.sampled_from(NAMES)))}
        told.pop("weights")
    told = draw(mostly(told, changed(st.just(told)), of=2))
    members = {"session.json": json.dumps(told).encode()}
    members |= {"data/t.csv": TABLE} if table else {"weights.safetensors": content}
    members |= draw(
        mostly({}, st.dictionaries(st.sampled_from(NAMES + WORDS[1:5]), st.binary(max_size=20), max_size=2))
    )
    return draw(damaged(packed(draw, members), seldom=True))


def packed(draw: st.DrawFn, members: dict[str, bytes]) -> bytes:
    """A zip file of these members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            how = draw(mostly(zipfile.ZIP_STORED, st.just(zipfile.ZIP_DEFLATED), of=20))
            archive.writestr(zipfile.ZipInfo(name), content, how)
    return buffer.getvalue()


@given(archives())
@cases(60)
def test_archives(trial: Trial, content: bytes) -> None:
    trial.write("archive.twostroke", content)
    trial.refusal(read_saved)


@given(st.data())
@cases(30)
def test_damaged_archives(trial: Trial, data: Any) -> None:
    """The bytes of one that is right, changed anywhere."""
    whole = packed_right()
    trial.write("damaged.twostroke", data.draw(damaged(whole)))
    trial.refusal(read_saved)


@cache
def packed_right() -> bytes:
    """An archive that can be opened."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(zipfile.ZipInfo("session.json"), json.dumps(named(weights())))
        archive.writestr(zipfile.ZipInfo("weights.safetensors"), weights())
    return buffer.getvalue()


def test_what_they_are_made_of_is_right(trial: Trial) -> None:
    trial.write("right.twostroke", packed_right())
    assert trial.refusal(read_saved) == ""
