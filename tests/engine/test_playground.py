"""A link to the TensorFlow Playground: its samples, its weights, and the same learning from them."""

import numpy as np
import pytest

from tests.engine.naive.playground import Page
from twostroke.engine.files.disk import FileError
from twostroke.engine.files.foreign.opening import open_foreign
from twostroke.engine.files.foreign.playground import from_link
from twostroke.engine.files.foreign.playground_link import is_link
from twostroke.engine.files.foreign.seedrandom import SeedRandom
from twostroke.engine.files.foreign.wishes import Wishes
from twostroke.engine.run.trainer import Trainer

PAGE = "https://playground.tensorflow.org/#"
FEATURES = ("x", "y", "xSquared", "ySquared", "xTimesY", "sinX", "sinY")


def link(inputs: str = "x,y", **said: object) -> str:
    """A link as the page writes it."""
    on = {name: str(name in inputs.split(",")).lower() for name in FEATURES}
    return PAGE + "&".join(f"{key}={value}" for key, value in {"seed": "0.5", **on, **said}.items())


def test_the_generator_is_that_of_the_library() -> None:
    """The two numbers that its documentation gives; seeds longer than its key, of other scripts, and none."""
    rng = SeedRandom("hello.")
    assert (rng.random(), rng.random()) == (0.9282578795792454, 0.3752569768646784)
    assert SeedRandom("ab" * 150 + "c").random() == 0.4880088531709866
    assert SeedRandom("é€😀").random() == 0.8490074788251994
    assert SeedRandom("").random() == 0.23144008215179881


# What the page's own source, run by Node.js, drew and learned: first sample, first weights, then these after epochs.
SEEN = [
    (
        link("x,y,xTimesY", seed="0.56411", dataset="spiral", networkShape="4,2", activation="tanh"),
        5,
        (-0.8081032441323124, 0.22927962583455277, -1),
        (0.02228561016547026, -0.23358194338216892, 0.25546741354505775),
        (0.035055516447357216, -0.2607230431892841, 0.2208180131242236),
    ),
    (
        link(seed="0.1", dataset="circle", noise=25, percTrainData=60, networkShape=3, activation="relu", batchSize=5,
             regularization="L2", learningRate=0.1, regularizationRate=0.01),
        5,
        (4.1803793860059395, 2.044559469508201, -1),
        (-0.2116566200100664, -0.0659078106634372),
        (-0.27699003582526244, 0.12676825194988667),
    ),
    (
        link("xSquared,sinX,sinY", seed="0.99999", dataset="gauss", noise=50, networkShape="2,2,2", batchSize=25,
             activation="sigmoid", regularization="L1", learningRate=0.3, regularizationRate=0.0001),
        3,
        (1.4841383501375285**2, np.sin(-1.4841383501375285), 1),
        (0.21866760287156772, -0.0771944175651808, -0.15798393480768563),
        (0.2175965829377055, -0.07646902556491933, -0.1571028494260808),
    ),
    (
        link(seed="0.37", dataset="xor", noise=10, percTrainData=90, networkShape="", batchSize=1, learningRate=0.01),
        2,
        (0.46144923798603993, 4.755698657486406, 1),
        (0.20744019805883973, -0.29729468932655),
        (0.01209564390298043, -0.04288002862961515),
    ),
    (
        link(seed="abc", problem="regression", regDataset="reg-plane", noise=5, networkShape=2, activation="linear"),
        3,
        (-3.139346089962764, 4.097300233964033, 0.06242612804070147),
        (0.3543032223667095, 0.18870489628060827),
        (0.40878967829458174, 0.2404888173161968),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "epochs", "sample", "first", "last"), SEEN)
def test_it_begins_and_learns_as_the_page_does(
    text: str, epochs: int, sample: tuple[float, ...], first: tuple[float, ...], last: tuple[float, ...]
) -> None:
    trainer = Trainer(from_link(text).session)
    data, training = trainer.dataset, trainer.session.training
    np.testing.assert_allclose((*data.raw_train[0, :2], data.label_train[0]), sample, rtol=1e-13)
    assert trainer.network.weight(1)[0].tolist() == list(first)
    trainer.advance(epochs * len(data.label_train) // training.batch_size)
    np.testing.assert_allclose(trainer.network.weight(1)[0], last, rtol=1e-11)


@pytest.mark.parametrize(
    "text",
    [
        link("x,y,xTimesY", dataset="circle", networkShape="4,3", batchSize=25, noise=35),
        link("x,xSquared,sinY", dataset="gauss", networkShape=3, activation="relu", regularization="L2",
             regularizationRate=0.03, learningRate=0.1),
        link(dataset="xor", networkShape="3,2", activation="sigmoid", regularization="L1", regularizationRate=0.0001,
             learningRate=1, batchSize=10, percTrainData=20),
        link(problem="regression", regDataset="reg-gauss", networkShape="5", activation="relu", percTrainData=10,
             batchSize=30, initZero="false"),
        link(dataset="spiral", networkShape="2", initZero="true", percTrainData=100),
    ],
)  # fmt: skip
def test_it_learns_the_same_function_by_the_rules_of_the_page(text: str) -> None:
    """Against those rules, link by link: every weight and bias after some epochs, and the answers."""
    trainer = Trainer(from_link(text).session)
    session, data = trainer.session, trainer.dataset
    training, rate = session.training, session.training.optimizer.learning_rate
    hidden = session.network.layers[0].activation.name if session.network.layers else "tanh"
    output = session.network.output.activation.name.replace("identity", "linear")
    depth = len(session.widths) - 1
    weights = [trainer.network.weight(k).tolist() for k in range(1, depth + 1)]
    biases = [trainer.network.bias(k).tolist() for k in range(1, depth + 1)]
    page = Page(weights, biases, hidden.replace("identity", "linear"), output)
    penalty = "L1" if training.l1 else "L2" if training.l2 else "none"
    rows = list(zip(data.x_train.tolist(), data.target_train[:, 0].tolist(), strict=True))
    for _ in range(3):
        for number, (x, target) in enumerate(rows, start=1):
            page.forward(x)
            page.backward(target)
            if number % training.batch_size == 0:
                page.update(rate, penalty, training.l1 or training.l2)
    trainer.advance(3 * len(rows) // training.batch_size)
    assert not any(any(any(row) for row in layer) for layer in page.dead)
    for k in range(1, depth + 1):
        np.testing.assert_allclose(trainer.network.weight(k), page.weights[k - 1], rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(trainer.network.bias(k), page.biases[k - 1], rtol=1e-9, atol=1e-12)
    answers = [page.forward(x) for x, _ in rows[:20]]
    np.testing.assert_allclose(trainer.network.predict(data.x_train[:20])[:, 0], answers, rtol=1e-9, atol=1e-12)


TOLD = [
    (link(regularization="L1", regularizationRate=0.1), "stays 0 for good"),
    (link(batchSize=12), "leaves 10 of 250 samples over"),
    (link(batchSize=300), "the page never updates"),
    (link("x,sinX"), "columns of rows"),
    (link(problem="regression", percTrainData=90), "first 1,000 of 1,080"),
    (link(problem="regression"), "Of 600 test samples the first 400"),
    (link(percTrainData=4), "Of 480 test samples the first 180"),
    (link(activation="swish"), 'activation in the link is "swish", which the Playground does not know'),
    (link(noise=90), "noise in the link is 90; as on the page, 50 is taken"),
    (link(cosX="true"), "cosX is on in the link, and has no effect"),
    (link(discretize="true", playButton_hide="true"), "not taken over: discretize, playButton_hide."),
    (link(colour="red"), 'does not know 1 key of the link: "colour"'),
    (PAGE + "dataset=xor", "names no seed"),
    (PAGE + "seed=1&seed=2", "says seed more than once"),
    (link(), "no accuracy is counted"),
]


@pytest.mark.parametrize(("text", "said"), TOLD)
def test_what_a_session_cannot_say_is_told(text: str, said: str) -> None:
    found = from_link(text)
    assert any(said in remark for remark in found.remarks), found.remarks
    assert all(remark.endswith(".") for remark in found.remarks)


def test_test_samples_are_those_of_the_page() -> None:
    """Nothing is lost of a usual link: the split finds both parts again, in order."""
    whole, half = (Trainer(from_link(link(percTrainData=share)).session).dataset for share in (100, 70))
    assert (len(half.raw_train), len(half.raw_test)) == (350, 150)
    assert np.array_equal(whole.raw_train, np.concatenate([half.raw_train, half.raw_test]))


def test_a_seed_counts_as_the_address_has_it() -> None:
    """From `%30.5%C3%A9`, as the page draws by its own source: browsers encode what they show, it decodes nothing."""
    for seed in ("%30.5%C3%A9", "%30.5\u00e9"):
        network = Trainer(from_link(link(seed=seed, networkShape="")).session).network
        assert network.weight(1)[0].tolist() == [-0.1478368119305225, 0.24987657668040064]


def test_a_hidden_input_is_none() -> None:
    assert from_link(link("x,y,xTimesY", y_hide="true")).session.data.features == ("x", "x*y")


WRONG = [
    "https://example.org/",
    "https://example.org/#a=b",
    "ftp://playground.tensorflow.org/#seed=1",
    "https://[playground/#seed=1",
    "https://playground.tensorflow.org/?seed=1",
    link(learningRate="abc"),
    link(learningRate=0),
    link(learningRate="nan"),
    link(batchSize=0),
    link(batchSize=2.5),
    link(batchSize="1_0"),
    link(batchSize="\u0663"),
    link(batchSize=1e9),
    link(regularizationRate=-1),
    link(percTrainData=0),
    link(percTrainData=0.1),
    link(noise="inf"),
    link(networkShape="4,,2"),
    link(networkShape="0"),
    link(networkShape="2.5"),
    link(networkShape="-3"),
    link(networkShape="99999999999999999999"),
    link(networkShape=",".join(["1"] * 70)),
    link(networkShape="4096,4096"),
    link(""),
    PAGE + "seed=" + "a" * 30_000,
    "#seed=" + "a" * 30_000,
]


@pytest.mark.parametrize("text", WRONG)
def test_a_wrong_link_is_a_sentence(text: str) -> None:
    with pytest.raises(FileError) as caught:
        open_foreign(text, Wishes())
    said = str(caught.value)
    assert said.isprintable()
    assert len(said) < 300
    assert said.endswith((".", "…"))
    assert "Invalid" not in said


def test_what_is_a_link() -> None:
    assert is_link("  https://playground.tensorflow.org/#dataset=xor ")
    assert is_link("playground.tensorflow.org")
    assert is_link("#networkShape=4,2&dataset=circle")
    assert not is_link("mine.twostroke")
    assert not is_link("#1 of my sessions.twostroke.json")
    assert not is_link("C:\\models\\a.onnx")


def test_a_bare_page_is_its_defaults() -> None:
    session = from_link("playground.tensorflow.org").session
    assert session.widths == (2, 4, 2, 1)
    assert (session.training.batch_size, session.network.layers[0].activation.name) == (10, "tanh")


def test_a_link_from_the_source_of_a_page_is_the_same() -> None:
    text = link(dataset="xor", networkShape="3,2")
    assert from_link(text.replace("&", "&amp;").replace(",", "%2C")).session == from_link(text).session


def test_a_wide_network_comes_with_a_companion() -> None:
    found = from_link(link(networkShape="200,60"))
    assert found.weights is not None
    assert found.weights["l1.weight"].shape == (200, 2)
    assert not found.session.network.parameters
