"""PyTorch's own files: what is printed of them converts them, and the outputs are the same."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed; `make parity` installs it")

from tests.engine.conversion_lines import lines_for, run  # noqa: E402
from twostroke.engine.compute.network import Network  # noqa: E402
from twostroke.engine.files.foreign.opening import open_foreign  # noqa: E402
from twostroke.engine.files.foreign.wishes import Wishes  # noqa: E402

nn = torch.nn
RNG = np.random.default_rng(12)


def dense(width: int = 4) -> Any:
    return nn.Sequential(nn.Linear(3, width), nn.ReLU(), nn.Linear(width, 3), nn.ReLU(), nn.Linear(3, 2))


def normalized() -> Any:
    model = nn.Sequential(nn.Linear(3, 5), nn.BatchNorm1d(5), nn.ReLU(), nn.Linear(5, 2))
    model(torch.randn(20, 3) * 2 + 1)
    return model.eval()


def tied() -> Any:
    model = dense(3)
    model[2].weight = model[0].weight
    return model


def transposed(model: Any) -> Any:
    state = model.state_dict()
    return {key: value.t().contiguous().t() if value.ndim == 2 else value for key, value in state.items()}


FILES: dict[str, tuple[Callable[[], Any], Callable[[Any], Any]]] = {
    "a state_dict": (dense, lambda model: model.state_dict()),
    "a checkpoint": (dense, lambda model: {"epoch": 3, "state_dict": model.state_dict(), "loss": 0.5}),
    "with its optimizer": (dense, lambda model: {
        "model_state_dict": model.state_dict(), "optimizer": torch.optim.Adam(model.parameters()).state_dict()}),
    "under model": (dense, lambda model: {"model": model.state_dict()}),
    "of several devices": (dense, lambda model: nn.DataParallel(model).state_dict()),
    "parameters": (dense, lambda model: dict(model.named_parameters())),
    "16 bit": (lambda: dense().half(), lambda model: {k: v.clone() for k, v in model.state_dict().items()}),
    "bfloat16": (lambda: dense().bfloat16(), lambda model: {k: v.clone() for k, v in model.state_dict().items()}),
    "batch normalization": (normalized, lambda model: model.state_dict()),
    "tied": (tied, lambda model: model.state_dict()),
    "transposed in memory": (dense, transposed),
}  # fmt: skip


def check(model: Any, path: Path, lines: str) -> None:
    x = RNG.normal(size=(6, 3)).astype(np.float32)
    run(lines, path.parent)
    found = Network(open_foreign(f"{path}.safetensors", Wishes()).session).predict(x)
    expected = model.double()(torch.tensor(x, dtype=torch.float64)).detach().numpy()
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("zipped", [True, False])
def test_same_outputs(tmp_path: Path, name: str, zipped: bool) -> None:
    make, keep = FILES[name]
    model, path = make(), tmp_path / 'it\'s "mine".pt'
    torch.save(keep(model), path, _use_new_zipfile_serialization=zipped)
    check(model, path, lines_for(path))


@pytest.mark.filterwarnings("ignore:.*is deprecated:DeprecationWarning", "ignore:.*TorchScript archive:UserWarning")
@pytest.mark.parametrize("keep", ["module", "checkpoint", "script"])
def test_a_whole_module(tmp_path: Path, keep: str) -> None:
    model, path = dense(), tmp_path / "m.pt"
    if keep == "script":
        torch.jit.save(torch.jit.script(model), path)
    else:
        torch.save(model if keep == "module" else {"model": model}, path)
    check(model, path, lines_for(path).replace("weights_only=True", "weights_only=False"))


def test_an_exported_program(tmp_path: Path) -> None:
    model, path = dense(), tmp_path / "m.pt2"
    torch.export.save(torch.export.export(model, (torch.ones(1, 3),)), path)
    check(model, path, lines_for(path))
