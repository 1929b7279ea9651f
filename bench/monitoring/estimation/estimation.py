"""Performance estimated without labels: mlaas beside NannyML (CBPE, DLE) on the same rows.

estimation.py write FOLDER      makes the tables that both read
estimation.py compare FOLDER FILE   FILE: what EstimationBench printed
"""
import os
import pathlib
import sys

os.environ["NML_DISABLE_USAGE_LOGGING"] = "1"
import warnings

warnings.filterwarnings("ignore")
import numpy as np
import pandas as pd
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits
from sklearn.linear_model import LinearRegression, LogisticRegression

CHUNK = 1000
CBPE = ["accuracy", "precision", "recall", "specificity", "f1", "roc_auc"]
DLE = ["mae", "mse", "rmse", "mape", "msle", "rmsle"]


def uniform(n, seed):
    state, numbers = seed, np.empty(n)
    for i in range(n):
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        numbers[i] = (state >> 11) * 2.0**-53
    return numbers


def gauss(n, seed):
    u = uniform(2 * n, seed)
    return np.sqrt(-2 * np.log(u[0::2])) * np.cos(2 * np.pi * u[1::2])


def binary(n, seed, shift, power):
    score = 1 / (1 + np.exp(-(1.5 * gauss(n, seed) + shift)))
    target = (uniform(n, seed + 1) < score**power).astype(int)
    return classes(np.column_stack([1 - score, score]), (score >= 0.5).astype(int), target)


def classes(probabilities, prediction, target):
    table = pd.DataFrame(probabilities, columns=[f"p{i}" for i in range(probabilities.shape[1])])
    return table.assign(prediction=prediction, target=target)


def softmax(logits):
    p = np.exp(logits)
    return p / p.sum(1, keepdims=True)


def multiclass(n, seed, shift, sharp):
    logits = np.stack([gauss(n, seed) + shift, gauss(n, seed + 1) * 1.2, gauss(n, seed + 2) - 0.3], 1)
    p, truth, u = softmax(logits), softmax(logits * sharp), uniform(n, seed + 3)
    target = (u > truth[:, 0]).astype(int) + (u > truth[:, 0] + truth[:, 1]).astype(int)
    return classes(p, p.argmax(1), target)


def regression(n, seed, shift):
    a, b = gauss(n, seed) + shift, uniform(n, seed + 1) * 4
    c = np.floor(uniform(n, seed + 2) * 6)
    f = 10 + 2 * a + b
    y = np.abs(f + gauss(n, seed + 3) * (0.3 + 0.4 * np.abs(a) + 0.1 * b)) + 1e-9
    return pd.DataFrame({"a": a, "b": b, "c": c, "prediction": np.abs(f), "target": y})


def resampled(table, n, seed):
    """Rows drawn with replacement, jittered, so that a small dataset fills chunks."""
    rng = np.random.default_rng(seed)
    return table.iloc[rng.integers(0, len(table), n)].reset_index(drop=True)


def shipped():
    x, y = load_breast_cancer(return_X_y=True)
    x = x[:, :3] / x[:, :3].max(0)
    model = LogisticRegression().fit(x[:300], y[:300])
    p = model.predict_proba(x)
    table = classes(p, p.argmax(1), y)
    yield "binary-breast-cancer", resampled(table[:400], 4000, 1), resampled(table[300:], 2000, 2)
    x, y = load_digits(return_X_y=True)
    model = LogisticRegression(max_iter=200, C=0.0003).fit(x[:900], y[:900])
    p = model.predict_proba(x)
    table = classes(p, p.argmax(1), y)
    yield "multiclass-digits", resampled(table[:1200], 4000, 3), resampled(table[900:], 2000, 4)
    x, y = load_diabetes(return_X_y=True)
    p = LinearRegression().fit(x[:250], y[:250]).predict(x).clip(0)
    table = pd.DataFrame(x, columns=[f"x{i}" for i in range(x.shape[1])]).assign(prediction=p, target=y)
    yield "dle-diabetes", resampled(table[:350], 4000, 5), resampled(table[250:], 2000, 6)


def tables():
    yield "binary-calibrated", binary(4000, 100, 0, 1.0), binary(2000, 200, 0.7, 1.0)
    yield "binary-overconfident", binary(4000, 100, 0, 1.6), binary(2000, 200, 0.7, 1.6)
    yield "multiclass-calibrated", multiclass(4000, 300, 0, 1.0), multiclass(2000, 400, 0.7, 1.0)
    yield "multiclass-overconfident", multiclass(4000, 300, 0, 0.5), multiclass(2000, 400, 0.7, 0.5)
    yield "dle-noise", regression(5000, 500, 0), regression(2000, 600, 0.8)
    yield from shipped()


def nannyml(name, reference, current):
    import nannyml

    inputs = list(reference.columns[:-2])
    if name.startswith("dle"):
        metrics = DLE
        estimator = nannyml.DLE(feature_column_names=inputs, y_pred="prediction", y_true="target", metrics=metrics, chunk_size=CHUNK)
    else:
        metrics, kind, scores = CBPE, "classification_binary", "p1"
        if len(inputs) > 2:
            kind, scores = "classification_multiclass", {i: f"p{i}" for i in range(len(inputs))}
        estimator = nannyml.CBPE(y_pred_proba=scores, y_pred="prediction", y_true="target", problem_type=kind, metrics=metrics, chunk_size=CHUNK)
    estimator.fit(reference)
    result = estimator.estimate(current).filter(period="analysis").to_df()
    return {(chunk, metric): float(result[(metric, "value")][chunk]) for chunk in range(len(result)) for metric in metrics}


def compare(folder, file):
    ours = {}
    for line in open(file):
        name, chunk, metric, value = line.rstrip("\n").split("\t")
        ours.setdefault(name, {})[int(chunk), metric] = float(value)
    worst = 0
    for path in sorted(folder.glob("*.reference.csv")):
        name = path.name.split(".")[0]
        theirs = nannyml(name, pd.read_csv(path), pd.read_csv(folder / f"{name}.current.csv"))
        # of metrics that are no shares: relative where they are above 1
        differences = {k: abs(ours[name][k] - v) / max(1, abs(v)) for k, v in theirs.items()}
        (chunk, metric), most = max(differences.items(), key=lambda item: item[1])
        worst = max(worst, most)
        print(f"{name}\t{len(theirs)} estimates\tgreatest difference {most:.2e} ({metric}: {theirs[chunk, metric]:.6g})")
    print(f"all\tgreatest difference {worst:.2e}\t{'within' if worst <= 1e-3 else 'BEYOND'} 1e-3")
    return worst <= 1e-3


if __name__ == "__main__":
    folder = pathlib.Path(sys.argv[2])
    if sys.argv[1] == "write":
        for name, reference, current in tables():
            reference.to_csv(folder / f"{name}.reference.csv", index=False, float_format="%.17g")
            current.to_csv(folder / f"{name}.current.csv", index=False, float_format="%.17g")
    elif not compare(folder, sys.argv[3]):
        sys.exit(1)
