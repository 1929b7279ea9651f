package io.mlaas.onnx.sklearn;

import io.mlaas.onnx.pickle.PickledObject;
import java.util.Map;

/** Counts of words in texts, in 64-bit floats. */
final class TextNumbers {
    private TextNumbers() {}

    static void register(Map<String, Evaluation.Transformer> transformers) {
        transformers.put("CountVectorizer", TextNumbers::counts);
        transformers.put("TfidfVectorizer", (v, x) -> BaselineNumbers.weighted(v.object("_tfidf"), counts(v, x)));
    }

    private static Table counts(PickledObject vectorizer, Table x) {
        return Table.of(Vocabulary.of(vectorizer).counts(x.texts(0)));
    }
}
