package io.mlaas.onnx.sklearn;

import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import io.mlaas.onnx.graph.Attribute;
import io.mlaas.onnx.graph.Dim;
import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.graph.OnnxGraph;
import io.mlaas.onnx.graph.Shape;
import io.mlaas.onnx.graph.Tensor;
import io.mlaas.onnx.pickle.PickledObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** Counts of words in texts. */
final class TextNodes {
    /** They take a column of texts and do not say so. */
    static final List<String> NAMES = List.of("CountVectorizer", "TfidfVectorizer", "HashingVectorizer");

    /** Stands in no text, and so for no word. */
    static final String NO_WORD = "\u0001";

    private TextNodes() {}

    static void register(Map<String, Emission.Transformer> transformers) {
        transformers.put("CountVectorizer", TextNodes::counts);
        HashedTextNodes.register(transformers);
        transformers.put(
                "TfidfVectorizer", (to, v, x) -> BaselineNodes.frequencies(to, v.object("_tfidf"), counts(to, v, x)));
    }

    private static Features counts(Emission to, PickledObject vectorizer, Features x) {
        Vocabulary vocabulary = Vocabulary.of(vectorizer);
        Tensor numbers = to.ops.asNumber(counted(to.ops.graph, words(to, vectorizer, x), vocabulary));
        return Features.of(
                to.ops, vocabulary.onlyPresence() ? to.ops.binary("Min", numbers, to.ops.scalar(1)) : numbers);
    }

    /** The words of each text, (texts, most words). */
    static Tensor words(Emission to, PickledObject vectorizer, Features x) {
        if (x.width() != 1 || !x.isText(0)) {
            throw new TranslationRefused(
                    Reason.UNSUPPORTED_CODE, vectorizer.simpleName() + " of numbers (expected: a column of texts)");
        }
        Vocabulary vocabulary = Vocabulary.of(vectorizer);
        to.warnings.add(vectorizer.simpleName() + " is written with operators of ONNX Runtime's own"
                + (vocabulary.lowercase()
                        ? "; small letters are those of the locale C.UTF-8, for İ and a last Σ others than Python's"
                        : ""));
        OnnxGraph graph = to.ops.graph;
        Shape flat = x.column(0).shape().without(1);
        Tensor each = graph.reshape(x.column(0), flat);
        if (vocabulary.lowercase()) {
            each = graph.node(
                    "StringNormalizer",
                    ElementType.STRING,
                    flat,
                    List.of(each),
                    Attribute.of("case_change_action", "LOWER"),
                    Attribute.of("is_case_sensitive", 1),
                    Attribute.of("locale", "C.UTF-8"));
        }
        return graph.runtimeNode(
                "Tokenizer",
                ElementType.STRING,
                flat.inserted(1, graph.newSize("words")),
                List.of(each),
                Attribute.of("mark", 0),
                Attribute.of("mincharnum", 1),
                Attribute.of("pad_value", NO_WORD),
                Attribute.of("tokenexp", vocabulary.token()));
    }

    private static Tensor counted(OnnxGraph graph, Tensor words, Vocabulary vocabulary) {
        List<List<String>> terms = vocabulary.terms();
        List<String> pool = new ArrayList<>();
        List<Long> columns = new ArrayList<>();
        long[] starts = new long[vocabulary.longest()];
        for (int length = 1; length <= vocabulary.longest(); length++) {
            starts[length - 1] = pool.size();
            for (int column = 0; column < terms.size(); column++) {
                List<String> term = terms.get(column);
                boolean possible = vocabulary.mayOccur(term);
                if (possible ? term.size() == length : length == vocabulary.longest()) {
                    // a term that never occurs has its column all the same
                    pool.addAll(possible ? term : Collections.nCopies(length, NO_WORD + column));
                    columns.add((long) column);
                }
            }
        }
        return graph.node(
                "TfIdfVectorizer",
                ElementType.FLOAT32,
                words.shape().with(1, Dim.of(terms.size())),
                List.of(words),
                Attribute.of("max_gram_length", vocabulary.longest()),
                Attribute.of("max_skip_count", 0),
                Attribute.of("min_gram_length", vocabulary.shortest()),
                Attribute.of("mode", "TF"),
                Attribute.of("ngram_counts", starts),
                Attribute.of(
                        "ngram_indexes",
                        columns.stream().mapToLong(Long::longValue).toArray()),
                Attribute.ofStrings("pool_strings", pool));
    }
}
