package io.mlaas.sharing.provenance;

import io.mlaas.kit.problem.PlatformProblem;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Constants as they are written in queries: in lower case. */
final class Words {
    private Words() {}

    static <E extends Enum<E>> E parse(String parameter, String word, Class<E> type) {
        return Arrays.stream(type.getEnumConstants())
                .filter(constant -> word(constant).equals(word))
                .findFirst()
                .orElseThrow(() -> PlatformProblem.INVALID_REQUEST.because("%s: %s (expected: %s)"
                        .formatted(
                                parameter,
                                word,
                                Arrays.stream(type.getEnumConstants())
                                        .map(Words::word)
                                        .collect(Collectors.joining(", ")))));
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
