"""The functions of claims: of numbers and arrays, and of a network and its layers, by the engine's probes."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from twostroke.engine.claims.arithmetic import ClaimError, described, in_float64, is_yes_or_no
from twostroke.engine.claims.language import Function

if TYPE_CHECKING:  # the words of claims are known before there is a network: they load no kernels
    from twostroke.engine.claims.subject import Subject

SATURATED_FROM = 0.75
"""Share of the training part that finds the gate of a unit shut, from which the unit counts as saturated."""


def _floats(name: str, value: Any) -> Any:
    numbers = in_float64(value, name)
    if np.size(numbers) == 0:
        raise ClaimError(f"{name} has nothing in its brackets: the mask holds no entry")
    return numbers


def _of_one(name: str, does: str, work: Callable[[Any], Any]) -> Function:
    return Function(name, "x", does, lambda x: work(in_float64(x, name)), 1, 1)


def _of_all(name: str, does: str, work: Callable[[Any], Any], *, empty: Any = None) -> Function:
    """Of all entries of an array; `empty` is what it says of none, where it says anything."""

    def call(x: Any) -> Any:
        if empty is not None and np.size(x) == 0:
            return empty
        return work(_floats(name, x))

    return Function(name, "x", does, call, 1, 1)


def _largest(name: str, does: str, work: Callable[[Any], Any]) -> Function:
    """Of all entries of an array, or of several numbers."""

    def call(*values: Any) -> Any:
        return work(np.concatenate([np.ravel(_floats(name, value)) for value in values]))

    return Function(name, "x, ...", does, call, 1, 20)


def _masked(name: str, does: str, work: Callable[[Any], Any]) -> Function:
    def call(x: Any) -> Any:
        if not is_yes_or_no(x):
            raise ClaimError(f"{name} takes a mask, such as l1.firing or l1.z > 0, not {described(x)}")
        return work(x)

    return Function(name, "mask", does, call, 1, 1)


def _rank(x: Any) -> int:
    matrix = in_float64(x, "rank")
    if np.ndim(matrix) != 2:
        raise ClaimError(f"rank takes a matrix, not {described(x)}")
    return int(np.linalg.matrix_rank(matrix))


def _close(a: Any, b: Any, tolerance: Any) -> bool:
    one, other, most = (in_float64(value, "close") for value in (a, b, tolerance))
    try:
        return bool(np.all(np.abs(one - other) <= most))
    except ValueError:
        raise ClaimError(f"close has {described(a)} and {described(b)}; expected arrays of one shape") from None


NUMERIC: tuple[Function, ...] = (
    _of_one("abs", "size without sign, of each entry", np.abs),
    _of_one("sqrt", "square root, of each entry", np.sqrt),
    _of_one("exp", "e to the power of each entry", np.exp),
    _of_one("log", "natural logarithm, of each entry", np.log),
    _of_one("round", "to the nearest whole number, of each entry", np.round),
    _largest("max", "largest of all entries, or of several numbers", np.max),
    _largest("min", "smallest of all entries, or of several numbers", np.min),
    _of_all("mean", "mean of all entries", np.mean),
    _of_all("median", "median of all entries", np.median),
    _of_all("std", "standard deviation of all entries (population)", np.std),
    _of_all("sum", "sum of all entries", np.sum, empty=0.0),
    _of_all("norm", "square root of the sum of all squares", lambda x: np.sqrt(np.sum(np.square(x))), empty=0.0),
    _of_all("argmax", "place of the largest entry, from 0", lambda x: int(np.argmax(x))),
    _of_all("argmin", "place of the smallest entry, from 0", lambda x: int(np.argmin(x))),
    _masked("count", "how many entries of a mask are yes", lambda x: int(np.count_nonzero(x))),
    _masked("all", "whether all entries of a mask are yes", lambda x: bool(np.all(x))),
    _masked("any", "whether one entry of a mask is yes", lambda x: bool(np.any(x))),
    Function("rank", "matrix", "directions that the rows of a matrix fill", _rank, 1, 1),
    Function("close", "a, b, tolerance", "whether a and b differ by no more than that, all entries", _close, 3, 3),
)


def _layer(name: str, does: str, work: "Callable[[Subject, int], Any]") -> Function:
    return Function(name, "layer", does, work, 1, 1)


def _saturated(subject: "Subject", number: int) -> int:
    return int(np.count_nonzero(_shut_share(subject, number) >= SATURATED_FROM))


def _shut_share(subject: "Subject", number: int) -> Any:
    share = subject.units.layers[number - 1].saturated
    if np.isnan(share).any():
        raise ClaimError(f"l{number} has softmax, whose gates neither open nor shut")
    return share


def _update_ratio(subject: "Subject", number: int) -> float:
    found = subject.layers.layers[number - 1].update_ratio
    assert found is not None  # as the probe had a tape
    return found


def _check_error(subject: "Subject", number: int) -> float:
    return max(tensor.worst for tensor in subject.checked.tensors if tensor.name.startswith(f"l{number}."))


LAYERS: tuple[Function, ...] = (
    _layer(
        "dead",
        "units that fire for no sample of the training part, and whose gates are shut for all of them",
        lambda s, n: int(s.units.layers[n - 1].dead.sum()),
    ),
    _layer("saturated", "units whose gates are shut for three quarters of the training part or more", _saturated),
    _layer(
        "saturation",
        "share of the training part that finds a gate shut, mean of the units",
        lambda s, n: float(_shut_share(s, n).mean()),
    ),
    _layer(
        "firing_rate",
        "share of the units that fire for one sample, mean over the training part",
        lambda s, n: s.layers.layers[n - 1].active,
    ),
    _layer("sparsity", "1 - firing_rate", lambda s, n: 1.0 - s.layers.layers[n - 1].active),
    _layer(
        "gradient_norm",
        "Frobenius norm of dL/dW of the mean loss over the training part",
        lambda s, n: s.layers.layers[n - 1].gradient,
    ),
    _layer("update_ratio", "size of the coming update of the weights beside that of the weights", _update_ratio),
    _layer(
        "gain_product",
        "what the gates from the last hidden layer back to this one leave of a gradient",
        lambda s, n: s.layers.layers[n - 1].gain_product,
    ),
    _layer(
        "jacobian_norm",
        "root mean square over samples of the norm of dz(output)/dz(layer)",
        lambda s, n: s.layers.layers[n - 1].jacobian,
    ),
    _layer(
        "effective_rank", "directions that the activations fill", lambda s, n: s.layers.layers[n - 1].effective_rank
    ),
    _layer(
        "check_error",
        "worst relative error of its gradients beside central differences, 20 of each array",
        _check_error,
    ),
)


def _network(name: str, does: str, work: "Callable[[Subject], Any]") -> Function:
    return Function(name, "network", does, work, 0, 1)


WHOLE: tuple[Function, ...] = (
    _network(
        "regions",
        "linear regions that a grid of 128 × 128 over the plane meets",
        lambda s: s.regions,
    ),
    _network(
        "hinges",
        "places where the curve of a network of one input bends",
        lambda s: s.hinges,
    ),
    _network(
        "collapse_error",
        "largest difference of the stack and the one linear map that it is, over the training part",
        lambda s: s.collapse_error,
    ),
)

OF_NETWORKS: dict[str, Function] = {each.name: each for each in (*LAYERS, *WHOLE)}
FUNCTIONS: dict[str, Function] = {each.name: each for each in NUMERIC} | OF_NETWORKS
"""All of them, by name."""
