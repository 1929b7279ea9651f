package io.mlaas.onnx.sklearn;

import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import io.mlaas.onnx.pickle.PickledObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How a CountVectorizer or TfidfVectorizer takes a text apart, and the words, or sequences of words, that it counts.
 *
 * @param token what a word is, as RE2 and Java understand it
 * @param terms by column; none where words are hashed
 * @param shortest how many words the shortest sequence has
 * @param longest likewise
 */
record Vocabulary(
        boolean lowercase, String token, List<List<String>> terms, int shortest, int longest, boolean onlyPresence) {
    private static final int MOST_TERMS = 200_000;
    private static final int LONGEST_SEQUENCE = 10;
    private static final int MOST_SAMPLES = 300;

    /** Terms times samples: whoever compares them holds that many numbers. */
    private static final int SAMPLED = 1 << 21;

    private static final List<List<String>> ANY_WORDS =
            List.of(List.of("one"), List.of("two"), List.of("größer"), List.of("мир"), List.of("x_1"), List.of("42"));

    /** Python's {@code \w}: letters and numbers, but no marks. */
    private static final String WORD = "[\\p{L}\\p{N}_]";

    private static final String NO_SPACE = "[^\\t\\n\\x0B\\f\\r\\x1C-\\x20\\x85\\p{Z}]";

    /** A greedy run of characters ends where a word does, so that nothing is left to do for {@code \b}. */
    private static final Map<String, String> PATTERNS = Map.of(
            "\\b\\w\\w+\\b", WORD + WORD + "+",
            "\\w\\w+", WORD + WORD + "+",
            "\\b\\w+\\b", WORD + "+",
            "\\w+", WORD + "+",
            "\\S+", NO_SPACE + "+");

    /** @throws TranslationRefused naming the setting that has no translation */
    static Vocabulary of(PickledObject vectorizer) {
        require(vectorizer, "input", Set.of("content"));
        require(vectorizer, "analyzer", Set.of("word"));
        for (String own : List.of("preprocessor", "tokenizer", "strip_accents")) {
            if (vectorizer.has(own)) {
                throw refused(vectorizer, own, vectorizer.get(own), "None");
            }
        }
        List<?> range = vectorizer.list("ngram_range");
        int shortest = ((Number) Wrappers.present(range.get(0))).intValue();
        int longest = ((Number) Wrappers.present(range.get(1))).intValue();
        if (shortest < 1 || longest < shortest || longest > LONGEST_SEQUENCE) {
            throw refused(vectorizer, "ngram_range", range, "1 to " + LONGEST_SEQUENCE);
        }
        boolean hashes = vectorizer.simpleName().equals("HashingVectorizer");
        if (hashes && longest > 1) {
            throw refused(vectorizer, "ngram_range", range, "(1, 1)");
        }
        if (vectorizer.has("stop_words") && (hashes || longest > 1 || vectorizer.has("vocabulary"))) {
            throw refused(
                    vectorizer,
                    "stop_words",
                    "of sequences of words, of hashed ones, or with a vocabulary of one's own",
                    "None, or single words");
        }
        return new Vocabulary(
                vectorizer.flag("lowercase", true),
                token(vectorizer),
                hashes ? List.of() : terms(vectorizer),
                shortest,
                longest,
                vectorizer.flag("binary", false));
    }

    private static String token(PickledObject vectorizer) {
        String pattern = vectorizer.text("token_pattern").replace("(?u)", "");
        if (pattern.matches("\\[[A-Za-z0-9_-]+\\]\\+")) {
            return Pattern.compile(pattern).pattern();
        }
        String known = PATTERNS.get(pattern);
        if (known == null) {
            throw refused(
                    vectorizer,
                    "token_pattern",
                    pattern,
                    "one of " + PATTERNS.keySet().stream().sorted().toList()
                            + ", or a run of ASCII characters, [a-z]+");
        }
        return known;
    }

    private static List<List<String>> terms(PickledObject vectorizer) {
        if (!(vectorizer.get("vocabulary_") instanceof Map<?, ?> columns)) {
            throw new TranslationRefused(Reason.DAMAGED, vectorizer.simpleName() + ".vocabulary_ (expected: fitted)");
        }
        int width = columns.size();
        if (width == 0 || width > MOST_TERMS) {
            throw new TranslationRefused(
                    Reason.TOO_LARGE,
                    vectorizer.simpleName() + ".vocabulary_: " + width + " terms (expected: 1 to " + MOST_TERMS + ")");
        }
        List<List<String>> terms = new ArrayList<>(Collections.nCopies(width, List.of()));
        columns.forEach((term, column) -> terms.set(
                ((Number) Wrappers.present(column)).intValue(),
                List.of(((String) Wrappers.present(term)).split(" ", -1))));
        return terms;
    }

    private static void require(PickledObject vectorizer, String setting, Set<String> expected) {
        Object value = vectorizer.get(setting);
        if (!(value instanceof String text) || !expected.contains(text)) {
            throw refused(vectorizer, setting, value, String.join(", ", expected));
        }
    }

    private static TranslationRefused refused(
            PickledObject vectorizer, String setting, @Nullable Object found, String expected) {
        String told = found instanceof PickledObject object ? object.className() : String.valueOf(found);
        return new TranslationRefused(
                Reason.UNSUPPORTED_CODE,
                vectorizer.simpleName() + "." + setting + ": " + told + " (expected: " + expected + ")");
    }

    /** Whether a sequence of words is one that is counted. */
    boolean mayOccur(List<String> term) {
        return term.size() >= shortest
                && term.size() <= longest
                && term.stream().noneMatch(String::isEmpty);
    }

    /** Texts of these words: in any order, in capitals, between others, none at all. */
    List<String> samples() {
        List<String> samples = new ArrayList<>(List.of("", " ", "¿…?", "unheard-of"));
        List<List<String>> known = terms.isEmpty() ? ANY_WORDS : terms;
        int n = known.size();
        for (int i = 0; i < Math.clamp(SAMPLED / n, 8, MOST_SAMPLES); i++) {
            List<String> words = new ArrayList<>();
            for (int k = 0; k < 1 + i % 7 + n / 1000; k++) {
                // steps that are no divisors of each other meet all terms in changing company
                words.addAll(known.get((int) ((i * 31L + k * (7L + i % 13)) % n)));
            }
            String text = String.join(i % 3 == 0 ? ", " : " ", words);
            samples.add(i % 4 == 1 ? text + " other " + capital(text) : i % 4 == 2 ? capital(text) : text);
        }
        return samples;
    }

    /** Where every letter has a capital of its own, and gets back from it. */
    private static String capital(String text) {
        String upper = text.toUpperCase(Locale.ROOT);
        boolean simple = upper.length() == text.length()
                && upper.chars().allMatch(c -> c != 'Σ' && c != 'İ')
                && upper.toLowerCase(Locale.ROOT).equals(text);
        return simple ? upper : text;
    }

    /** Counts of each term in texts: (texts, terms). */
    double[][] counts(String... texts) {
        Map<List<String>, Integer> columns = new HashMap<>();
        for (int i = 0; i < terms.size(); i++) {
            columns.put(terms.get(i), i);
        }
        double[][] counts = new double[texts.length][];
        for (int i = 0; i < texts.length; i++) {
            counts[i] = counts(words(texts[i]), columns);
        }
        return counts;
    }

    /** One after the other. */
    List<String> words(String text) {
        return Pattern.compile(token)
                .matcher(lowercase ? text.toLowerCase(Locale.ROOT) : text)
                .results()
                .map(MatchResult::group)
                .toList();
    }

    private double[] counts(List<String> words, Map<List<String>, Integer> columns) {
        double[] counts = new double[terms.size()];
        for (int length = shortest; length <= longest; length++) {
            for (int from = 0; from + length <= words.size(); from++) {
                Integer column = columns.get(words.subList(from, from + length));
                if (column != null) {
                    counts[column] = onlyPresence ? 1 : counts[column] + 1;
                }
            }
        }
        return counts;
    }
}
