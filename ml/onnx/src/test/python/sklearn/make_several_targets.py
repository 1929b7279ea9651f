"""Makes fixtures of ml/onnx/src/test/resources/sklearn: several targets at once, neighbours within a radius, Gaussian
processes that classify, factors of non-negative columns.

Run with scikit-learn 1.0.2, 1.2.1 and 1.9.1, each with joblib:
    OMP_NUM_THREADS=1 python make_several_targets.py ../../resources/sklearn
"""
import sys

import numpy as np
from sklearn.ensemble import ExtraTreesClassifier, RandomForestClassifier
from sklearn.gaussian_process import GaussianProcessClassifier
from sklearn.gaussian_process.kernels import RBF, ConstantKernel, DotProduct, Matern, WhiteKernel
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.multiclass import OneVsRestClassifier
from sklearn.multioutput import ClassifierChain, MultiOutputClassifier, MultiOutputRegressor, RegressorChain
from sklearn.neighbors import KNeighborsClassifier, RadiusNeighborsClassifier, RadiusNeighborsRegressor
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from recording import Recording, flat

r = np.random.RandomState(5)
n = 40
X = np.round(r.randn(n, 3), 3).astype(np.float32).astype(np.float64)
two = (X[:, 0] + X[:, 1] * X[:, 2] > 0).astype(int)
three = np.digitize(X[:, 0] + 0.5 * X[:, 1], [-0.5, 0.5])
words = np.array(["low", "mid", "high"])[three]
sides = np.where(X[:, 2] > 0, "left", "right")
present = np.stack([two, (X[:, 1] > 0.3).astype(int), (X[:, 2] < X[:, 0]).astype(int)], 1)
real = X @ [1.0, -2.0, 0.5] + 0.1 * r.randn(n)
reals = np.stack([real, -real * X[:, 0]], 1)
apart = np.concatenate([X[:10] + 0.125, X[:1] * 50])
record = Recording(sys.argv[1], "several")


def several(model, rows):
    """Of each target; scores in the place of probabilities."""
    outputs = {"label": flat(model.predict(rows))}
    if hasattr(model, "predict_proba"):
        own = model.predict_proba(rows)
        if not isinstance(own, list):
            return {**outputs, "probabilities": flat(own)}
    else:
        own = [e.decision_function(rows) for e in model.estimators_]
        own = [np.stack([-d, d], 1) if d.ndim == 1 else d for d in own]
    for i, p in enumerate(own):
        outputs["probabilities_%d" % i] = flat(p)
    return outputs


def labels(model, rows):
    return {"label": flat(model.predict(rows))}


record.add("multi_output", MultiOutputClassifier(LogisticRegression()), X, np.stack([two, three], 1), outputs=several)
record.add("multi_output_words", MultiOutputClassifier(DecisionTreeClassifier(max_depth=3, random_state=0)), X,
           np.stack([words, sides], 1), outputs=several)
record.add("multi_output_scores", make_pipeline(StandardScaler(), MultiOutputClassifier(LinearSVC(random_state=0))), X,
           np.stack([two, three], 1), outputs=lambda m, rows: several(m.steps[1][1], m.steps[0][1].transform(rows)))
record.add("multi_output_trees", MultiOutputRegressor(DecisionTreeRegressor(max_depth=3, random_state=0)), X, reals)
record.add("classifier_chain", ClassifierChain(LogisticRegression(), order=[2, 0, 1]), X, present, outputs=several)
record.add("classifier_chain_trees", ClassifierChain(DecisionTreeClassifier(max_depth=3, random_state=0)), X, present,
           outputs=several)
record.add("classifier_chain_scores", ClassifierChain(LinearSVC(random_state=0), order=[1, 2, 0]), X, present,
           outputs=labels)
try:
    record.add("classifier_chain_probable", ClassifierChain(LogisticRegression(), chain_method="predict_proba"), X, present,
               outputs=several)
except TypeError:
    pass
record.add("regressor_chain_ridge", RegressorChain(Ridge(), order=[1, 0]), X, reals)
record.add("regressor_chain_trees", RegressorChain(DecisionTreeRegressor(max_depth=3, random_state=0)), X, reals)
record.add("rest_labels", OneVsRestClassifier(LogisticRegression()), X, present, outputs=several)
record.add("perceptron_labels", MLPClassifier((5,), max_iter=60, random_state=0), X, present, outputs=several)
record.add("neighbours_targets", KNeighborsClassifier(4, weights="distance"), X, np.stack([two, three], 1), test=apart,
           outputs=several)
record.add("tree_targets", DecisionTreeClassifier(max_depth=4, random_state=0), X, np.stack([two, three], 1), outputs=several)
record.add("forest_targets", RandomForestClassifier(4, max_depth=3, random_state=0), X, np.stack([words, sides], 1),
           outputs=several)
record.add("extra_targets", make_pipeline(StandardScaler(), ExtraTreesClassifier(3, max_depth=3, random_state=0)), X, present,
           outputs=several)
record.add("radius", RadiusNeighborsClassifier(1.5, outlier_label="most_frequent"), X, words, test=apart)
record.add("radius_distance", RadiusNeighborsClassifier(1.25, weights="distance", outlier_label=-1, algorithm="brute"), X,
           three, test=np.concatenate([X[:4], apart]))
record.add("radius_manhattan", RadiusNeighborsClassifier(2.0, p=1, outlier_label=0), X, two, test=apart)
record.add("radius_targets", RadiusNeighborsClassifier(1.5, outlier_label=[1, 7]), X, np.stack([two, three], 1), test=apart,
           outputs=several)
record.add("radius_regressor", RadiusNeighborsRegressor(1.5), X, real, test=X[:10] + 0.125)
record.add("radius_regressor_distance", RadiusNeighborsRegressor(1.5, weights="distance", metric="chebyshev"), X, reals,
           test=np.concatenate([X[:4], X[:8] + 0.125]))
record.add("process_two", GaussianProcessClassifier(ConstantKernel(2.0) * RBF(1.5), optimizer=None), X, sides)
record.add("process_matern", GaussianProcessClassifier(Matern([1.0, 2.0, 3.0], nu=2.5) + WhiteKernel(0.2)), X, two)
record.add("process_three", GaussianProcessClassifier(1.0 * RBF(1.0) + DotProduct(0.5) ** 2, optimizer=None), X, words)
record.add("process_pairs", GaussianProcessClassifier(1.0 * RBF(1.0), optimizer=None, multi_class="one_vs_one"), X, words,
           outputs=labels)
record.write()
print(record.prefix, len(record.models))
