"""What people use today, each doing the same updates in its own usual way: NumPy, scikit-learn, PyTorch.

Each takes mini-batches by index from an order that is shuffled every epoch, as Twostroke does. All work in float32.
"""

import importlib.util
import warnings
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np

from twostroke.gui.cli.bench.work import LEARNING_RATE, SAMPLES, Setting, samples_of, session_of

BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8
"""Adam's, in every library's defaults."""


class Peer(Protocol):
    """Something that trains."""

    def run(self, updates: int) -> None:
        """Do so many updates."""


class Order:
    """Mini-batches of row numbers, in a new random order every epoch."""

    def __init__(self, batch: int) -> None:
        self._rng = np.random.default_rng(0)
        self._batch, self._at = batch, SAMPLES
        self._rows = np.arange(SAMPLES)

    def __next__(self) -> Any:
        if self._at >= SAMPLES:
            self._rows, self._at = self._rng.permutation(SAMPLES), 0
        self._at += self._batch
        return self._rows[self._at - self._batch : self._at]


def first_weights(setting: Setting) -> list[tuple[Any, Any]]:
    """Weights (out, in) and biases (out,) with which Twostroke begins."""
    from twostroke.engine.compute.network import Network

    network = Network(session_of(setting), widths=setting.case.widths)
    return [(network.weight(layer).copy(), network.bias(layer).copy()) for layer in range(1, network.depth + 1)]


# -- NumPy -----------------------------------------------------------------------------------------------------------


def _relu(z: Any) -> tuple[Any, Any]:
    return np.maximum(z, 0.0), z > 0.0


def _tanh(z: Any) -> tuple[Any, Any]:
    a = np.tanh(z)
    return a, 1.0 - a * a


def _gelu(z: Any) -> tuple[Any, Any]:
    from scipy.special import erf

    share = 0.5 * (1.0 + erf(z * np.float32(np.sqrt(0.5))))
    return z * share, share + z * np.exp(-0.5 * z * z) * np.float32(1.0 / np.sqrt(2.0 * np.pi))


NUMPY_GATES: dict[str, Callable[[Any], tuple[Any, Any]]] = {"relu": _relu, "tanh": _tanh, "gelu": _gelu}
"""Activation -> value and derivative."""


class NumpyLoop:
    """The plain loop that a careful person writes with NumPy: samples in rows, no array larger than needed."""

    def __init__(self, setting: Setting) -> None:
        self.x, self.y = samples_of(setting.case)
        self._gate = NUMPY_GATES[setting.activation]
        self._classes = setting.case.classes
        self.parameters = [array for w, b in first_weights(setting) for array in (np.ascontiguousarray(w.T), b)]
        self._step = self._adam if setting.optimizer == "adam" else self._sgd
        self._first = [np.zeros_like(array) for array in self.parameters]
        self._second = [np.zeros_like(array) for array in self.parameters]
        self._steps = 0
        self._order = Order(setting.case.batch)

    def run(self, updates: int) -> None:
        """Do so many updates."""
        for _ in range(updates):
            rows = next(self._order)
            self.update(self.x[rows], self.y[rows])

    def update(self, x: Any, y: Any) -> None:
        """One update on the samples x (n, inputs) with targets y (n, outputs)."""
        weights, biases = self.parameters[::2], self.parameters[1::2]
        outputs, gains = [x], []
        for w, b in zip(weights[:-1], biases[:-1], strict=True):
            a, gain = self._gate(outputs[-1] @ w + b)
            outputs.append(a)
            gains.append(gain)
        dz = self._loss_gradient(outputs[-1] @ weights[-1] + biases[-1], y)
        gradients = []
        for layer in range(len(weights) - 1, -1, -1):
            gradients += [dz.sum(axis=0), outputs[layer].T @ dz]
            if layer:
                dz = (dz @ weights[layer].T) * gains[layer - 1]
        self._step(gradients[::-1])

    def _loss_gradient(self, z: Any, y: Any) -> Any:
        """dL/dz of the output: softmax with cross-entropy, or the squared error itself."""
        if not self._classes:
            return (z - y) * np.float32(2.0 / z.size)
        p = np.exp(z - z.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        p -= y
        p /= np.float32(len(z))
        return p

    def _sgd(self, gradients: list[Any]) -> None:
        for array, gradient in zip(self.parameters, gradients, strict=True):
            gradient *= LEARNING_RATE
            array -= gradient

    def _adam(self, gradients: list[Any]) -> None:
        self._steps += 1
        rate = LEARNING_RATE / (1.0 - BETA1**self._steps)
        scale = (1.0 - BETA2**self._steps) ** -0.5
        for array, gradient, m, v in zip(self.parameters, gradients, self._first, self._second, strict=True):
            m *= BETA1
            m += (1.0 - BETA1) * gradient
            v *= BETA2
            gradient *= gradient
            gradient *= 1.0 - BETA2
            v += gradient
            root = np.sqrt(v, out=gradient)
            root *= scale
            root += EPSILON
            array -= rate * m / root


# -- scikit-learn ----------------------------------------------------------------------------------------------------


class SklearnLoop:
    """MLPClassifier or MLPRegressor, a call of partial_fit for each mini-batch."""

    def __init__(self, setting: Setting) -> None:
        from sklearn.neural_network import MLPClassifier, MLPRegressor

        case = setting.case
        x, y = samples_of(case)
        self._x, self._y = x, y.argmax(axis=1) if case.classes else y[:, 0]
        kind = MLPClassifier if case.classes else MLPRegressor
        self._model = kind(
            hidden_layer_sizes=case.widths[1:-1],
            activation=setting.activation,
            solver=setting.optimizer,
            batch_size=case.batch,
            learning_rate_init=LEARNING_RATE,
            momentum=0.0,
            nesterovs_momentum=False,
            alpha=0.0,
            shuffle=False,
            random_state=0,
        )
        self._first = {"classes": np.arange(case.classes)} if case.classes else {}
        self._order = Order(case.batch)

    def run(self, updates: int) -> None:
        """Do so many updates."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for _ in range(updates):
                rows = next(self._order)
                self._model.partial_fit(self._x[rows], self._y[rows], **self._first)
                self._first = {}


# -- PyTorch ---------------------------------------------------------------------------------------------------------


class TorchLoop:
    """PyTorch in eager mode on the processor, with its own choice of threads."""

    def __init__(self, setting: Setting) -> None:
        import torch

        case = setting.case
        gate = {"relu": torch.nn.ReLU, "tanh": torch.nn.Tanh, "gelu": torch.nn.GELU}[setting.activation]
        layers: list[Any] = []
        for weight, bias in first_weights(setting):
            linear = torch.nn.Linear(weight.shape[1], weight.shape[0])
            with torch.no_grad():
                linear.weight.copy_(torch.from_numpy(weight))
                linear.bias.copy_(torch.from_numpy(bias))
            layers += [linear, gate()]
        self.model = torch.nn.Sequential(*layers[:-1])
        kind = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}[setting.optimizer]
        self._optimizer = kind(self.model.parameters(), lr=LEARNING_RATE)
        self._loss = torch.nn.CrossEntropyLoss() if case.classes else torch.nn.MSELoss()
        x, y = samples_of(case)
        self._x = torch.from_numpy(x)
        self._y = torch.from_numpy(y.argmax(axis=1) if case.classes else y)
        self._shuffled: Callable[[], Any] = lambda: torch.randperm(SAMPLES)
        self._rows, self._at, self._batch = self._shuffled(), 0, case.batch

    def run(self, updates: int) -> None:
        """Do so many updates."""
        for _ in range(updates):
            if self._at >= SAMPLES:
                self._rows, self._at = self._shuffled(), 0
            rows = self._rows[self._at : self._at + self._batch]
            self._at += self._batch
            self._optimizer.zero_grad()
            self._loss(self.model(self._x[rows]), self._y[rows]).backward()
            self._optimizer.step()


PEERS: dict[str, Callable[[Setting], Peer]] = {"NumPy": NumpyLoop, "scikit-learn": SklearnLoop, "PyTorch": TorchLoop}
CANNOT = {("scikit-learn", "gelu")}
"""Peers, and activations that they lack."""


def can(name: str, setting: Setting) -> bool:
    """Whether the peer can train this."""
    return (name, setting.activation) not in CANNOT


def absent(name: str) -> str | None:
    """Why there is no need to begin with it; None where it may be tried."""
    if name == "PyTorch" and importlib.util.find_spec("torch") is None:
        return "PyTorch is not installed, so it is not compared."
    return None


def torch_problem() -> str | None:
    """Why PyTorch cannot take part; None where it can. It is then imported, with all its threads."""
    try:
        import torch  # noqa: F401
    except (ImportError, OSError) as error:
        return f"PyTorch cannot be imported, so it is not compared: {' '.join(str(error).split())}"
    return None
