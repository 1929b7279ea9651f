"""Makes fixtures of ml/onnx/src/test/resources/sklearn: estimators that are used less often.

Run with scikit-learn 1.0.2, 1.3.2, 1.5.2 and 1.9.1, each with joblib:
    OMP_NUM_THREADS=1 python make_more_fixtures.py ../../resources/sklearn
What a version does not have is left out.
"""
import sys

import joblib
import numpy as np
import sklearn
from sklearn.cluster import Birch, FeatureAgglomeration
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.covariance import EllipticEnvelope
from sklearn.cross_decomposition import PLSRegression
from sklearn.decomposition import KernelPCA
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.ensemble import BaggingClassifier, BaggingRegressor
from sklearn.experimental import enable_iterative_imputer  # noqa: F401
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import (
    RBF, ConstantKernel, DotProduct, ExpSineSquared, Matern, RationalQuadratic, WhiteKernel)
from sklearn.impute import IterativeImputer, KNNImputer
from sklearn.isotonic import IsotonicRegression
from sklearn.kernel_approximation import Nystroem, RBFSampler
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge, SGDOneClassSVM
from sklearn.mixture import BayesianGaussianMixture
from sklearn.multiclass import OutputCodeClassifier
from sklearn.multioutput import RegressorChain
from sklearn.neighbors import LocalOutlierFactor, NearestCentroid
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    LabelBinarizer, LabelEncoder, MinMaxScaler, OneHotEncoder, QuantileTransformer, SplineTransformer, StandardScaler)
from sklearn.random_projection import GaussianRandomProjection, SparseRandomProjection
from sklearn.semi_supervised import SelfTrainingClassifier
from sklearn.svm import LinearSVC

from recording import Recording, flat

r = np.random.RandomState(3)
n = 70
X = np.round(r.randn(n, 4), 3).astype(np.float32).astype(np.float64)
two = (X[:, 0] + X[:, 1] * X[:, 2] > 0).astype(int)
three = np.array(["low", "mid", "high"])[np.digitize(X[:, 0] + 0.5 * X[:, 1], [-0.5, 0.5])]
real = X @ [1.0, -2.0, 0.5, 3.0] + 0.1 * r.randn(n)
counts = np.floor(np.abs(X) * 3)
steps = np.round(X * 2) / 2
gaps = np.where(r.rand(n, 4) < 0.2, np.nan, X)
text = np.stack([r.choice(["a", "b", "cé"], n), r.choice(["x", "y"], n)], 1).astype(object)

# of the versions in between only what changed, to keep the fixtures small
BETWEEN = {
    "bagging_logistic", "bayesian_mixture", "bisecting", "fixed_threshold", "iterative_imputer", "kernel_pca_rbf",
    "knn_imputer", "local_outlier", "output_code", "pls", "pls_single", "quantile_normal", "splines", "target_encoder",
    "target_logarithm", "tfidf", "tuned_threshold"}
only = None if sklearn.__version__ in ("1.0.2", "1.9.1") else BETWEEN
record = Recording(sys.argv[1], "more", only)


def outliers(model, rows):
    return {"label": flat(model.predict(rows)), "scores": flat(model.decision_function(rows))}


def clusters(model, rows):
    return {"label": flat(model.predict(rows)), "scores": flat(model.transform(rows))}


def mixture(model, rows):
    return {"label": flat(model.predict(rows)), "probabilities": flat(model.predict_proba(rows))}


def labels(model, rows):
    return {"label": flat(model.predict(rows))}


def column(model, rows):
    return {"variable": flat(model.transform(rows.ravel()))}


record.add("quantile_uniform", QuantileTransformer(n_quantiles=40), X, test=np.concatenate([X[:9], X[:1] * 40, X[:1] * -40]))
record.add("quantile_normal", QuantileTransformer(n_quantiles=70, output_distribution="normal"), X,
           test=np.concatenate([X[:9], X[:1] * 40, X[:1] * -40]))
record.add("quantile_steps", QuantileTransformer(n_quantiles=30), steps)
record.add("quantile_pipe", make_pipeline(QuantileTransformer(n_quantiles=50), LogisticRegression()), X, two)
record.add("splines", SplineTransformer(), X, test=np.concatenate([X[:10], X[:1] * 9]))
record.add("splines_two", SplineTransformer(n_knots=4, degree=2, include_bias=False, knots="quantile"), X)
record.add("isotonic", IsotonicRegression(out_of_bounds="clip"), X[:, :1], real, test=np.concatenate([X[:10, :1], [[9.0], [-9.0]]]))
record.add("knn_imputer", KNNImputer(n_neighbors=3), gaps, test=gaps[:30])
record.add("knn_imputer_distance", KNNImputer(weights="distance", add_indicator=True), gaps, test=gaps[:30] + 0.03125)
record.add("iterative_imputer", IterativeImputer(max_iter=4, random_state=0), gaps, test=gaps[:30])
record.add("label_encoder", LabelEncoder(), three.reshape(-1, 1)[:, 0], test=three[:9].reshape(-1, 1), outputs=column)
record.add("label_binarizer", LabelBinarizer(), three, test=three[:9].reshape(-1, 1), outputs=column)
record.add("label_binarizer_numbers", LabelBinarizer(neg_label=-1, pos_label=2), two, test=two[:9].reshape(-1, 1), outputs=column)
record.add("dummy_prior", make_pipeline(StandardScaler(), DummyClassifier()), X, three)
record.add("dummy_frequent", make_pipeline(StandardScaler(), DummyClassifier(strategy="most_frequent")), X, two)
record.add("dummy_regressor", make_pipeline(StandardScaler(), DummyRegressor(strategy="median")), X, real)
record.add("target_logarithm", TransformedTargetRegressor(LinearRegression(), func=np.log1p, inverse_func=np.expm1), X,
           np.abs(real))
record.add("target_scaled", TransformedTargetRegressor(Ridge(), transformer=StandardScaler()), X, real)
record.add("target_pipe", TransformedTargetRegressor(
    make_pipeline(StandardScaler(), Ridge()), transformer=MinMaxScaler()), X, real)
for name, kernel in dict(
        rbf=ConstantKernel(2.0) * RBF([1.0, 2.0, 1.5, 3.0]) + WhiteKernel(0.1),
        matern=Matern(1.0, nu=1.5) + WhiteKernel(0.2), matern_five=Matern(2.0, nu=2.5) + WhiteKernel(0.2),
        rational=RationalQuadratic() + WhiteKernel(0.2), dot=DotProduct() ** 2 + WhiteKernel(0.2),
        sine=ExpSineSquared(1.0, 5.0) + WhiteKernel(20.0)).items():
    record.add("process_" + name, GaussianProcessRegressor(kernel, optimizer=None, normalize_y=name == "rbf"), X, real)
record.add("bayesian_mixture", BayesianGaussianMixture(n_components=3, random_state=0, max_iter=300), X, outputs=mixture)
record.add("bayesian_mixture_distribution", BayesianGaussianMixture(
    n_components=3, covariance_type="diag", weight_concentration_prior_type="dirichlet_distribution", random_state=0, max_iter=300),
    X, outputs=mixture)
record.add("nearest_centroid", NearestCentroid(), X, three, outputs=labels)
record.add("birch", Birch(n_clusters=3, threshold=0.8), X, outputs=clusters)
try:
    from sklearn.cluster import BisectingKMeans
    record.add("bisecting", BisectingKMeans(4, random_state=0), X, outputs=clusters)
except ImportError:
    pass
record.add("local_outlier", LocalOutlierFactor(n_neighbors=7, novelty=True), X, outputs=outliers)
record.add("elliptic", EllipticEnvelope(random_state=0), X, outputs=outliers)
record.add("sgd_one_class", SGDOneClassSVM(random_state=0), X, outputs=outliers)
record.add("pls", PLSRegression(2), X, np.stack([real, -real * X[:, 0]], 1))
record.add("pls_single", PLSRegression(2), X * [1, 10, 0.1, 5], real)
for kernel in ("linear", "rbf", "poly", "sigmoid"):
    record.add("kernel_pca_" + kernel, KernelPCA(2, kernel=kernel, random_state=0), X)
record.add("nystroem", make_pipeline(Nystroem(n_components=9, random_state=0), LogisticRegression()), X, two)
record.add("rbf_sampler", RBFSampler(n_components=9, random_state=0), X)
record.add("projection_gauss", GaussianRandomProjection(3, random_state=0), X)
record.add("projection_sparse", SparseRandomProjection(3, random_state=0), X)
record.add("agglomeration", FeatureAgglomeration(2), X)
record.add("tfidf", TfidfTransformer(sublinear_tf=True), counts)
record.add("bagging_logistic", BaggingClassifier(LogisticRegression(), n_estimators=3, max_features=0.6, random_state=0), X, three)
record.add("bagging_svc", BaggingClassifier(LinearSVC(random_state=0), n_estimators=3, random_state=0), X, two)
record.add("bagging_ridge", BaggingRegressor(Ridge(), n_estimators=3, random_state=0), X, real)
record.add("output_code", OutputCodeClassifier(LogisticRegression(), random_state=0), X, three, outputs=labels)
record.add("regressor_chain", RegressorChain(Ridge(), order=[1, 0]), X, np.stack([real, -real * X[:, 0]], 1))
record.add("self_training", SelfTrainingClassifier(LogisticRegression()), X, np.where(r.rand(n) < 0.3, -1, two))
try:
    from sklearn.model_selection import FixedThresholdClassifier, TunedThresholdClassifierCV
    record.add("fixed_threshold", FixedThresholdClassifier(LogisticRegression(), threshold=0.3), X, two)
    record.add("tuned_threshold", TunedThresholdClassifierCV(LogisticRegression(), cv=3), X, two)
except ImportError:
    pass
try:
    from sklearn.preprocessing import TargetEncoder
    record.add("target_encoder", TargetEncoder(random_state=0), text, real)
    record.add("target_encoder_classes", TargetEncoder(random_state=0), text, three)
except ImportError:
    pass
record.write()
if sklearn.__version__ == "1.9.1":
    # for weights in 8 bits; what only training needs is left out
    wide = r.randn(200, 16)
    model = MLPRegressor(hidden_layer_sizes=(64,), max_iter=40, random_state=0).fit(wide, wide[:, 0] - wide[:, 1] ** 2)
    model.coefs_ = [c.astype(np.float32) for c in model.coefs_]
    del model._optimizer, model._random_state
    joblib.dump(model, f"{sys.argv[1]}/1.9.1-wide_perceptron.joblib", compress=("xz", 9))
print(sklearn.__version__, len(record.models))
