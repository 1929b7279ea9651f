"""Makes fixtures of ml/onnx/src/test/resources/sklearn: trees behind scalers, encoders and columns.

Run with scikit-learn 1.0.2, 1.3.2, 1.5.2 and 1.9.1, each with joblib:
    OMP_NUM_THREADS=1 python make_tree_pipelines.py ../../resources/sklearn
"""
import sys

import numpy as np
import sklearn
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import (
    GradientBoostingRegressor, HistGradientBoostingClassifier, HistGradientBoostingRegressor, IsolationForest, RandomForestClassifier,
    RandomForestRegressor, VotingClassifier)
from sklearn.feature_selection import SelectFromModel, SelectKBest
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer, KBinsDiscretizer, MinMaxScaler, OneHotEncoder, OrdinalEncoder, PowerTransformer,
    RobustScaler, StandardScaler)
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from recording import Recording, flat

r = np.random.RandomState(11)
n = 120
X = np.round(r.randn(n, 4) * [1, 30, 0.01, 4000] + [0, 100, 5, -9], 3).astype(np.float32).astype(np.float64)
score = X[:, 0] + (X[:, 1] - 100) / 30 * np.sign(X[:, 2] - 5)
two = np.where(score > 0, "yes", "no")
three = np.digitize(score, [-0.5, 0.5])
real = score * 7 + 0.1 * r.randn(n)
gaps = np.where(r.rand(n, 4) < 0.2, np.nan, X)
text = np.stack([r.choice(["a", "b", "cé"], n), r.choice(["x", "y"], n)], 1).astype(object)
mixed = np.concatenate([X[:, :2].astype(object), text], 1)
forest = {"n_estimators": 5, "max_depth": 4, "random_state": 0}
hist = {"max_iter": 5, "max_leaf_nodes": 6, "random_state": 0}

record = Recording(sys.argv[1], "trees")
record.add("scaled_tree", make_pipeline(StandardScaler(), DecisionTreeClassifier(max_depth=5)), X, three)
record.add("scaled_forest", make_pipeline(StandardScaler(), RandomForestClassifier(**forest)), X, two)
record.add("robust_boosted", make_pipeline(RobustScaler(), GradientBoostingRegressor(n_estimators=5)), X, real)
record.add("scaled_hist", make_pipeline(MinMaxScaler((-1, 3)), HistGradientBoostingClassifier(**hist)), gaps, two)
record.add("filled_hist", make_pipeline(SimpleImputer(), HistGradientBoostingRegressor(**hist)), gaps, real)
record.add("power_forest", make_pipeline(PowerTransformer(), RandomForestRegressor(**forest)), X, real)
record.add("logarithm_tree", make_pipeline(
    FunctionTransformer(np.log1p), StandardScaler(), DecisionTreeRegressor(max_depth=4)), np.abs(X), real)
record.add("selected_forest", make_pipeline(
    SelectKBest(k=3), StandardScaler(), SelectFromModel(RandomForestClassifier(**forest)),
    RandomForestClassifier(**forest)), X, two)
record.add("mixed_forest", make_pipeline(ColumnTransformer([
    ("num", make_pipeline(SimpleImputer(), StandardScaler()), [0, 1]),
    ("hot", OneHotEncoder(handle_unknown="ignore"), [2]),
    ("ordinal", OrdinalEncoder(), [3])]), RandomForestClassifier(**forest)), mixed, two)
record.add("bins_forest", make_pipeline(
    KBinsDiscretizer(4, encode="ordinal"), RandomForestRegressor(**forest)), X, real)
record.add("voting_trees", VotingClassifier(
    [("a", make_pipeline(StandardScaler(), RandomForestClassifier(**forest))), ("b", LogisticRegression(max_iter=4000))],
    voting="soft"), X[:, :3], three)
record.add("calibrated_forest", CalibratedClassifierCV(
    make_pipeline(StandardScaler(), RandomForestClassifier(**forest)), cv=2), X, two)
record.add("grid_forest", GridSearchCV(
    make_pipeline(StandardScaler(), RandomForestClassifier(**forest)),
    {"randomforestclassifier__max_depth": [2, 3]}, cv=2), X, three)
categories = np.concatenate([np.floor(np.abs(X[:, :1] * 4)).clip(0, 9), X[:, 1:3], r.randint(0, 5, (n, 1))], 1)
categories[::11, 3] = np.nan
unknown = np.concatenate([categories[:12], categories[:4] * [3, 1, 1, 9]])
for name, make in dict(hist_categories=HistGradientBoostingRegressor, hist_categories_classes=HistGradientBoostingClassifier).items():
    try:
        model = make(categorical_features=[0, 3], min_samples_leaf=4, **hist)
    except TypeError:
        continue
    record.add(name, model, categories, real + categories[:, 0] % 3 * 9 if "classes" not in name else two, test=unknown)
record.add("isolation", make_pipeline(StandardScaler(), IsolationForest(n_estimators=4, random_state=0)), X,
           outputs=lambda model, rows: {"label": flat(model.predict(rows)), "scores": flat(model.decision_function(rows))})
record.write()
print(sklearn.__version__, len(record.models))
