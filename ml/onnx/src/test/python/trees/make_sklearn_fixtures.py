"""Makes the fixtures of scikit-learn's trees: pickles of small fitted models, with inputs and what scikit-learn computes.

Run with scikit-learn 1.9.1 (numpy 2.4.6), 1.2.1 (numpy 1.26.4) and 1.0.2 (numpy 1.22.4):
    OMP_NUM_THREADS=1 python3 make_sklearn_fixtures.py ../../resources/trees
Everything is seeded; the files that are committed come from one run of each version.
"""
import json
import pickle
import sys

import numpy as np
import sklearn
from sklearn.ensemble import (
    AdaBoostClassifier, AdaBoostRegressor, BaggingClassifier, BaggingRegressor, ExtraTreesClassifier, ExtraTreesRegressor,
    GradientBoostingClassifier, GradientBoostingRegressor, HistGradientBoostingClassifier, HistGradientBoostingRegressor,
    IsolationForest, RandomForestClassifier, RandomForestRegressor)
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor, ExtraTreeClassifier, ExtraTreeRegressor

OUT = sys.argv[1]
VERSION = sklearn.__version__
CURRENT = VERSION == "1.9.1"
rng = np.random.RandomState(5)
X = rng.normal(size=(200, 4)).astype(np.float32)
SCORE = X[:, 0] - X[:, 1] * X[:, 2]
TWO = np.where(SCORE > 0, "yes", "no")
THREE = np.digitize(SCORE, [-0.7, 0.7]) * 10
REAL = SCORE * 40 + rng.normal(size=200)
TEST = np.concatenate([rng.normal(size=(40, 4)), X[:20], np.zeros((1, 4)), np.full((1, 4), 1e30)]).astype(np.float32)
MISSING = X.copy()
MISSING[rng.uniform(size=X.shape) < 0.2] = np.nan
TEST_MISSING = TEST.copy()
TEST_MISSING[rng.uniform(size=TEST.shape) < 0.2] = np.nan


def save(name, model, y, x=X, test=TEST):
    model.fit(x, y)
    with open(f"{OUT}/skl_{VERSION}_{name}.model.pkl", "wb") as f:
        pickle.dump(model, f, protocol=4)
    outputs = {}
    if hasattr(model, "classes_"):
        outputs["index"] = np.searchsorted(model.classes_, model.predict(test))
        outputs["probabilities"] = model.predict_proba(test)
        if hasattr(model, "decision_function"):
            outputs["scores"] = model.decision_function(test)
    elif name == "isolation":
        outputs["index"] = (model.predict(test) + 1) // 2
        outputs["scores"] = model.decision_function(test)
    else:
        outputs["values"] = model.predict(test)
    with open(f"{OUT}/skl_{VERSION}_{name}.json", "w") as f:
        json.dump({"x": [None if v != v else v for v in test.reshape(-1).tolist()], "x_shape": test.shape,
                   "outputs": {k: {"values": np.asarray(v, dtype=float).reshape(-1).tolist(),
                                   "shape": [len(v)] if k == "index" else [len(v), np.size(v) // len(v)]}
                               for k, v in outputs.items()}}, f)


few = {"n_estimators": 6, "random_state": 3}
small = {"max_depth": 4, "random_state": 3}
save("tree_two", DecisionTreeClassifier(**small), TWO)
save("tree_three", DecisionTreeClassifier(**small), THREE)
save("tree_reg", DecisionTreeRegressor(**small), REAL)
save("tree_weighted", DecisionTreeClassifier(class_weight="balanced", **small), THREE)
save("tree_targets", DecisionTreeRegressor(**small), np.stack([REAL, -REAL], 1))
save("extra_tree", ExtraTreeClassifier(**small), THREE)
save("extra_tree_reg", ExtraTreeRegressor(**small), REAL)
save("forest_two", RandomForestClassifier(max_depth=5, **few), TWO)
save("forest_three", RandomForestClassifier(**few), THREE)
save("forest_reg", RandomForestRegressor(max_depth=6, **few), REAL)
save("forest_targets", RandomForestRegressor(max_depth=4, **few), np.stack([REAL, -REAL], 1))
save("extra_trees", ExtraTreesClassifier(max_depth=5, **few), THREE)
save("extra_trees_reg", ExtraTreesRegressor(max_depth=5, **few), REAL)
save("gradient_two", GradientBoostingClassifier(**few), TWO)
save("gradient_three", GradientBoostingClassifier(**few), THREE)
save("gradient_exponential", GradientBoostingClassifier(loss="exponential", **few), TWO)
save("gradient_zero", GradientBoostingClassifier(init="zero", **few), TWO)
save("gradient_reg", GradientBoostingRegressor(**few), REAL)
save("gradient_huber", GradientBoostingRegressor(loss="huber", **few), REAL)
save("gradient_quantile", GradientBoostingRegressor(loss="quantile", **few), REAL)
hist = {"max_iter": 6, "random_state": 3, "max_leaf_nodes": 8}
save("hist_two", HistGradientBoostingClassifier(**hist), TWO, MISSING, TEST_MISSING)
save("hist_three", HistGradientBoostingClassifier(**hist), THREE, MISSING, TEST_MISSING)
save("hist_reg", HistGradientBoostingRegressor(**hist), REAL, MISSING, TEST_MISSING)
save("hist_poisson", HistGradientBoostingRegressor(loss="poisson", **hist), np.abs(REAL))
if CURRENT:
    save("hist_gamma", HistGradientBoostingRegressor(loss="gamma", **hist), np.abs(REAL) + 1)
    save("tree_missing", DecisionTreeClassifier(**small), TWO, MISSING, TEST_MISSING)
    save("forest_missing", RandomForestClassifier(max_depth=5, **few), TWO, MISSING, TEST_MISSING)
    save("ada_two", AdaBoostClassifier(**few), TWO)
    save("ada_three", AdaBoostClassifier(DecisionTreeClassifier(max_depth=2), **few), THREE)
else:
    for algorithm in ("SAMME", "SAMME.R"):
        kind = "ada_real" if algorithm == "SAMME.R" else "ada"
        save(f"{kind}_two", AdaBoostClassifier(algorithm=algorithm, **few), TWO)
        save(f"{kind}_three", AdaBoostClassifier(DecisionTreeClassifier(max_depth=2), algorithm=algorithm, **few), THREE)
save("ada_reg", AdaBoostRegressor(**few), REAL)
save("bagging_two", BaggingClassifier(DecisionTreeClassifier(max_depth=4), **few), TWO)
save("bagging_three", BaggingClassifier(DecisionTreeClassifier(max_depth=4), max_features=0.6, **few), THREE)
save("bagging_few", BaggingClassifier(DecisionTreeClassifier(max_depth=4), max_samples=4, **few), THREE)
save("bagging_reg", BaggingRegressor(DecisionTreeRegressor(max_depth=4), max_features=0.6, **few), REAL)
save("isolation", IsolationForest(**few), None)
