package io.mlaas.sharing.anchoring;

import io.mlaas.kit.problem.Problem;
import org.springframework.http.HttpStatus;

/** What can go wrong with the chain. */
public enum AnchoringProblem implements Problem {
    CHAIN_UNREACHABLE(
            HttpStatus.SERVICE_UNAVAILABLE,
            "The chain cannot be asked now",
            Category.CAPACITY,
            "Try again after the time in Retry-After; nothing is served that the chain has not confirmed."),
    NOT_ON_CHAIN(
            HttpStatus.BAD_GATEWAY,
            "The chain does not know this asset's contract",
            Category.PLATFORM,
            "Report this to the operator: the registry and the chain disagree.");

    private final HttpStatus status;
    private final String title;
    private final Category category;
    private final String remedy;

    AnchoringProblem(HttpStatus status, String title, Category category, String remedy) {
        this.status = status;
        this.title = title;
        this.category = category;
        this.remedy = remedy;
    }

    @Override
    public HttpStatus status() {
        return status;
    }

    @Override
    public String title() {
        return title;
    }

    @Override
    public Category category() {
        return category;
    }

    @Override
    public String remedy() {
        return remedy;
    }
}
