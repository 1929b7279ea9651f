package io.mlaas.kit.problem;

import org.springframework.http.HttpStatus;

/** Errors that any service can answer. */
public enum PlatformProblem implements Problem {
    UNAUTHENTICATED(
            HttpStatus.UNAUTHORIZED,
            "A valid access token is needed",
            Category.CALLER,
            "Send 'Authorization: Bearer <token>' with a token of this platform's identity provider."),
    FORBIDDEN(
            HttpStatus.FORBIDDEN,
            "This identity may not do this",
            Category.CALLER,
            "Use an account that has the role this operation needs."),
    NOT_FOUND(HttpStatus.NOT_FOUND, "There is nothing here", Category.CALLER, "Check the path and the ids in it."),
    METHOD_NOT_ALLOWED(
            HttpStatus.METHOD_NOT_ALLOWED,
            "This path does not take this method",
            Category.CALLER,
            "Use one of the methods in the Allow header."),
    MALFORMED_REQUEST(
            HttpStatus.BAD_REQUEST,
            "The request cannot be understood",
            Category.CALLER,
            "Correct what the detail names and send it again."),
    INVALID_REQUEST(
            HttpStatus.UNPROCESSABLE_CONTENT,
            "The request breaks a rule",
            Category.CALLER,
            "Correct what the detail names and send it again."),
    UNSUPPORTED_MEDIA_TYPE(
            HttpStatus.UNSUPPORTED_MEDIA_TYPE,
            "This content type is not taken here",
            Category.CALLER,
            "Use a content type that the API document lists."),
    NOT_ACCEPTABLE(
            HttpStatus.NOT_ACCEPTABLE,
            "No representation fits the Accept header",
            Category.CALLER,
            "Accept one of the types that the API document lists."),
    TOO_LARGE(
            HttpStatus.CONTENT_TOO_LARGE,
            "The request is larger than is taken here",
            Category.CALLER,
            "Send less, or raise the limit that the detail names."),
    REQUEST_TOO_SLOW(
            HttpStatus.REQUEST_TIMEOUT,
            "The request came too slowly",
            Category.CALLER,
            "Send it again over a better connection, a large file in pieces (POST /uploads)."),
    UPSTREAM_UNAVAILABLE(
            HttpStatus.SERVICE_UNAVAILABLE,
            "A server that this needs does not answer",
            Category.CAPACITY,
            "Try again after the time in Retry-After; nothing was half-done."),
    INTERNAL(
            HttpStatus.INTERNAL_SERVER_ERROR,
            "Something went wrong here",
            Category.PLATFORM,
            "Report the correlation id to the operator; the log has the cause.");

    private final Facts facts;

    PlatformProblem(HttpStatus status, String title, Category category, String remedy) {
        facts = new Facts(status, title, category, remedy);
    }

    @Override
    public Facts facts() {
        return facts;
    }
}
