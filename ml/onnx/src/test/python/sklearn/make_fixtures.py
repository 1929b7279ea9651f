"""Makes the fixtures of ml/onnx/src/test/resources/sklearn: fitted estimators and what they answer.

Run once with scikit-learn 1.2.1 (Debian's python3-sklearn) and once with scikit-learn 1.9.1 (PyPI), each with joblib:
    python make_fixtures.py ../../resources/sklearn
Every model is written with another protocol or compression; <version>.json holds inputs and outputs by model.
"""
import json
import pickle
import sys
import warnings

import joblib
import numpy as np
import sklearn
from sklearn.calibration import CalibratedClassifierCV
from sklearn.cluster import KMeans, MiniBatchKMeans
from sklearn.compose import ColumnTransformer
from sklearn.decomposition import PCA, FastICA, IncrementalPCA, TruncatedSVD
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis, QuadraticDiscriminantAnalysis
from sklearn.ensemble import StackingClassifier, StackingRegressor, VotingClassifier, VotingRegressor
from sklearn.feature_selection import (
    RFE, SelectFromModel, SelectFpr, SelectKBest, SelectPercentile, VarianceThreshold)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import (
    ARDRegression, BayesianRidge, ElasticNet, HuberRegressor, Lasso, LinearRegression, LogisticRegression,
    LogisticRegressionCV, Perceptron, PoissonRegressor, Ridge, RidgeClassifier, SGDClassifier, SGDRegressor)
from sklearn.mixture import GaussianMixture
from sklearn.model_selection import GridSearchCV, RandomizedSearchCV
from sklearn.multiclass import OneVsOneClassifier, OneVsRestClassifier
from sklearn.multioutput import MultiOutputRegressor
from sklearn.naive_bayes import BernoulliNB, CategoricalNB, ComplementNB, GaussianNB, MultinomialNB
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline
from sklearn.preprocessing import (
    Binarizer, FunctionTransformer, KBinsDiscretizer, MaxAbsScaler, MinMaxScaler, Normalizer, OneHotEncoder,
    OrdinalEncoder, PolynomialFeatures, PowerTransformer, RobustScaler, StandardScaler)
from sklearn.svm import NuSVC, OneClassSVM, SVC, SVR, LinearSVC, LinearSVR, NuSVR

warnings.simplefilter("ignore")
out = sys.argv[1]
version = sklearn.__version__
r = np.random.RandomState(7)
n = 90
X = r.randn(n, 4).astype(np.float32).astype(np.float64)
two = (X[:, 0] + X[:, 1] * X[:, 2] > 0).astype(int)
three = np.digitize(X[:, 0] + 0.5 * X[:, 1], [-0.5, 0.5])
words = np.array(["low", "mid", "high"])[three]
real = X @ [1.0, -2.0, 0.5, 3.0] + 0.1 * r.randn(n)
counts = np.floor(np.abs(X) * 3)
cats = np.floor(np.abs(X) * 2).clip(0, 3)
gaps = np.where(r.rand(n, 4) < 0.2, np.nan, X)
text = np.stack([r.choice(["a", "b", "cé"], n), r.choice(["x", "y"], n)], 1).astype(object)
mixed = np.concatenate([X[:, :2].astype(object), text], 1)

def mix():
    return ColumnTransformer(
        [("num", StandardScaler(), [0, 1]), ("cat", OneHotEncoder(handle_unknown="ignore"), [2, 3])])

M = {}
def add(name, model, x, y=None):
    if x.dtype == np.float64:
        x = x.astype(np.float32).astype(np.float64)
    M[name] = (model, x, y)

for name, model in dict(
        linear=LinearRegression(), ridge=Ridge(), lasso=Lasso(0.1), elastic=ElasticNet(0.1),
        sgd_regressor=SGDRegressor(random_state=0), huber=HuberRegressor(), bayesian=BayesianRidge(), ard=ARDRegression(),
        linear_svr=LinearSVR(random_state=0, max_iter=20000), svr_rbf=SVR(), svr_poly=SVR(kernel="poly", degree=2),
        svr_linear=SVR(kernel="linear"), svr_sigmoid=SVR(kernel="sigmoid"), nusvr=NuSVR(),
        knn_regressor=KNeighborsRegressor(4), knn_regressor_distance=KNeighborsRegressor(4, weights="distance", p=1),
        mlp_regressor=MLPRegressor(hidden_layer_sizes=(7, 5), max_iter=60, random_state=0),
        voting_regressor=VotingRegressor([("a", Ridge()), ("b", SVR())], weights=[2, 1]),
        stacking_regressor=StackingRegressor([("a", Ridge()), ("b", SVR())], passthrough=True)).items():
    add(name, model, X, real)
add("poisson", PoissonRegressor(), X, counts[:, 0])
add("linear_two_targets", LinearRegression(), X, np.stack([real, -real + 1], 1))
add("multi_output", MultiOutputRegressor(SVR()), X, np.stack([real, -real + 1], 1))
add("no_intercept", Ridge(fit_intercept=False), X, real)
for name, make in dict(
        logistic=lambda: LogisticRegression(), logistic_cv=lambda: LogisticRegressionCV(cv=3),
        sgd_log=lambda: SGDClassifier(loss="log_loss", random_state=0),
        sgd_huber=lambda: SGDClassifier(loss="modified_huber", random_state=0),
        sgd_hinge=lambda: SGDClassifier(random_state=0), perceptron=lambda: Perceptron(random_state=0),
        ridge_classifier=lambda: RidgeClassifier(), linear_svc=lambda: LinearSVC(random_state=0),
        svc_rbf=lambda: SVC(), svc_poly=lambda: SVC(kernel="poly"), svc_linear=lambda: SVC(kernel="linear"),
        svc_sigmoid=lambda: SVC(kernel="sigmoid"), nusvc=lambda: NuSVC(nu=0.3),
        svc_probability=lambda: SVC(probability=True, random_state=0),
        knn=lambda: KNeighborsClassifier(3), knn_distance=lambda: KNeighborsClassifier(5, weights="distance"),
        knn_p3=lambda: KNeighborsClassifier(5, p=3), knn_chebyshev=lambda: KNeighborsClassifier(5, metric="chebyshev"),
        gaussian_nb=lambda: GaussianNB(), bernoulli_nb=lambda: BernoulliNB(binarize=0.1),
        lda=lambda: LinearDiscriminantAnalysis(), qda=lambda: QuadraticDiscriminantAnalysis(),
        mlp=lambda: MLPClassifier((8,), max_iter=60, random_state=0),
        mlp_tanh=lambda: MLPClassifier((6, 4), activation="tanh", max_iter=60, random_state=0),
        ovr=lambda: OneVsRestClassifier(LogisticRegression()), ovo=lambda: OneVsOneClassifier(LinearSVC(random_state=0)),
        calibrated_sigmoid=lambda: CalibratedClassifierCV(LinearSVC(random_state=0), cv=3),
        calibrated_isotonic=lambda: CalibratedClassifierCV(GaussianNB(), method="isotonic", cv=2),
        voting_soft=lambda: VotingClassifier([("a", LogisticRegression()), ("b", GaussianNB())], voting="soft"),
        voting_hard=lambda: VotingClassifier(
            [("a", LogisticRegression()), ("b", GaussianNB()), ("c", SVC())], weights=[1, 2, 1.5]),
        stacking=lambda: StackingClassifier([("a", LogisticRegression()), ("b", LinearSVC(random_state=0))], cv=3),
        grid=lambda: GridSearchCV(LogisticRegression(), {"C": [0.1, 1]}, cv=3),
        randomized=lambda: RandomizedSearchCV(SVC(), {"C": [0.1, 1]}, n_iter=2, cv=3, random_state=0),
        pipe_scaled=lambda: make_pipeline(StandardScaler(), PCA(3), LogisticRegression()),
        pipe_select=lambda: make_pipeline(MinMaxScaler(clip=True), SelectKBest(k=2), SVC()),
        pipe_polynomial=lambda: make_pipeline(PolynomialFeatures(2), StandardScaler(), LogisticRegression())).items():
    add(name + "_2", make(), X, two)
    if name not in ("qda_", "knn_p3"):
        add(name + "_3", make(), X, words)
for name, model in dict(multinomial_nb=MultinomialNB(), complement_nb=ComplementNB()).items():
    add(name, model, counts, three)
add("categorical_nb", CategoricalNB(min_categories=4), cats, three)
for name, model in dict(
        standard_scaler=StandardScaler(), standard_no_mean=StandardScaler(with_mean=False), min_max=MinMaxScaler((-1, 2)),
        max_abs=MaxAbsScaler(), robust=RobustScaler(), normalizer=Normalizer(), normalizer_l1=Normalizer("l1"),
        normalizer_max=Normalizer("max"), binarizer=Binarizer(threshold=0.25), polynomial_3=PolynomialFeatures(3),
        interactions=PolynomialFeatures(3, interaction_only=True, include_bias=False), power=PowerTransformer(),
        pca=PCA(2), pca_whiten=PCA(3, whiten=True), incremental_pca=IncrementalPCA(2), svd=TruncatedSVD(2, random_state=0),
        ica=FastICA(2, random_state=0), bins=KBinsDiscretizer(4, encode="ordinal"),
        bins_onehot=KBinsDiscretizer(3, encode="onehot-dense", strategy="uniform"), variance=VarianceThreshold(0.8),
        union=FeatureUnion([("a", PCA(2)), ("b", MinMaxScaler())], transformer_weights={"a": 2.0})).items():
    add(name, model, X, None)
add("box_cox", PowerTransformer("box-cox"), np.abs(X) + 0.1, None)
add("log1p", make_pipeline(FunctionTransformer(np.log1p), StandardScaler()), np.abs(X), None)
for name, model in dict(percentile=SelectPercentile(percentile=50), fpr=SelectFpr(alpha=0.2), rfe=RFE(LogisticRegression()),
                        from_model=SelectFromModel(Lasso(0.1))).items():
    add(name, model, X, two)
add("imputer_mean", SimpleImputer(), gaps, None)
add("imputer_indicator", SimpleImputer(strategy="median", add_indicator=True), gaps, None)
add("imputer_pipe", make_pipeline(SimpleImputer(), StandardScaler(), LogisticRegression()), gaps, two)
add("onehot_numbers", OneHotEncoder(handle_unknown="ignore"), cats, None)
add("onehot_drop", OneHotEncoder(drop="first"), cats, None)
add("onehot_rare", OneHotEncoder(min_frequency=12, handle_unknown="infrequent_if_exist"), cats, None)
add("onehot_words", OneHotEncoder(handle_unknown="ignore"), text, None)
add("ordinal_numbers", OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-7), cats, None)
add("ordinal_words", OrdinalEncoder(), text, None)
add("mixed_logistic", make_pipeline(mix(), LogisticRegression()), mixed, words)
add("mixed_svr", make_pipeline(mix(), SVR()), mixed, real)
add("columns_remainder", make_pipeline(ColumnTransformer(
    [("a", StandardScaler(), slice(0, 2)), ("b", "passthrough", [3])], remainder=MinMaxScaler()), Ridge()), X, real)
add("columns_mask", ColumnTransformer(
    [("a", PCA(1), np.array([True, False, True, False]))], remainder="passthrough"), X, None)
add("kmeans", KMeans(3, n_init=2, random_state=0), X, None)
add("mini_batch_kmeans", MiniBatchKMeans(3, n_init=2, random_state=0), X, None)
add("kmeans_pipe", make_pipeline(KMeans(5, n_init=2, random_state=0), LogisticRegression()), X, two)
add("lda_pipe", make_pipeline(LinearDiscriminantAnalysis(n_components=2), GaussianNB()), X, three)
for kind in ("full", "tied", "diag", "spherical"):
    add("gmm_" + kind, GaussianMixture(3, covariance_type=kind, random_state=0), X, None)
add("one_class", OneClassSVM(nu=0.2), X, None)

def dense(a):
    return np.asarray(a.todense() if hasattr(a, "todense") else a)

def cell(v):
    return v if isinstance(v, str) else float(v)

ways = [("pkl", p) for p in range(6)] + [("joblib", None)] + [
    ("joblib", (c, 3)) for c in ("zlib", "gzip", "bz2", "lzma", "xz")]
record = {}
for i, (name, (model, x, y)) in enumerate(M.items()):
    try:
        model.fit(x, y) if y is not None else model.fit(x)
    except Exception as e:
        print("skipped", name, e)
        continue
    kind, way = ways[i % len(ways)]
    file = f"{version}-{name}.{kind}"
    if kind == "pkl":
        with open(f"{out}/{file}", "wb") as f:
            pickle.dump(model, f, protocol=way)
    else:
        joblib.dump(model, f"{out}/{file}", compress=way or 0)
    few = x[:12]
    outputs = {}
    if hasattr(model, "predict") and not hasattr(model, "get_support"):
        p = np.asarray(model.predict(few))
        classifies = hasattr(model, "classes_")
        clusters = isinstance(model, (KMeans, MiniBatchKMeans, GaussianMixture, OneClassSVM))
        outputs["label" if classifies or clusters else "variable"] = [cell(v) for v in p.ravel()]
        if hasattr(model, "predict_proba"):
            outputs["probabilities"] = [float(v) for v in np.asarray(model.predict_proba(few)).ravel()]
        elif classifies and hasattr(model, "decision_function"):
            d = model.decision_function(few)
            outputs["probabilities"] = [float(v) for v in (np.stack([-d, d], 1) if d.ndim == 1 else d).ravel()]
        elif isinstance(model, OneClassSVM):
            outputs["scores"] = [float(v) for v in model.decision_function(few)]
        elif isinstance(model, (KMeans, MiniBatchKMeans)):
            outputs["scores"] = [float(v) for v in model.transform(few).ravel()]
    else:
        outputs["variable"] = [float(v) for v in dense(model.transform(few)).ravel()]
    record[file] = {"rows": [[None if isinstance(v, float) and np.isnan(v) else cell(v) for v in row]
                             for row in few.tolist()], "outputs": outputs}
with open(f"{out}/{version}.json", "w") as f:
    json.dump(record, f)
print(version, len(record))
