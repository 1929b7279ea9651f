package io.mlaas.federated.plan;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What is wrong with a plan. A rule about members that could not be read says nothing more. */
final class Findings {
    private final List<Violation> violations;
    private final List<Violation> unread;

    /** @param violations what could not be read; what else is found is added */
    Findings(List<Violation> violations) {
        this.violations = violations;
        this.unread = List.copyOf(violations);
    }

    /** Notes that the value at the path is not as expected, if all that the rule is about could be read. */
    void rule(boolean holds, String path, @Nullable Object value, String expected, String... about) {
        if (!holds && !unread(path) && !unread(about)) {
            String shown = value instanceof Enum<?> constant ? Members.lower(constant) : String.valueOf(value);
            violations.add(new Violation(path, shown, expected));
        }
    }

    void add(List<Violation> more) {
        violations.addAll(more);
    }

    boolean none() {
        return violations.isEmpty();
    }

    boolean allRead() {
        return unread.isEmpty();
    }

    /** Whether something at one of the paths, within or around it, could not be read. */
    boolean unread(String... paths) {
        return Stream.of(paths).anyMatch(path -> unread.stream()
                .anyMatch(v -> v.path().isEmpty()
                        || v.path().equals(path)
                        || v.path().startsWith(path + ".")
                        || path.startsWith(v.path() + ".")));
    }
}
