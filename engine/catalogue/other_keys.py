"""What other libraries call the settings: keys that are accepted, and keys that have another place or meaning here.

As in `other_names.py`: accepted where the number means the same; otherwise `but` says what to write.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class OtherKey:
    """Keys under which a setting is known elsewhere."""

    part: str  # of the session
    keys: tuple[str, ...]
    ours: str = ""
    of: tuple[str, ...] = ()  # entries of the catalogue for which that holds; empty: all
    but: str = ""  # why it is not taken for ours, as the end of a sentence


def _same(part: str, ours: str, keys: str, of: str = "") -> OtherKey:
    return OtherKey(part, tuple(keys.split()), ours, tuple(of.split()))


def _differs(part: str, keys: str, but: str, of: str = "") -> OtherKey:
    return OtherKey(part, tuple(keys.split()), "", tuple(of.split()), but)


RATE = "it is training.optimizer.learning_rate here"
SHARE = "data.train_share is the other part: a test part of 0.2 is a train_share of 0.8"

KEYS: tuple[OtherKey, ...] = (
    _same("data", "samples", "n_samples"),
    _same("data", "seed", "random_state random_seed"),
    _same("data", "train_share", "train_size"),
    _differs("data", "test_size validation_split validation_fraction", SHARE),
    _same("network", "init", "initializer kernel_initializer weight_init initialization"),
    _same("network", "seed", "random_state random_seed"),
    _differs("network", "hidden_layer_sizes hidden_layers hidden_units hidden_sizes layer_sizes",
             'it is layers here, an object for each: [{"units": 8}, {"units": 8}]'),
    _differs("network", "activation", "each layer has its own here: layers[0].activation"),
    _differs("network", "output_activation out_activation", "it is network.output.activation here"),
    _differs("network", "optimizer loss learning_rate", "it belongs to training here"),
    _same("layer", "units", "size n_units num_units hidden_size out_features output_dim features width nodes"),
    _same("layer", "dropout", "dropout_rate"),
    _same("layer", "norm", "normalization normalizer"),
    _differs("layer", "act activation_fn activation_function nonlinearity", "it is called activation here"),
    _differs("layer", "batch_norm batch_normalization", 'it is "norm": "batch" here'),
    _differs("layer", "layer_norm layer_normalization", 'it is "norm": "layer" here'),
    _differs("layer", "use_bias bias bias_initializer", "every unit has a bias here, which begins at 0"),
    _differs("layer", "init initializer kernel_initializer weight_init",
             "weights begin as network.init says, in all layers"),
    _differs("layer", "kernel_regularizer regularizer weight_decay",
             "it is l1 or l2 here; l2 is the factor of w in the gradient, twice that of Keras's regularizers.l2"),
    _same("activation", "negative_slope", "alpha leakiness slope", of="leaky_relu"),
    _same("activation", "negative_slope", "alpha init", of="prelu"),
    _same("init", "std", "stddev", of="normal"),
    _same("init", "low", "minval a", of="uniform"),
    _same("init", "high", "maxval b", of="uniform"),
    _differs("init", "a nonlinearity scale", "the spread is the name's own, or with gain: activation that of the gate"),
    _differs("init", "mode distribution", "he and lecun look at the inputs of a unit (fan_in); the name says the rest"),
    _same("norm", "epsilon", "eps"),
    _differs("loss", "beta", "smooth_l1 with beta b is huber with delta b, divided by b"),
    _differs("loss", "from_logits", "a loss is computed from the weighted sums anyway, and gives the same number"),
    _differs("loss", "reduction", "a loss is the mean over the mini-batch here"),
    _differs("loss", "weight pos_weight", "it is training.class_weights here"),
    _differs("loss", "label_smoothing", "targets are taken as they are here"),
    _same("optimizer", "learning_rate", "lr learning_rate_init eta eta0"),
    _same("optimizer", "epsilon", "eps", of="rmsprop adagrad adam adamw"),
    _same("optimizer", "beta1", "beta_1 b1", of="adam adamw"),
    _same("optimizer", "beta2", "beta_2 b2", of="adam adamw"),
    _differs("optimizer", "betas", "it is two numbers here, beta1 and beta2", of="adam adamw"),
    _same("optimizer", "alpha", "rho", of="rmsprop"),
    _same("optimizer", "decay", "lr_decay", of="adagrad"),
    _same("optimizer", "initial", "initial_accumulator_value", of="adagrad"),
    _same("optimizer", "nesterov", "nesterovs_momentum", of="sgd"),
    _differs("optimizer", "weight_decay", "it is training.l2 here, or the optimizer adamw; l2 leaves biases alone",
             of="sgd rmsprop adagrad adam"),
    _differs("optimizer", "decay", "a rate that shrinks is training.schedule here", of="sgd rmsprop adam adamw"),
    _differs("optimizer", "amsgrad centered dampening maximize", "it is not offered here"),
    _differs("optimizer", "clipnorm global_clipnorm clipvalue", "it is training.clip here"),
    _same("schedule", "factor", "gamma"),
    _same("schedule", "minimum", "eta_min"),
    _differs("schedule", "step_size", "it is every here, and counts updates, not epochs"),
    _differs("schedule", "T_max decay_steps", "it is updates here, and counts updates, not epochs"),
    _differs("schedule", "warmup warmup_steps", "it is warm_up here"),
    _same("clip", "limit", "max_norm clip_value"),
    _same("training", "batch_size", "minibatch_size mini_batch_size"),
    _same("training", "class_weights", "class_weight"),
    _differs("training", "lr learning_rate learning_rate_init", RATE),
    _differs("training", "momentum", "it is training.optimizer.momentum here"),
    _differs("training", "criterion loss_fn loss_function objective", "it is called loss here"),
    _differs("training", "solver",
             "it is called optimizer here; scikit-learn's sgd is nesterov, with a momentum of 0.9"),
    _differs("training", "alpha", "it is l2 here; scikit-learn divides alpha by the samples of the mini-batch first"),
    _differs("training", "weight_decay", "it is l2 here, or weight_decay of the optimizer adamw; l2 leaves biases as "
             "they are"),
    _differs("training", "epochs n_epochs num_epochs max_iter max_epochs steps iterations",
             "how long to train is no part of a session; twostroke train takes --updates"),
    _differs("training", "scheduler lr_scheduler", "it is called schedule here, and counts updates, not epochs"),
    _differs("training", "clipnorm max_grad_norm gradient_clip_val clip_norm", "it is clip here"),
    _differs("training", "validation_split test_size validation_fraction", SHARE),
    _differs("training", "dropout dropout_rate", "each layer has its own here: network.layers[0].dropout"),
    _differs("training", "seed random_state", "it is network.seed here, and data.seed draws the samples"),
)  # fmt: skip


_FOUND: dict[tuple[str, str], list[OtherKey]] = {}
for _entry in KEYS:
    for _key in _entry.keys:
        _FOUND.setdefault((_entry.part, _key), []).append(_entry)


def key_found(part: str, name: str, key: str) -> OtherKey | None:
    """What is known of a key, in that part of a session and of that entry of a catalogue."""
    return next((entry for entry in _FOUND.get((part, key), ()) if not entry.of or name in entry.of), None)


def renamed(part: str, value: Mapping[str, Any], name: str = "") -> dict[str, Any]:
    """`value` with the keys of this program. ValueError where one of its settings stands there under two names."""
    result: dict[str, Any] = {}
    for key, item in value.items():
        entry = key_found(part, name, key)
        ours = entry.ours if entry is not None and entry.ours else key
        if ours in result or (ours != key and ours in value):
            raise ValueError(f"{key} is another name of {ours}, which is there too; keep one of them")
        result[ours] = item
    return result
