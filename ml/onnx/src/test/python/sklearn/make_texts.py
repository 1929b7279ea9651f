"""Makes fixtures of ml/onnx/src/test/resources/sklearn: counts of words in texts, and shares of non-negative components.

Run with scikit-learn 1.0.2, 1.2.1 and 1.9.1, each with joblib:
    OMP_NUM_THREADS=1 python make_texts.py ../../resources/sklearn
"""
import sys

import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.decomposition import NMF, TruncatedSVD
from sklearn.feature_extraction.text import CountVectorizer, HashingVectorizer, TfidfTransformer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from recording import Recording, flat

TEXTS = [
    "The cat sat on the mat.", "A dog, a cat & a bird", "Der Bär isst Öl und Käse", "don't stop: the dog can't",
    "x1 x2 x_3 the 42nd cat", "", "?!", "THE CAT THE CAT THE CAT", "le garçon à l'école", "the\tdog\nsat  here",
    "ПРИВЕТ мир", "犬 と 猫 cat", "½ cup of oil", "the cat sat", "dog dog dog bird"]
TOLD = np.array([1, 0, 1, 0, 1, 0, 0, 1, 0, 0, 1, 1, 0, 1, 0])
TEST = ["the CAT and the unknown dog", "", "ÖL öl Öl, bird-dog!", "cat sat on the mat sat on", "мир МИР", "a b c"]
r = np.random.RandomState(2)
record = Recording(sys.argv[1], "texts")


def of_column(method="transform"):
    return lambda model, rows: {"variable": flat(getattr(model, method)(rows.ravel()))}


def of_classes(model, rows):
    return {"label": flat(model.predict(rows.ravel())), "probabilities": flat(model.predict_proba(rows.ravel()))}


def words(name, model, outputs=None, y=None):
    record.add(name, model, np.array(TEXTS, dtype=object), y, test=np.array(TEXTS + TEST, dtype=object).reshape(-1, 1),
               outputs=outputs or of_column())


words("count", CountVectorizer())
words("count_sequences", CountVectorizer(ngram_range=(1, 3), binary=True))
words("count_pairs", CountVectorizer(ngram_range=(2, 2), token_pattern=r"(?u)\b\w+\b", max_features=12))
words("count_spaces", CountVectorizer(lowercase=False, token_pattern=r"\S+"))
words("count_letters", CountVectorizer(token_pattern=r"[a-z]+", stop_words="english", min_df=2))
words("count_own", CountVectorizer(vocabulary=["dog", "the cat", "cat", "never seen", "bird"], ngram_range=(1, 1)))
words("tfidf", TfidfVectorizer())
words("tfidf_sublinear", TfidfVectorizer(sublinear_tf=True, norm="l1", ngram_range=(1, 2), max_df=0.5))
words("tfidf_plain", TfidfVectorizer(use_idf=False, norm=None, binary=True))
words("tfidf_transformer", make_pipeline(CountVectorizer(), TfidfTransformer(smooth_idf=False)))
words("tfidf_logistic", make_pipeline(TfidfVectorizer(), LogisticRegression()), of_classes, TOLD)
words("count_bayes", make_pipeline(CountVectorizer(), MultinomialNB()), of_classes, np.where(TOLD, "yes", "no"))
words("tfidf_svd", make_pipeline(TfidfVectorizer(), TruncatedSVD(3, random_state=0)))
words("hashed", HashingVectorizer(n_features=64))
words("hashed_plain", HashingVectorizer(n_features=30, alternate_sign=False, norm=None))
words("hashed_presence", HashingVectorizer(n_features=16, binary=True, norm="l1", token_pattern=r"\S+"))
words("hashed_logistic", make_pipeline(HashingVectorizer(n_features=128), LogisticRegression()), of_classes, TOLD)
mixed = np.empty((len(TEXTS), 3), dtype=object)
mixed[:, 0], mixed[:, 1], mixed[:, 2] = TEXTS, np.round(r.randn(len(TEXTS)), 2), np.round(r.randn(len(TEXTS)), 2)
mixed[:, 1:] = mixed[:, 1:].astype(np.float32).astype(np.float64)
record.add("columns", make_pipeline(
    ColumnTransformer([("text", TfidfVectorizer(), 0), ("numbers", StandardScaler(), [1, 2])]), LogisticRegression()),
    mixed, TOLD, outputs=lambda m, rows: {"label": flat(m.predict(rows)), "probabilities": flat(m.predict_proba(rows))})
counts = np.round(np.abs(r.randn(30, 6)) * 4, 2).astype(np.float32).astype(np.float64)
record.add("factors", NMF(3, init="nndsvda", random_state=0, max_iter=500), counts)
record.add("factors_penalty", NMF(2, init="random", random_state=0, alpha_W=0.02, l1_ratio=0.3, max_iter=300), counts)
record.add("factors_few", NMF(3, init="random", random_state=0, max_iter=1), counts)
record.add("factors_scaled", make_pipeline(NMF(2, init="nndsvda", random_state=0), StandardScaler()), counts)
record.write()
print(record.prefix, len(record.models))
