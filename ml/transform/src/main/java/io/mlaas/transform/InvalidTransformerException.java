package io.mlaas.transform;

import io.mlaas.transform.document.Problem;
import java.util.List;
import java.util.stream.Collectors;

/** A document with mistakes: all of them, each with its JSON path. */
public final class InvalidTransformerException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    private final transient List<Problem> problems;

    InvalidTransformerException(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    public List<Problem> problems() {
        return problems;
    }
}
