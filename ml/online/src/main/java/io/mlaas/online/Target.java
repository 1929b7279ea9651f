package io.mlaas.online;

import java.util.HashSet;
import java.util.List;

/** What a learner predicts: names of numbers, or names of classes. */
public sealed interface Target {

    /** The names, in the order of a prediction's values. */
    List<String> names();

    /** Values of a target in one row of a batch. */
    int width();

    /** One or more numbers; a batch holds all of them for each row. */
    record Regression(List<String> names) implements Target {
        public Regression {
            names = different(names, 1, "outputs");
        }

        @Override
        public int width() {
            return names.size();
        }
    }

    /** One of two or more classes; a batch holds the index of the class, a prediction the probability of each. */
    record Classification(List<String> names) implements Target {
        public Classification {
            names = different(names, 2, "classes");
        }

        @Override
        public int width() {
            return 1;
        }
    }

    private static List<String> different(List<String> names, int least, String what) {
        if (names.size() < least || new HashSet<>(names).size() != names.size()) {
            throw new IllegalArgumentException(
                    what + ": " + names + " (expected: " + least + " or more, all different)");
        }
        return List.copyOf(names);
    }
}
