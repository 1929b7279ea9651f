"""Numbers for LinearAgainstScikitLearnTest: what scikit-learn's partial_fit made of a small stream, and what McMahan's FTRL-proximal
and diagonal AdaGrad make of it in a few lines of numpy.

    python make_linear_fixtures.py ../resources/fixtures/linear.json     (scikit-learn 1.9.1, numpy 2.4.6)
"""

import json
import sys
import warnings

import numpy as np
import sklearn
from sklearn.linear_model import SGDClassifier, SGDRegressor

warnings.filterwarnings("ignore")
ROWS, CHUNK = 90, 30
random = np.random.default_rng(7)
numbers = np.round(random.normal(size=(ROWS, 3)), 3)
nominal = random.integers(0, 3, size=ROWS)
weights = np.round(random.uniform(0.2, 2, size=ROWS), 2)
X = np.column_stack([numbers, np.eye(3)[nominal]])  # one-hot, as the learner encodes the nominal input
score = numbers @ [1.5, -2.0, 0.5] + np.array([0.0, 0.8, -0.7])[nominal] + random.normal(scale=0.3, size=ROWS)
binary = (score > 0).astype(int)
three = np.digitize(score, [-1, 1])
real = np.round(score, 4)


def scikit(kind, target, sample_weight=None, chunks=True, **parameters):
    model = (SGDRegressor if kind == "regression" else SGDClassifier)(shuffle=False, random_state=0, **parameters)
    step = CHUNK if chunks else ROWS
    for i in range(0, ROWS, step):
        more = {} if kind == "regression" else {"classes": np.unique(target)}
        w = None if sample_weight is None else sample_weight[i : i + step]
        model.partial_fit(X[i : i + step], target[i : i + step], sample_weight=w, **more)
    result = {"coefficients": np.atleast_2d(model.coef_).tolist(), "intercepts": np.ravel(model.intercept_).tolist()}
    if kind != "regression" and parameters["loss"] in ("log_loss", "modified_huber"):
        result["probabilities"] = model.predict_proba(X[:4]).tolist()
    return result


def ftrl(alpha, beta, l1, l2):
    """McMahan et al., Ad click prediction: a view from the trenches (2013), algorithm 1; the intercept is a weight without penalty."""
    inputs = np.column_stack([X, np.ones(ROWS)])
    penalty = np.array([1.0] * X.shape[1] + [0.0])
    z, n, w = np.zeros(inputs.shape[1]), np.zeros(inputs.shape[1]), np.zeros(inputs.shape[1])
    for x, y in zip(inputs, binary):
        w = np.where(np.abs(z) <= l1 * penalty, 0, -(z - np.sign(z) * l1 * penalty) / ((beta + np.sqrt(n)) / alpha + l2 * penalty))
        g = (1 / (1 + np.exp(-(w @ x))) - y) * x
        sigma = (np.sqrt(n + g * g) - np.sqrt(n)) / alpha
        z, n = z + g - sigma * w, n + g * g
    w = np.where(np.abs(z) <= l1 * penalty, 0, -(z - np.sign(z) * l1 * penalty) / ((beta + np.sqrt(n)) / alpha + l2 * penalty))
    return {"coefficients": [w[:-1].tolist()], "intercepts": [w[-1]]}


def adagrad(eta0, l1, l2):
    """Duchi et al. (2011): diagonal, composite mirror descent; only coordinates whose input is not 0 move."""
    inputs = np.column_stack([X, np.ones(ROWS)])
    penalty = np.array([1.0] * X.shape[1] + [0.0])
    w, total = np.zeros(inputs.shape[1]), np.zeros(inputs.shape[1])
    for x, y in zip(inputs, binary):
        g = (1 / (1 + np.exp(-(w @ x))) - y) * x
        total = total + g * g
        rate = np.where(total > 0, eta0 / (np.sqrt(total) + 1e-10), 0)
        moved = w - rate * g
        moved = np.sign(moved) * np.maximum(0, np.abs(moved) - rate * l1 * penalty) / (1 + rate * l2 * penalty)
        w = np.where(x != 0, moved, w)
    return {"coefficients": [w[:-1].tolist()], "intercepts": [w[-1]]}


def softmax(eta0):
    """Plain stochastic gradient descent on the cross-entropy of the softmax."""
    w, b = np.zeros((3, X.shape[1])), np.zeros(3)
    for x, y in zip(X, three):
        e = np.exp(w @ x + b - np.max(w @ x + b))
        g = e / e.sum() - np.eye(3)[y]
        w, b = w - eta0 * np.outer(g, x), b - eta0 * g
    return {"coefficients": w.tolist(), "intercepts": b.tolist()}


cases = []


def case(target, configuration, result, weighted=False):
    cases.append({"target": target, "configuration": configuration, "weighted": weighted, **result})


def sgd(learning_rate="optimal", **other):
    return {"type": "sgd", "learning_rate": learning_rate, **other}


for loss in ("log_loss", "hinge", "squared_hinge", "modified_huber"):
    case("binary", {"loss": loss, "optimizer": sgd()}, scikit("classification", binary, loss=loss))
    rate = {"learning_rate": "constant", "eta0": 0.05}
    case("three", {"loss": loss, "optimizer": sgd(**rate)}, scikit("classification", three, loss=loss, **rate))
for loss in ("squared_error", "huber", "epsilon_insensitive", "squared_epsilon_insensitive"):
    case("real", {"loss": loss}, scikit("regression", real, loss=loss))
for rate in ({"learning_rate": "invscaling", "eta0": 0.1, "power_t": 0.4}, {"learning_rate": "adaptive", "eta0": 0.1}, {"learning_rate": "optimal"}):
    case("binary", {"loss": "log_loss", "optimizer": sgd(**rate)}, scikit("classification", binary, loss="log_loss", **rate))
for penalty in ("l1", "elasticnet", "none", "l2"):
    other = {"penalty": penalty, "alpha": 0.01, "l1_ratio": 0.3}
    parameters = {**other, "penalty": None if penalty == "none" else penalty, "loss": "log_loss"}
    # scikit-learn begins its running total of the L1 penalty anew with each call; the learner never does: one call
    case("numbers", {"loss": "log_loss", "optimizer": sgd(**other)}, None or {})
    kept, X = X, numbers
    cases[-1].update(scikit("classification", binary, chunks=penalty in ("none", "l2"), **parameters))
    X = kept
case("binary", {"loss": "log_loss", "fit_intercept": False}, scikit("classification", binary, loss="log_loss", fit_intercept=False))
case("binary", {"loss": "log_loss"}, scikit("classification", binary, sample_weight=weights, loss="log_loss"), weighted=True)
for n in (1, 2):
    passive = {"penalty": None, "learning_rate": f"pa{n}", "eta0": 0.3}
    configured = {"type": f"passive_aggressive_{n}", "c": 0.3}
    case("binary", {"loss": "hinge", "optimizer": configured}, scikit("classification", binary, loss="hinge", **passive))
    case("three", {"loss": "hinge", "optimizer": configured}, scikit("classification", three, loss="hinge", **passive))
    case("real", {"loss": "epsilon_insensitive", "optimizer": configured}, scikit("regression", real, loss="epsilon_insensitive", **passive))
case("binary", {"loss": "log_loss", "optimizer": {"type": "ftrl", "alpha": 0.2, "beta": 1, "l1": 0.5, "l2": 0.1}}, ftrl(0.2, 1, 0.5, 0.1))
case("binary", {"loss": "log_loss", "optimizer": {"type": "adagrad", "eta0": 0.3, "l1": 0.01, "l2": 0.02}}, adagrad(0.3, 0.01, 0.02))
case("three", {"loss": "softmax", "optimizer": sgd("constant", eta0=0.05, penalty="none")}, softmax(0.05))

with open(sys.argv[1], "w") as file:
    json.dump(
        {
            "scikit_learn": sklearn.__version__,
            "numbers": numbers.tolist(),
            "nominal": nominal.tolist(),
            "weights": weights.tolist(),
            "binary": binary.tolist(),
            "three": three.tolist(),
            "real": real.tolist(),
            "cases": cases,
        },
        file,
    )
    file.write("\n")
