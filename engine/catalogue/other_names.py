"""What other libraries call what is here: activations, losses, optimizers, initialisations, normalizers.

An entry is accepted where the name means the same to the last number, defaults included; with `settings`, where it
means one of ours with other defaults. Where it differs, `but` says by what, and nothing is guessed from the spelling.
Names are compared without regard to capitals and joints, and by what follows their last dot: `torch.nn.ReLU`,
`kaiming_normal_`, `MSELoss`. The keys of settings are in `other_keys.py`; `docs/names.md` lists both.

Checked with PyTorch 2, Keras 3, scikit-learn 1, JAX with optax and flax.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["activation", "loss", "optimizer", "init", "norm"]
LONGEST = 80

KINDS: tuple[Kind, ...] = ("activation", "loss", "optimizer", "init", "norm")


@dataclass(frozen=True)
class OtherName:
    """Names under which something is known elsewhere."""

    kind: Kind
    names: tuple[str, ...]
    ours: str = ""  # the same here, or the nearest; "" where nothing is near
    settings: Mapping[str, Any] = field(default_factory=dict)  # with which ours is the same
    fixed: bool = False  # the name leaves no choice in these settings
    but: str = ""  # why it is not taken for ours, as the end of a sentence
    given: str = ""  # the setting that, once it is given, takes the difference away

    def is_taken(self, settings: Collection[str]) -> bool:
        """Whether the name is accepted beside those settings."""
        return not self.but or self.given in settings


def _same(kind: Kind, ours: str, names: str) -> OtherName:
    return OtherName(kind, tuple(names.split()), ours)


def _differs(kind: Kind, ours: str, names: str, but: str, given: str = "") -> OtherName:
    return OtherName(kind, tuple(names.split()), ours, but=but, given=given)


TAILS = "Keras and JAX draw numbers beyond two standard deviations anew, and no initialisation here does"

ENTRIES: tuple[OtherName, ...] = (
    # -- activations
    _same("activation", "identity", "linear none id"),
    _same("activation", "sigmoid", "logistic expit"),
    _same("activation", "tanh", "hyperbolic_tangent"),
    _same("activation", "relu", "rectifier rectified_linear rectify"),
    _same("activation", "prelu", "parametric_relu"),
    OtherName("activation", ("CELU",), "elu", {"alpha": 1.0}, fixed=True),
    OtherName("activation", ("gelu_tanh", "gelu_new", "gelu_pytorch_tanh"), "gelu", {"approximate": "tanh"}, True),
    _differs("activation", "leaky_relu", "LeakyReLU leaky lrelu leaky_rectify",
             "the slope meant is 0.01 in PyTorch and JAX, 0.2 or 0.3 in Keras and TensorFlow: "
             "say which with negative_slope", given="negative_slope"),
    _differs("activation", "leaky_relu", "RReLU", "rrelu draws its slope at random"),
    _differs("activation", "step", "heaviside binary_step hardlim", "step is 0 at z = 0, where others have ½ or 1"),
    _differs("activation", "step", "sign signum sgn", "step answers 0 or 1, not −1 or 1"),
    _differs("activation", "sigmoid", "hard_sigmoid", "hard_sigmoid is made of straight lines, with gain 0 outside"),
    _differs("activation", "sigmoid", "log_sigmoid", "the loss binary_cross_entropy takes the logarithm itself"),
    _differs("activation", "", "logit", "it is the inverse of sigmoid, and only outputs are meant by it"),
    _differs("activation", "tanh", "hard_tanh", "hard_tanh is made of straight lines, with gain 0 outside"),
    _differs("activation", "tanh", "softsign", "softsign is z / (1 + |z|), which saturates far more slowly"),
    _differs("activation", "relu", "ReLU6", "relu6 stops at 6, with gain 0 above"),
    _differs("activation", "relu", "thresholded_relu threshold", "its threshold is 0, and not to be chosen"),
    _differs("activation", "relu", "CReLU", "crelu gives two outputs for each sum"),
    _differs("activation", "relu", "squared_relu relu_squared relu2", "relu is not squared"),
    _differs("activation", "silu", "hard_swish hard_silu", "hard_swish is made of lines and a piece of a parabola"),
    _differs("activation", "silu", "mish", "mish is z · tanh(softplus z)"),
    _differs("activation", "swish_beta", "quick_gelu gelu_quick", "its beta would be 1.702, and is learned"),
    _differs("activation", "softmax", "log_softmax", "the loss cross_entropy takes the logarithm itself"),
    _differs("activation", "softmax", "softmin sparsemax", "softmax shares out by eᶻ, and leaves nobody at 0"),
    _differs("activation", "softplus", "exponential exp", "softplus grows in a straight line, not as eᶻ does"),
    _differs("activation", "", "softshrink hardshrink tanhshrink", "nothing here shrinks small signals to 0"),
    _differs("activation", "", "glu swiglu geglu reglu maxout", "it needs several sums a unit, and a unit has one"),
    _differs("activation", "quadratic", "square squared", "quadratic is a · z² + b · z + c, all three learned"),
    # -- losses
    _same("loss", "mse", "mean_squared_error mean_square_error MSELoss mse_loss"),
    _same("loss", "mae", "mean_absolute_error absolute_error L1Loss l1_loss l1"),
    _same("loss", "huber", "HuberLoss huber_loss"),
    OtherName("loss", ("smooth_l1", "SmoothL1Loss", "smooth_l1_loss"), "huber", {"delta": 1.0}, fixed=True),
    _same("loss", "binary_cross_entropy", "bce BCELoss bce_loss binary_crossentropy BCEWithLogits BCEWithLogitsLoss "
          "binary_cross_entropy_with_logits sigmoid_cross_entropy sigmoid_cross_entropy_with_logits "
          "sigmoid_binary_cross_entropy"),
    _same("loss", "cross_entropy", "ce CrossEntropyLoss cross_entropy_loss categorical_crossentropy "
          "categorical_cross_entropy sparse_categorical_crossentropy softmax_cross_entropy "
          "softmax_cross_entropy_with_logits softmax_cross_entropy_with_integer_labels"),
    _differs("loss", "mse", "squared_error squared_loss l2 L2Loss l2_loss",
             "others halve it (scikit-learn's MLPRegressor, optax), and with it every gradient"),
    _differs("loss", "mse", "rmse root_mean_squared_error", "rmse is its root, whose gradient has another length"),
    _differs("loss", "mse", "msle mean_squared_logarithmic_error", "mse compares the numbers, not their logarithms"),
    _differs("loss", "mae", "mape mean_absolute_percentage_error", "mae does not divide an error by its target"),
    _differs("loss", "huber", "log_cosh logcosh", "log_cosh is another curve between square and line"),
    _differs("loss", "cross_entropy", "nll NLLLoss nll_loss negative_log_likelihood",
             "cross_entropy takes the logarithm of softmax itself, where nll expects it done"),
    _differs("loss", "cross_entropy", "kl_div KLDivLoss kl_divergence kullback_leibler_divergence",
             "the targets here are classes, not distributions"),
    _differs("loss", "cross_entropy", "focal focal_loss sigmoid_focal_cross_entropy",
             "cross_entropy weighs all samples of a class alike; see class_weights"),
    _differs("loss", "", "log_loss logistic_loss", "it is binary_cross_entropy for two classes and cross_entropy for "
             "several; without a loss, the one that fits the data is taken"),
    _differs("loss", "hinge", "squared_hinge", "hinge is not squared here"),
    _differs("loss", "hinge", "categorical_hinge", "hinge sums over all wrong classes here, not only the strongest"),
    _differs("loss", "hinge", "MultiMarginLoss multi_margin_loss",
             "hinge has a single output for two classes; for more it is the same"),
    _differs("loss", "", "HingeEmbeddingLoss cosine_similarity CosineEmbeddingLoss TripletMarginLoss",
             "it compares pairs of outputs, and a sample here has one target"),
    # -- optimizers
    _same("optimizer", "sgd", "gradient_descent GradientDescentOptimizer"),
    _differs("optimizer", "adam", "nadam", "nadam looks one step ahead, as Nesterov's momentum does"),
    _differs("optimizer", "adam", "radam", "radam holds its first steps back"),
    _differs("optimizer", "adam", "adamax", "adamax divides by the largest gradient, not by the root of a mean"),
    _differs("optimizer", "adam", "amsgrad", "amsgrad divides by the largest mean so far"),
    _differs("optimizer", "adam", "adabelief adafactor lion", "adam keeps other means of the gradient"),
    _differs("optimizer", "adamw", "lamb lars", "adamw does not scale the step of a layer by its weights"),
    _differs("optimizer", "rmsprop", "adadelta", "adadelta takes the length of its steps from those before"),
    _differs("optimizer", "rmsprop", "rprop", "rprop looks at signs alone, and at all samples"),
    _differs("optimizer", "adagrad", "ftrl", "ftrl pulls weights to 0 as well"),
    _differs("optimizer", "sgd", "asgd", "asgd keeps the mean of the weights"),
    _differs("optimizer", "", "lbfgs bfgs newton cg conjugate_gradient",
             "it searches along a line with all samples, and an update here is one step with one mini-batch"),
    # -- initialisations
    _same("init", "he_normal", "kaiming_normal"),
    _same("init", "he_uniform", "kaiming_uniform"),
    _same("init", "xavier_uniform", "glorot_uniform glorot"),
    _same("init", "zeros", "zero"),
    OtherName("init", ("random_normal",), "normal", {"mean": 0.0, "std": 0.05}),
    OtherName("init", ("random_uniform",), "uniform", {"low": -0.05, "high": 0.05}),
    OtherName("init", ("ones",), "normal", {"mean": 1.0, "std": 0.0}, fixed=True),
    _differs("init", "", "kaiming", "say he_normal or he_uniform"),
    _differs("init", "xavier_normal", "glorot_normal",
             TAILS),
    _differs("init", "he_normal", "HeNormal", TAILS),
    _differs("init", "lecun_normal", "LecunNormal variance_scaling",
             TAILS),
    _differs("init", "normal", "truncated_normal trunc_normal", "normal never draws anew, however far off a number is"),
    _differs("init", "normal", "constant", "the same number c everywhere is a mean of c with a std of 0"),
    _differs("init", "lecun_uniform", "default pytorch torch reset_parameters",
             "PyTorch's Linear draws weights and biases within 1/√inputs (kaiming_uniform with a = √5), which is √3 "
             "times as narrow; here biases begin at 0"),
    _differs("init", "orthogonal", "eye identity dirac", "orthogonal turns at random"),
    _differs("init", "", "sparse", "no initialisation here leaves links out"),
    # -- normalizers
    _same("norm", "batch", "batch_norm BatchNorm1d"),
    _same("norm", "layer", "layer_norm"),
    OtherName("norm", ("LayerNormalization",), "layer", {"epsilon": 1e-3}),
    _differs("norm", "batch", "BatchNormalization",
             "Keras counts its momentum the other way round: its defaults are momentum 0.01 and epsilon 0.001 here"),
    _differs("norm", "layer", "RMSNorm GroupNorm InstanceNorm1d",
             "layer takes mean and variance over all units of the layer"),
)  # fmt: skip


def folded(name: str) -> str:
    """A name without its library, capitals and joints: torch.nn.init.kaiming_normal_ is kaimingnormal.

    Empty where it is longer than any name.
    """
    if len(name) > LONGEST:
        return ""
    plain = name.removesuffix("()").rpartition(".")[2]
    return "".join(letter for letter in plain.casefold() if letter not in "_- ")


_FOUND: dict[tuple[str, str], OtherName] = {
    (entry.kind, folded(name)): entry for entry in ENTRIES for name in entry.names
}


def found(kind: str, name: str) -> OtherName | None:
    """The entry for a name from elsewhere."""
    return _FOUND.get((kind, folded(name)))


def in_capitals(name: str, own: Iterable[str]) -> str:
    """The name of `own` that `name` is but for capitals and blanks around it; empty where it is none.

    With its joints it is no class of another library: LeakyReLU has no one slope, Leaky_ReLU is ours.
    """
    plain = name.strip().casefold()
    return next((mine for mine in own if mine == plain), "")


def called(kind: str, name: str, own: Iterable[str]) -> str:
    """What `name` is called here, `own` being the names there are; unchanged where that is not known."""
    own = tuple(own)
    meant = in_capitals(name, own)
    if meant:
        return meant
    entry = found(kind, name)
    if entry is not None:
        return entry.ours or name
    return next((mine for mine in own if folded(mine) == folded(name)), name)


def taken(kind: str) -> list[str]:
    """The names from elsewhere that are accepted, those of one joint style."""
    return [name for entry in ENTRIES if entry.kind == kind and not entry.but for name in entry.names if name.islower()]


def answer(kind: str, name: str) -> str:
    """Why that name from elsewhere is not accepted, as the end of a sentence; empty where nothing is known of it."""
    entry = found(kind, name)
    if entry is None or not entry.but:
        return ""
    return f"the nearest here is {entry.ours}, but {entry.but}" if entry.ours else entry.but
