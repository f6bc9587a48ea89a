"""How the page of the TensorFlow Playground learns, one link at a time, from the rules that its source states."""

import math
from collections.abc import Callable, Sequence

FUNCTIONS: dict[str, tuple[Callable[[float], float], Callable[[float], float]]] = {
    "tanh": (math.tanh, lambda z: 1.0 - math.tanh(z) ** 2),
    "relu": (lambda z: max(0.0, z), lambda z: 0.0 if z <= 0.0 else 1.0),
    "sigmoid": (lambda z: 1.0 / (1.0 + math.exp(-z)), lambda z: math.exp(-z) / (1.0 + math.exp(-z)) ** 2),
    "linear": (lambda z: z, lambda z: 1.0),
}

Matrix = list[list[float]]


class Page:
    """A network of the page. `weights[l][i][j]` leads from unit j to unit i of layer l."""

    def __init__(self, weights: Sequence[Matrix], biases: Sequence[list[float]], hidden: str, output: str) -> None:
        self.weights, self.biases = [[list(row) for row in layer] for layer in weights], [list(b) for b in biases]
        self.functions = [FUNCTIONS[hidden]] * (len(weights) - 1) + [FUNCTIONS[output]]
        self.dead = [[[False] * len(row) for row in layer] for layer in weights]
        self._forget()

    def _forget(self) -> None:
        self.sums = [[[0.0] * len(row) for row in layer] for layer in self.weights]
        self.bias_sums = [[0.0] * len(b) for b in self.biases]
        self.seen = 0

    def forward(self, x: Sequence[float]) -> float:
        """The answer; z and a of each layer are kept."""
        self.a, self.z = [list(x)], []
        for weight, bias, (f, _) in zip(self.weights, self.biases, self.functions, strict=True):
            z = [
                b + sum(w * a for w, a in zip(row, self.a[-1], strict=True))
                for row, b in zip(weight, bias, strict=True)
            ]
            self.z.append(z)
            self.a.append([f(each) for each in z])
        return self.a[-1][0]

    def backward(self, target: float) -> None:
        """Add up the gradients of half the squared error."""
        upstream = [self.a[-1][0] - target]
        for layer in reversed(range(len(self.weights))):
            slope = self.functions[layer][1]
            delta = [up * slope(z) for up, z in zip(upstream, self.z[layer], strict=True)]
            for i, d in enumerate(delta):
                self.bias_sums[layer][i] += d
                for j, a in enumerate(self.a[layer]):
                    self.sums[layer][i][j] += d * a
            before = range(len(self.a[layer]))
            upstream = [sum(self.weights[layer][i][j] * d for i, d in enumerate(delta)) for j in before]
        self.seen += 1

    def update(self, rate: float, penalty: str, strength: float) -> None:
        """A step of the mean gradient, then one of the penalty; what L1 takes across 0 is dead."""
        for layer, weight in enumerate(self.weights):
            for i, row in enumerate(weight):
                self.biases[layer][i] -= rate * self.bias_sums[layer][i] / self.seen
                for j, old in enumerate(row):
                    if self.dead[layer][i][j]:
                        continue
                    slope = {"none": 0.0, "L1": float((old > 0) - (old < 0)), "L2": old}[penalty]
                    new = old - rate / self.seen * self.sums[layer][i][j]
                    row[j] = new - rate * strength * slope
                    if penalty == "L1" and new * row[j] < 0:
                        row[j], self.dead[layer][i][j] = 0.0, True
        self._forget()
