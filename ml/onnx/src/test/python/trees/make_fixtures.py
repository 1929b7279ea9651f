"""Makes the fixtures of the boosted trees: small models as XGBoost and LightGBM save them, with inputs (NaN where missing)
and the outputs that the libraries compute for them.

Run with xgboost 3.2.0 (xgboost-cpu), lightgbm 4.7.0, numpy 2.4.6, scikit-learn 1.9.1:
    OMP_NUM_THREADS=1 python3 make_fixtures.py ../../resources/trees
With an older XGBoost on PYTHONPATH (2.1.4, 3.0.5) it makes a few models in that version's format instead.
Everything is seeded; the files that are committed come from one run.
"""
import json
import sys

import lightgbm as lgb
import numpy as np
import xgboost as xgb

OUT = sys.argv[1]
rng = np.random.default_rng(20)
N, F = 300, 5
X = rng.normal(size=(N, F)).astype(np.float32)
MISSING = X.copy()
MISSING[rng.random(X.shape) < 0.15] = np.nan
SCORE = X[:, 0] - 0.7 * X[:, 1] + X[:, 2] * X[:, 3]
BINARY = (SCORE > 0).astype(int)
MULTI = np.digitize(SCORE, [-0.8, 0.8])
REAL = SCORE * 3 + rng.normal(size=N) * 0.1
COUNT = rng.poisson(np.exp(SCORE * 0.4))
SPARSE = np.where(rng.random(X.shape) < 0.4, 0, X).astype(np.float32)
CATEGORY = X.copy()
CATEGORY[:, 1] = rng.integers(0, 40, N)
CATEGORY[:, 3] = rng.integers(0, 4, N)
BY_CATEGORY = ((CATEGORY[:, 1].astype(int) * 7) % 11 + CATEGORY[:, 3] * 2 + X[:, 0])
CATEGORY[rng.random(N) < 0.1, 1] = np.nan


def clean(a):
    return [None if isinstance(v, float) and v != v else v for v in np.asarray(a).reshape(-1).tolist()]


def save(name, x, outputs):
    with open(f"{OUT}/{name}.json", "w") as f:
        json.dump({"x": clean(x), "x_shape": list(x.shape),
                   "outputs": {k: {"values": clean(v), "shape": list(np.shape(v))} for k, v in outputs.items()}}, f)


def outputs(raw, classifies):
    raw = np.asarray(raw, dtype=np.float64)
    if not classifies:
        return {"variable": raw.reshape(len(raw), -1)}
    p = raw if raw.ndim == 2 else np.stack([1 - raw, raw], 1)
    return {"label": p.argmax(1), "probabilities": p}


def odd(x, extra=()):
    """Rows that no training saw: zeros, missing ones, huge ones."""
    tail = np.array([[0] * F, [np.nan] * F, [1e30] * F, [-1e30] * F, [1e-36] * F, *extra], dtype=np.float32)
    return np.concatenate([x[:40], tail])


# ---- XGBoost
def xgboost_model(name, params, y, x=MISSING, rounds=8, classifies=False, odds=(), ubj=False, types=None):
    params = {"max_depth": 3, "eta": 0.3, "seed": 1, "nthread": 1, **params}
    train = xgb.DMatrix(x, y, feature_types=types, enable_categorical=types is not None)
    if params["objective"].startswith("rank"):
        train.set_group([30] * 10)
    if params["objective"] == "survival:aft":
        train = xgb.DMatrix(x)
        train.set_float_info("label_lower_bound", y)
        train.set_float_info("label_upper_bound", y)
    booster = xgb.train(params, train, rounds)
    write_xgboost(name, booster, odd(x, odds), classifies, ubj, types)


def write_xgboost(name, booster, x, classifies, ubj=False, types=None, last=0):
    booster.save_model(f"{OUT}/xgb_{name}.model.{'ubj' if ubj else 'json'}")
    test = xgb.DMatrix(x, feature_types=types, enable_categorical=types is not None)
    raw = booster.predict(test, iteration_range=(0, last), strict_shape=False)
    if classifies and name.startswith("softmax"):
        margin = booster.predict(test, output_margin=True).astype(np.float64)
        e = np.exp(margin - margin.max(1, keepdims=True))
        assert (raw == margin.argmax(1)).all()
        raw = e / e.sum(1, keepdims=True)
    save(f"xgb_{name}", x, outputs(raw, classifies))


if xgb.__version__ != "3.2.0":
    OLDER = xgb.__version__.replace(".", "_")
    for ubj in (False, True):
        kind = f"v{OLDER}_" + ("ubj_" if ubj else "")
        xgboost_model(kind + "binary", {"objective": "binary:logistic"}, BINARY, classifies=True, ubj=ubj)
        xgboost_model(kind + "poisson", {"objective": "count:poisson"}, COUNT, ubj=ubj)
    kind = f"v{OLDER}_"
    xgboost_model(kind + "softprob", {"objective": "multi:softprob", "num_class": 3}, MULTI, classifies=True)
    xgboost_model(kind + "dart", {"booster": "dart", "objective": "reg:squarederror", "rate_drop": 0.4}, REAL)
    xgboost_model(kind + "linear", {"booster": "gblinear", "objective": "reg:squarederror",
                                    "updater": "coord_descent"}, REAL, x=X)
    xgboost_model(kind + "linear_multi", {"booster": "gblinear", "objective": "multi:softprob", "num_class": 3,
                                          "updater": "coord_descent"}, MULTI, x=X, classifies=True)
    xgboost_model(kind + "vector_leaf", {"objective": "reg:squarederror", "multi_strategy": "multi_output_tree",
                                         "tree_method": "hist"}, np.stack([REAL, -REAL * 2], 1))
    xgboost_model(kind + "categories", {"objective": "reg:squarederror", "tree_method": "hist", "max_cat_to_onehot": 1},
                  BY_CATEGORY, x=CATEGORY, types=["q", "c", "q", "c", "q"],
                  odds=[[0, 39, 0, 3, 0], [0, 7.6, 0, 1.2, 0], [0, 55, 0, 2, 0], [0, 5, 0, 9, 0]])
    sys.exit()

xgboost_model("binary", {"objective": "binary:logistic"}, BINARY, classifies=True)
xgboost_model("binary_ubj", {"objective": "binary:logistic", "base_score": 0.2}, BINARY, classifies=True, ubj=True)
xgboost_model("softprob", {"objective": "multi:softprob", "num_class": 3}, MULTI, classifies=True)
xgboost_model("softmax", {"objective": "multi:softmax", "num_class": 3}, MULTI, classifies=True)
xgboost_model("softprob_ubj", {"objective": "multi:softprob", "num_class": 3}, MULTI, classifies=True, ubj=True)
xgboost_model("hinge", {"objective": "binary:hinge"}, BINARY, classifies=True)
xgboost_model("logitraw", {"objective": "binary:logitraw", "base_score": 0.3}, BINARY)
xgboost_model("squared", {"objective": "reg:squarederror"}, REAL)
xgboost_model("squared_large", {"objective": "reg:squarederror"}, REAL * 1000 + 50000, rounds=20)
xgboost_model("squared_ubj", {"objective": "reg:squarederror"}, REAL, ubj=True)
xgboost_model("absolute", {"objective": "reg:absoluteerror"}, REAL)
xgboost_model("pseudohuber", {"objective": "reg:pseudohubererror"}, REAL)
xgboost_model("squaredlog", {"objective": "reg:squaredlogerror"}, COUNT)
xgboost_model("quantile", {"objective": "reg:quantileerror", "quantile_alpha": 0.7}, REAL)
xgboost_model("quantiles", {"objective": "reg:quantileerror", "quantile_alpha": [0.1, 0.5, 0.9]}, REAL)
xgboost_model("logistic", {"objective": "reg:logistic"}, 1 / (1 + np.exp(-SCORE)))
xgboost_model("poisson", {"objective": "count:poisson"}, COUNT)
xgboost_model("gamma", {"objective": "reg:gamma", "base_score": 0.7}, np.exp(SCORE * 0.5))
xgboost_model("tweedie", {"objective": "reg:tweedie"}, COUNT)
xgboost_model("cox", {"objective": "survival:cox"}, np.exp(SCORE * 0.5))
xgboost_model("aft", {"objective": "survival:aft", "aft_loss_distribution": "normal"}, np.exp(SCORE * 0.5))
xgboost_model("pairwise", {"objective": "rank:pairwise"}, BINARY)
xgboost_model("ndcg", {"objective": "rank:ndcg"}, BINARY)
xgboost_model("targets", {"objective": "reg:squarederror"}, np.stack([REAL, -REAL * 2], 1))
xgboost_model("vector_leaf", {"objective": "reg:squarederror", "multi_strategy": "multi_output_tree",
                              "tree_method": "hist"}, np.stack([REAL, -REAL * 2], 1))
xgboost_model("dart", {"booster": "dart", "objective": "binary:logistic", "rate_drop": 0.4}, BINARY, classifies=True)
xgboost_model("dart_multi", {"booster": "dart", "objective": "multi:softprob", "num_class": 3, "rate_drop": 0.4},
              MULTI, classifies=True)
xgboost_model("linear", {"booster": "gblinear", "objective": "reg:squarederror", "updater": "coord_descent"}, REAL, x=X)
xgboost_model("linear_multi", {"booster": "gblinear", "objective": "multi:softprob", "num_class": 3,
                               "updater": "coord_descent"}, MULTI, x=X, classifies=True)
xgboost_model("lossguide", {"objective": "reg:squarederror", "tree_method": "hist", "grow_policy": "lossguide",
                            "max_leaves": 9, "max_depth": 0}, REAL)
xgboost_model("exact", {"objective": "reg:squarederror", "tree_method": "exact"}, REAL)
xgboost_model("forest", {"objective": "binary:logistic", "num_parallel_tree": 6, "subsample": 0.6, "eta": 1}, BINARY,
              rounds=1, classifies=True)
xgboost_model("stumps", {"objective": "reg:squarederror", "gamma": 1e6}, REAL)
TYPES = ["q", "c", "q", "c", "q"]
ODD_CATEGORIES = [[0, 39, 0, 3, 0], [0, 7.6, 0, 1.2, 0], [0, 55, 0, 2, 0], [0, 5, 0, 9, 0]]
xgboost_model("categories_onehot", {"objective": "reg:squarederror", "tree_method": "hist", "max_cat_to_onehot": 50},
              BY_CATEGORY, x=CATEGORY, types=TYPES, odds=ODD_CATEGORIES)
xgboost_model("categories", {"objective": "reg:squarederror", "tree_method": "hist", "max_cat_to_onehot": 1},
              BY_CATEGORY, x=CATEGORY, types=TYPES, odds=ODD_CATEGORIES)
xgboost_model("categories_ubj", {"objective": "reg:squarederror", "tree_method": "hist", "max_cat_to_onehot": 1},
              BY_CATEGORY, x=CATEGORY, types=TYPES, odds=ODD_CATEGORIES, ubj=True)

early = xgb.XGBClassifier(n_estimators=60, max_depth=3, early_stopping_rounds=2, n_jobs=1, random_state=1)
early.fit(X[:200], BINARY[:200], eval_set=[(X[200:], BINARY[200:])], verbose=False)
assert early.best_iteration < early.get_booster().num_boosted_rounds() - 1
write_xgboost("early_stopped", early.get_booster(), odd(X), True, last=early.best_iteration + 1)


# ---- LightGBM
def lightgbm_model(name, params, y, x=MISSING, rounds=8, classifies=False, odds=(), **data):
    params = {"num_leaves": 7, "min_data_in_leaf": 5, "learning_rate": 0.3, "seed": 1, "num_threads": 1, "verbose": -1,
              "deterministic": True, **params}
    booster = lgb.train(params, lgb.Dataset(x, y, **data), rounds)
    booster.save_model(f"{OUT}/lgb_{name}.model.txt")
    test = odd(x, odds).astype(np.float32)
    save(f"lgb_{name}", test, outputs(booster.predict(test.astype(np.float64)), classifies))


lightgbm_model("binary", {"objective": "binary"}, BINARY, classifies=True)
lightgbm_model("binary_sigmoid", {"objective": "binary", "sigmoid": 1.7}, BINARY, classifies=True)
lightgbm_model("multiclass", {"objective": "multiclass", "num_class": 3}, MULTI, classifies=True)
lightgbm_model("multiclassova", {"objective": "multiclassova", "num_class": 3}, MULTI, classifies=True)
for objective in ("regression", "regression_l1", "huber", "fair", "quantile", "mape"):
    lightgbm_model(objective, {"objective": objective}, REAL)
lightgbm_model("regression_sqrt", {"objective": "regression", "reg_sqrt": True}, REAL)
lightgbm_model("regression_large", {"objective": "regression"}, REAL * 1000 + 50000, rounds=20)
for objective in ("poisson", "tweedie"):
    lightgbm_model(objective, {"objective": objective}, COUNT)
lightgbm_model("gamma", {"objective": "gamma"}, np.exp(SCORE * 0.5))
lightgbm_model("cross_entropy", {"objective": "cross_entropy"}, 1 / (1 + np.exp(-SCORE)))
lightgbm_model("cross_entropy_lambda", {"objective": "cross_entropy_lambda"}, 1 / (1 + np.exp(-SCORE)))
lightgbm_model("lambdarank", {"objective": "lambdarank"}, BINARY, group=[30] * 10)
lightgbm_model("xendcg", {"objective": "rank_xendcg"}, BINARY, group=[30] * 10)
lightgbm_model("forest", {"objective": "regression", "boosting": "rf", "bagging_freq": 1, "bagging_fraction": 0.6}, REAL)
lightgbm_model("forest_binary", {"objective": "binary", "boosting": "rf", "bagging_freq": 1, "bagging_fraction": 0.6},
               BINARY, classifies=True)
lightgbm_model("dart", {"objective": "binary", "boosting": "dart", "drop_rate": 0.5}, BINARY, classifies=True)
lightgbm_model("goss", {"objective": "regression", "data_sample_strategy": "goss"}, REAL)
lightgbm_model("no_missing", {"objective": "regression", "use_missing": False}, REAL, x=X)
lightgbm_model("zero_missing", {"objective": "regression", "zero_as_missing": True}, REAL, x=SPARSE)
lightgbm_model("sparse", {"objective": "regression"}, REAL, x=SPARSE)
lightgbm_model("stump", {"objective": "regression", "min_gain_to_split": 1e9}, REAL)
lightgbm_model("categories", {"objective": "regression", "min_data_per_group": 1, "cat_smooth": 1, "max_cat_to_onehot": 1},
               BY_CATEGORY, x=CATEGORY, categorical_feature=[1, 3], odds=ODD_CATEGORIES + [[0, -3, 0, -0.5, 0]])
lightgbm_model("categories_onehot", {"objective": "regression", "min_data_per_group": 1, "max_cat_to_onehot": 60},
               BY_CATEGORY, x=CATEGORY, categorical_feature=[1, 3], odds=ODD_CATEGORIES)
lightgbm_model("linear", {"objective": "regression", "linear_tree": True}, REAL, x=X)
