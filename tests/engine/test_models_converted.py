"""scikit-learn's networks, pickled: what is printed of them converts them, and the outputs are the same."""

from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pytest
from sklearn.model_selection import GridSearchCV
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from tests.engine.conversion_lines import lines_for, run
from twostroke.engine.compute.network import Network
from twostroke.engine.files.foreign.opening import open_foreign
from twostroke.engine.files.foreign.wishes import Wishes

RNG = np.random.default_rng(11)
X = RNG.normal(size=(40, 3))
KIND = np.arange(40) % 3


def regressor(**more: Any) -> MLPRegressor:
    return MLPRegressor(hidden_layer_sizes=(4, 3), max_iter=5, **more)


def classifier(**more: Any) -> MLPClassifier:
    return MLPClassifier((4,), max_iter=5, **more)


MODELS: dict[str, tuple[Any, Any]] = {
    "relu": (classifier(), KIND),
    "tanh": (classifier(activation="tanh", solver="lbfgs"), KIND),
    "logistic": (classifier(activation="logistic"), np.array(["class", "{x}", "\u2202"])[KIND]),
    "two classes": (classifier(), KIND == 1),
    "several at once": (classifier(), np.stack([KIND == 1, KIND > 0], 1)),
    "values": (regressor(activation="identity"), X @ [1.0, 2.0, 3.0]),
    "several values": (regressor(), X[:, :2]),
    "the best of a search": (GridSearchCV(classifier(), {"alpha": [0.1, 1.0]}, cv=2), KIND),
}


def converted(model: Any, path: Path) -> Any:
    """What the converted network answers."""
    joblib.dump(model, path)
    words = run(lines_for(path), path.parent).split()
    wishes = Wishes(activation=words[1], output=words[3])
    assert words[::2] == ["--activation", "--output"]
    network = Network(open_foreign(f"{path}.npz", wishes).session)
    return network.predict(X)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", MODELS)
def test_same_outputs(tmp_path: Path, name: str) -> None:
    model, y = MODELS[name]
    model.fit(X, y)
    expected = getattr(model, "predict_proba", model.predict)(X).reshape(len(X), -1)
    found = converted(model, tmp_path / 'it\'s "mine" \u2202.joblib')
    np.testing.assert_allclose(found, expected[:, 1:] if name == "two classes" else expected, rtol=1e-10, atol=1e-12)


@pytest.mark.filterwarnings("ignore")
def test_the_last_step_of_a_pipeline_alone(tmp_path: Path) -> None:
    model = make_pipeline(StandardScaler(), classifier()).fit(X + 5, KIND)
    np.testing.assert_allclose(converted(model, tmp_path / "m.pkl"), model[-1].predict_proba(X), rtol=1e-10)
