package io.mlaas.gateway.limit;

import io.mlaas.kit.problem.Problem;
import org.springframework.http.HttpStatus;

/** Requests that are too many or have too long a URI; too large and too slow ones are problems of every service. */
enum LimitProblem implements Problem {
    TOO_MANY_REQUESTS(
            HttpStatus.TOO_MANY_REQUESTS,
            "More requests than are taken at once",
            Category.CAPACITY,
            "Try again after the time in Retry-After; the RateLimit headers say how much is left."),
    GATEWAY_BUSY(
            HttpStatus.SERVICE_UNAVAILABLE,
            "As many requests as the gateway holds are under way",
            Category.CAPACITY,
            "Try again after the time in Retry-After, with fewer requests at once."),
    URI_TOO_LONG(
            HttpStatus.URI_TOO_LONG,
            "The URI is longer than is taken here",
            Category.CALLER,
            "Send less in the path and the query.");

    private final Facts facts;

    LimitProblem(HttpStatus status, String title, Category category, String remedy) {
        facts = new Facts(status, title, category, remedy);
    }

    @Override
    public Facts facts() {
        return facts;
    }
}
