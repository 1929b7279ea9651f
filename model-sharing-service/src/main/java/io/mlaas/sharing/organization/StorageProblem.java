package io.mlaas.sharing.organization;

import io.mlaas.kit.problem.Problem;
import org.springframework.http.HttpStatus;

/** What can go wrong with the object store. */
public enum StorageProblem implements Problem {
    STORAGE_UNAVAILABLE(
            HttpStatus.SERVICE_UNAVAILABLE,
            "The object store does not answer",
            Category.CAPACITY,
            "Try again after the time in Retry-After; nothing was half-done."),
    NO_BUCKET(
            HttpStatus.SERVICE_UNAVAILABLE,
            "This company has no bucket yet",
            Category.PLATFORM,
            "Ask the operator to configure a bucket and credentials for this company.");

    private final Facts facts;

    StorageProblem(HttpStatus status, String title, Category category, String remedy) {
        facts = new Facts(status, title, category, remedy);
    }

    @Override
    public Facts facts() {
        return facts;
    }
}
