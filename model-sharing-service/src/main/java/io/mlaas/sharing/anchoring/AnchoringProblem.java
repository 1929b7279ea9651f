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

    private final Facts facts;

    AnchoringProblem(HttpStatus status, String title, Category category, String remedy) {
        facts = new Facts(status, title, category, remedy);
    }

    @Override
    public Facts facts() {
        return facts;
    }
}
