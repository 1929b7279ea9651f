"""Makes fixtures of ml/onnx/src/test/resources/sklearn: relatives of estimators that the other scripts fit.

Run with scikit-learn 1.0.2 and 1.9.1, each with joblib:
    OMP_NUM_THREADS=1 python make_rest_fixtures.py ../../resources/sklearn
"""
import sys

import numpy as np
from sklearn import linear_model as linear
from sklearn.cross_decomposition import CCA, PLSCanonical
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.feature_selection import RFECV, SelectFdr, SelectFwe, SequentialFeatureSelector
from sklearn.model_selection import HalvingGridSearchCV, HalvingRandomSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from recording import Recording

r = np.random.RandomState(8)
n = 50
X = np.round(r.randn(n, 4), 3).astype(np.float32).astype(np.float64)
two = (X[:, 0] + 0.3 * X[:, 1] > 0).astype(int)
three = np.array(["low", "mid", "high"])[np.digitize(X[:, 0] + 0.5 * X[:, 1], [-0.5, 0.5])]
real = X @ [1.0, -2.0, 0.5, 3.0] + 0.1 * r.randn(n)
reals = np.stack([real, -real * X[:, 0]], 1)
record = Recording(sys.argv[1], "rest")

for name in ("ElasticNetCV", "Lars", "LarsCV", "LassoCV", "LassoLars", "LassoLarsCV", "LassoLarsIC", "OrthogonalMatchingPursuit",
             "OrthogonalMatchingPursuitCV", "TheilSenRegressor", "RANSACRegressor"):
    model = getattr(linear, name)()
    if "random_state" in model.get_params():
        model.set_params(random_state=0)
    record.add(name, model, X, real)
record.add("QuantileRegressor", linear.QuantileRegressor(alpha=0.1, solver="highs"), X, real)
for name in ("MultiTaskElasticNet", "MultiTaskElasticNetCV", "MultiTaskLasso", "MultiTaskLassoCV"):
    record.add(name, getattr(linear, name)(), X, reals)
record.add("GammaRegressor", linear.GammaRegressor(), X, np.exp(real / 4))
record.add("TweedieRegressor", linear.TweedieRegressor(power=1.5, link="log"), X, np.exp(real / 4))
record.add("TweedieRegressor_identity", linear.TweedieRegressor(power=0), X, real)
record.add("PassiveAggressiveClassifier", linear.PassiveAggressiveClassifier(random_state=0), X, three)
record.add("PassiveAggressiveRegressor", linear.PassiveAggressiveRegressor(random_state=0), X, real)
record.add("RidgeClassifierCV", linear.RidgeClassifierCV(), X, three)
record.add("PLSCanonical", PLSCanonical(2), X, reals)
record.add("CCA", CCA(2), X, reals)
record.add("SelectFdr", SelectFdr(alpha=0.1), X, two)
record.add("SelectFwe", SelectFwe(alpha=0.1), X, two)
record.add("RFECV", RFECV(linear.LogisticRegression()), X, two)
record.add("SequentialFeatureSelector", SequentialFeatureSelector(linear.Ridge(), n_features_to_select=2), X, real)
record.add("HalvingGridSearchCV", HalvingGridSearchCV(
    make_pipeline(StandardScaler(), linear.LogisticRegression()), {"logisticregression__C": [0.1, 1, 10]}, random_state=0),
    X, three)
record.add("HalvingRandomSearchCV", HalvingRandomSearchCV(
    linear.Ridge(), {"alpha": [0.1, 1.0, 10.0]}, n_candidates=3, random_state=0), X, real)
try:
    from sklearn.frozen import FrozenEstimator
    record.add("FrozenEstimator", make_pipeline(
        FrozenEstimator(StandardScaler().fit(X)), linear.LogisticRegression()), X, two)
except ImportError:
    pass
record.write()
print(record.prefix, len(record.models))
