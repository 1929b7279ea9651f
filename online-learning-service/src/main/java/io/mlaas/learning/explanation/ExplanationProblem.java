package io.mlaas.learning.explanation;

import io.mlaas.kit.problem.Problem;
import org.springframework.http.HttpStatus;

/** What can be wrong with a request for explanations. */
enum ExplanationProblem implements Problem {
    EXPLANATION_REFUSED(
            HttpStatus.UNPROCESSABLE_CONTENT,
            "This cannot be explained so",
            Category.CALLER,
            "Ask as the detail says; the algorithms linear and torch can be explained.");

    private final Facts facts;

    ExplanationProblem(HttpStatus status, String title, Category category, String remedy) {
        facts = new Facts(status, title, category, remedy);
    }

    @Override
    public Facts facts() {
        return facts;
    }
}
