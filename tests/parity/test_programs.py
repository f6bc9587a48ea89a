"""Programs in PyTorch that are written of sessions: every organ trains to the engine's numbers."""

from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed; `make parity` installs it")

from tests.export import programs  # noqa: E402
from twostroke.engine.files.companion import state_arrays  # noqa: E402
from twostroke.engine.run.trainer import Trainer  # noqa: E402
from twostroke.engine.session.spec import Session  # noqa: E402
from twostroke.gui.export.model_files.program.torch_network import place  # noqa: E402


def torch_distance(session: Session, folder: Path, state: object = None) -> float:
    """How far the PyTorch program's parameters are from the engine's after a hundred updates."""
    programs.written(session, folder / "network.py", "pytorch", state=state)
    kept = torch.get_default_dtype()
    try:
        names, _ = programs.run(folder / "network.py")
    finally:
        torch.set_default_dtype(kept)
    found = names["network"].state_dict()
    return programs.distance(lambda key: found[place(key)].numpy(), programs.trained(session, state=state))


@pytest.mark.parametrize("name", programs.every_organ())
def test_every_organ(tmp_path: Path, name: str) -> None:
    assert torch_distance(programs.every_organ()[name], tmp_path) <= programs.ALLOWED


@pytest.mark.parametrize("optimizer", ["momentum", "rmsprop momentum", "adagrad", "adamw"])
def test_a_saved_session_goes_on(tmp_path: Path, optimizer: str) -> None:
    session = programs.iris({"training": {**programs.TRAININGS[optimizer], "batch_size": 7}})
    trainer = Trainer(session)
    trainer.advance(25)
    assert torch_distance(session, tmp_path, state_arrays(trainer.network, trainer.state)) <= programs.ALLOWED
