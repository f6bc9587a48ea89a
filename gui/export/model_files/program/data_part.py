"""The samples of a program: raw ones as numbers, and what the network sees of them, worked out as the session does."""

from collections.abc import Iterator

import numpy as np

from twostroke.gui.export.model_files.program.case import Case
from twostroke.gui.export.model_files.program.text import Numbers, Section, number

FEATURES = {
    "x": "x",
    "y": "y",
    "x^2": "x**2",
    "y^2": "y**2",
    "x*y": "x * y",
    "sin(x)": "np.sin(np.pi * x)",
    "sin(y)": "np.sin(np.pi * y)",
}
"""How a program makes an input from the columns x and y of the raw samples, by its name in the session."""

DIGITS = {
    "float32": "DTYPE = np.float32  # about 7 digits: the last of them may differ from Twostroke's",
    "float64": "DTYPE = np.float64  # about 16 digits",
}


def needed(case: Case, numbers: Numbers) -> None:
    """Tell which arrays the section needs."""
    data = case.dataset
    numbers.need("raw_train", data.raw_train)
    numbers.need("label_train", data.label_train)
    if len(data.raw_test):
        numbers.need("raw_test", data.raw_test)
        numbers.need("label_test", data.label_test)


def data_section(case: Case, numbers: Numbers) -> Section:
    """Raw samples, inputs, targets."""
    parts = [name for name in ("train", "test") if name == "train" or len(case.dataset.raw_test)]
    lines = [f"# {case.dataset.provenance}"[: 4 * 100], DIGITS[case.session.network.dtype], ""]
    for part in parts:
        lines += numbers.assigned(f"raw_{part}", f"raw_{part}") + numbers.assigned(f"label_{part}", f"label_{part}")
    lines += ["", *_prepare(case), *_targets(case), ""]
    for part in parts:
        lines += [f"x_{part}, y_{part} = prepare(raw_{part}), targets(label_{part})"]
    if case.class_weights is not None:
        weights = ", ".join(number(weight) for weight in case.class_weights)
        lines += ["", "# What a sample counts in the loss: the weight of its class."]
        lines += [f"by_class = np.array([{weights}], DTYPE)", "class_weight = by_class[label_train]"]
    return Section("Data", tuple(_broken(lines)))


def _broken(lines: list[str]) -> Iterator[str]:
    """A long first comment in lines of its own."""
    words, line = lines[0].split(), ""
    for word in words:
        if len(line) + len(word) > 100:
            yield line
            line = "#"
        line = f"{line} {word}".strip()
    yield line
    yield from lines[1:]


def _prepare(case: Case) -> Iterator[str]:
    """From raw samples to what the network sees."""
    data, scaled = case.dataset, case.session.data.scale == "standard"
    seen = "raw"
    if data.features:
        yield from _inputs(case)
        seen = "inputs(raw)"
    if scaled:
        of = "inputs(raw_train)" if data.features else "raw_train"
        yield "# Inputs get mean 0 and standard deviation 1, measured on the training part alone."
        yield f"centre, spread = {of}.mean(axis=0), {of}.std(axis=0)"
        if not np.all(data.factor):
            yield "spread[spread == 0] = np.inf  # a column that never varies tells nothing: it becomes 0"
    yield "def prepare(raw):"
    yield '    """What the network sees of raw samples."""'
    yield f"    return (({seen} - centre) / spread).astype(DTYPE)" if scaled else f"    return {seen}.astype(DTYPE)"


def _inputs(case: Case) -> Iterator[str]:
    yield "def inputs(raw):"
    yield '    """The inputs that the session makes from each point."""'
    yield "    x, y = raw[:, 0], raw[:, 1]" if case.dataset.info.inputs > 1 else "    x = raw[:, 0]"
    columns = ", ".join(FEATURES[name] for name in case.dataset.features)
    yield f"    return np.column_stack([{columns}])"


def _targets(case: Case) -> Iterator[str]:
    """From classes or values to what the network should answer."""
    outputs = case.session.outputs
    if case.dataset.target_scale is not None:
        yield "# Values are scaled for training, too."
        yield "middle, width = label_train.mean(axis=0), label_train.std(axis=0)"
    yield "def targets(label):"
    yield '    """What the network should answer: (samples, outputs)."""'
    if case.classes and outputs > 1:
        yield f"    return np.eye({outputs}, dtype=DTYPE)[label]  # 1 for the right class, 0 for the others"
    elif case.dataset.target_scale is not None:
        constant = not np.all(np.ptp(case.dataset.label_train, axis=0))
        by = "np.where(width > 0, width, 1)" if constant else "width"
        yield f"    return ((label - middle) / {by}).reshape(len(label), -1).astype(DTYPE)"
    else:
        yield "    return label.reshape(len(label), -1).astype(DTYPE)"
