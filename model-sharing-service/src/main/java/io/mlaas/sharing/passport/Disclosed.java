package io.mlaas.sharing.passport;

import io.mlaas.kit.problem.PlatformProblem;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Which facts are told to everybody.
 *
 * @param patterns names of facts, {@code name.*} for all below a name, {@code *} for everything; sorted, each once
 */
record Disclosed(List<String> patterns) {
    private static final String EVERYTHING = "*";
    private static final int MOST = 500;
    private static final int LONGEST = 200;
    private static final Pattern FORM = Pattern.compile("\\*|[^\\s*]+(\\.\\*)?");

    /** @throws io.mlaas.kit.problem.ProblemException that names what is malformed, by its path */
    static Disclosed parse(List<String> given) {
        if (given.size() > MOST) {
            throw PlatformProblem.INVALID_REQUEST.because(
                    "disclose: %d names (expected: <= %d)".formatted(given.size(), MOST));
        }
        for (int i = 0; i < given.size(); i++) {
            String name = given.get(i);
            if (name == null || name.length() > LONGEST || !FORM.matcher(name).matches()) {
                throw PlatformProblem.INVALID_REQUEST.because(
                        "disclose[%d]: %s (expected: the name of a fact, such as dataset.sha256, parameters.* or *)"
                                .formatted(i, name));
            }
        }
        return new Disclosed(List.copyOf(new TreeSet<>(given)));
    }

    boolean everything() {
        return patterns.contains(EVERYTHING);
    }

    boolean tells(String fact) {
        return tells(patterns, fact);
    }

    static boolean tells(Collection<String> patterns, String fact) {
        if (patterns.contains(fact) || patterns.contains(EVERYTHING)) {
            return true;
        }
        for (int dot = fact.indexOf('.'); dot >= 0; dot = fact.indexOf('.', dot + 1)) {
            if (patterns.contains(fact.substring(0, dot) + ".*")) {
                return true;
            }
        }
        return false;
    }

    /** @param facts that the model has; none while they are not known yet */
    void requireAmong(Set<String> facts) {
        for (int i = 0; i < patterns.size(); i++) {
            List<String> one = List.of(patterns.get(i));
            if (!facts.isEmpty() && facts.stream().noneMatch(fact -> tells(one, fact))) {
                throw PassportProblem.UNKNOWN_DISCLOSURE.because("disclose: %s (expected: of %s)"
                        .formatted(patterns.get(i), String.join(", ", new TreeSet<>(facts))));
            }
        }
    }
}
