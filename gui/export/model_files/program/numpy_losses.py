"""The losses of a NumPy program: the mean loss of a mini-batch, and its gradient at the output layer."""

from collections.abc import Iterator

from twostroke.gui.export.model_files.program.case import Case
from twostroke.gui.export.model_files.program.text import number

LOSSES: dict[str, tuple[str, ...]] = {
    "mse": (
        "error = {a} - target",
        "loss = (error**2).mean()",
        "da{n} = 2 * error / error.size",
    ),
    "half_squared_error": (
        "error = {a} - target",
        "loss = (error**2).sum() / 2 / len(x)",
        "da{n} = error / len(x)",
    ),
    "mae": (
        "error = {a} - target",
        "loss = np.abs(error).mean()",
        "da{n} = np.sign(error) / error.size",
    ),
    "huber": (
        "error = {a} - target",
        "size = np.abs(error)  # a square up to {delta}, then a line",
        "loss = np.where(size <= {delta}, error**2 / 2, {delta} * (size - {delta} / 2)).mean()",
        "da{n} = np.clip(error, -{delta}, {delta}) / error.size",
    ),
    "binary_cross_entropy": (
        "each = np.logaddexp(0, {z}) - {z} * target  # -ln of the probability given to the right answer",
        "loss = {mean_of_each}",
        "dz{n} = {share}({a} - target){outputs}  # loss and sigmoid are differentiated as one",
    ),
    "cross_entropy": (
        "top = {z}.max(axis=1, keepdims=True)",
        "logarithms = {z} - top - np.log(np.exp({z} - top).sum(axis=1, keepdims=True))",
        "loss = {minus_sum_of_right}",
        "dz{n} = {share}({a} - target)  # loss and softmax are differentiated as one",
    ),
    "hinge": (
        "answer = 2 * target - 1  # -1 or 1",
        "margin = 1 - answer * {a}",
        "each = np.maximum(margin, 0)",
        "loss = {mean_of_each}",
        "da{n} = {share}(-answer * (margin > 0))",
    ),
    "hinge of several": (
        "margin = 1 - ({a} * target).sum(axis=1, keepdims=True) + {a}",
        "inside = (margin > 0) * (1 - target)  # the wrong classes that come too close to the right one",
        "each = margin * inside",
        "loss = {mean_of_each}",
        "da{n} = {share}(inside - target * inside.sum(axis=1, keepdims=True)){outputs}",
    ),
}
"""The lines by the loss's name; {share} is what each sample counts in the mean."""


def loss_lines(case: Case) -> Iterator[str]:
    """From z and a of the output layer to `loss`, and da or dz of that layer."""
    n, outputs, weighted = case.last.number, case.last.units, case.class_weights is not None
    name = "hinge of several" if case.loss.name == "hinge" and outputs > 1 else case.loss.name
    if weighted:
        whole = "weight.sum()" if case.loss.divides_by_weights else "len(x)"
        yield f"share = (weight / {whole})[:, None]"
    words = {
        "n": n,
        "z": f"z{n}",
        "a": f"a{n}",
        "delta": number(case.training.loss.delta),
        "share": "share * " if weighted else "1 / len(x) * ",
        "outputs": f" / {outputs}" if outputs > 1 else "",
        "mean_of_each": f"(share * each).sum(){f' / {outputs}' if outputs > 1 else ''}" if weighted else "each.mean()",
        "minus_sum_of_right": "-(share * target * logarithms).sum()"
        if weighted
        else "-(target * logarithms).sum() / len(x)",
    }
    for line in LOSSES[name]:
        yield line.format(**words)
