package io.mlaas.onnx.sklearn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.pickle.PickledGlobal;
import io.mlaas.onnx.pickle.PickledObject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VocabularyTest {
    private static PickledObject vectorizer() {
        PickledObject vectorizer =
                new PickledObject(new PickledGlobal("sklearn.feature_extraction.text", "CountVectorizer"), List.of());
        vectorizer
                .state()
                .putAll(Map.of(
                        "input",
                        "content",
                        "analyzer",
                        "word",
                        "ngram_range",
                        List.of(1L, 2L),
                        "token_pattern",
                        "(?u)\\b\\w\\w+\\b",
                        "vocabulary_",
                        Map.of("dog", 1L, "the dog", 0L, "of three words", 2L)));
        return vectorizer;
    }

    @Test
    void countsWordsAndTheirSequences() {
        Vocabulary vocabulary = Vocabulary.of(vectorizer());

        assertThat(vocabulary.counts("The dog; the\tDOG & a dog")[0]).containsExactly(2, 3, 0);
        assertThat(vocabulary.mayOccur(List.of("of", "three", "words"))).isFalse();
        assertThat(vocabulary.samples()).hasSizeGreaterThan(200).contains("").anyMatch(s -> s.contains("DOG"));
    }

    @ParameterizedTest
    @CsvSource({
        "analyzer, char_wb",
        "input, filename",
        "strip_accents, unicode",
        "token_pattern, (a|b)c",
        "stop_words, english"
    })
    void refusesByNameWhatItCannotExpress(String setting, String value) {
        PickledObject vectorizer = vectorizer();
        vectorizer.state().put(setting, value);

        assertThatThrownBy(() -> Vocabulary.of(vectorizer))
                .isInstanceOf(TranslationRefused.class)
                .hasMessageContaining("CountVectorizer." + setting)
                .hasMessageContaining("expected: ");
    }
}
