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

    private final HttpStatus status;
    private final String title;
    private final Category category;
    private final String remedy;

    StorageProblem(HttpStatus status, String title, Category category, String remedy) {
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
