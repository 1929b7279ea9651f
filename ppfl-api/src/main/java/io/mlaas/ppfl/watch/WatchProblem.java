package io.mlaas.ppfl.watch;

import io.mlaas.kit.problem.Problem;
import org.springframework.http.HttpStatus;

/** What can be wrong with watching. */
enum WatchProblem implements Problem {
    WATCHER_REFUSED(
            HttpStatus.UNPROCESSABLE_CONTENT,
            "There can be no such link",
            Category.CALLER,
            "Mend what the detail names; no link was made."),
    WATCHER_UNKNOWN(
            HttpStatus.NOT_FOUND,
            "There is no such link",
            Category.CALLER,
            "GET /federations/{id}/watchers lists those that there are."),
    TOO_MANY_WATCH(
            HttpStatus.SERVICE_UNAVAILABLE,
            "Too many watch at once",
            Category.CAPACITY,
            "Come back in a moment; the page does so by itself.");

    private final Facts facts;

    WatchProblem(HttpStatus status, String title, Category category, String remedy) {
        facts = new Facts(status, title, category, remedy);
    }

    @Override
    public Facts facts() {
        return facts;
    }
}
