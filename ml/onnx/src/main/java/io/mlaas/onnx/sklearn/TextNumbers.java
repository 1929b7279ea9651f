package io.mlaas.onnx.sklearn;

import io.mlaas.onnx.pickle.PickledObject;
import java.util.Map;

/** Counts of words in texts, in 64-bit floats. */
final class TextNumbers {
    private TextNumbers() {}

    static void register(Map<String, Evaluation.Transformer> transformers) {
        transformers.put("CountVectorizer", TextNumbers::counts);
        transformers.put("HashingVectorizer", TextNumbers::hashed);
        transformers.put("TfidfVectorizer", (v, x) -> BaselineNumbers.weighted(v.object("_tfidf"), counts(v, x)));
    }

    private static Table hashed(PickledObject vectorizer, Table x) {
        Vocabulary vocabulary = Vocabulary.of(vectorizer);
        boolean binary = vectorizer.flag("binary", false);
        boolean alternates = vectorizer.flag("alternate_sign", true);
        int columns = HashedTextNodes.columns(vectorizer);
        double[][] counts = new double[x.rows()][columns];
        for (int row = 0; row < counts.length; row++) {
            for (String word : vocabulary.words(x.texts(0)[row])) {
                int hash = MurmurHash.of(word);
                int column = (int) (Math.abs((long) hash) % columns);
                counts[row][column] = binary ? 1 : counts[row][column] + (alternates && hash < 0 ? -1 : 1);
            }
            counts[row] = BaselineNumbers.normed(vectorizer, counts[row]);
        }
        return Table.of(counts);
    }

    private static Table counts(PickledObject vectorizer, Table x) {
        return Table.of(Vocabulary.of(vectorizer).counts(x.texts(0)));
    }
}
