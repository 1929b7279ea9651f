package io.mlaas.learning.inference;

import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.mlaas.kit.observe.Correlation;
import io.mlaas.kit.problem.PlatformProblem;
import io.mlaas.kit.problem.Problem;
import io.mlaas.kit.problem.ProblemException;
import io.mlaas.kit.problem.ServerAway;
import io.mlaas.online.BatchRefused;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A call that ends without an answer: the text is the one of REST.
 *
 * @param trailers the problem's stable code, if it has one, and the correlation id
 */
record GrpcFailure(Status status, Metadata trailers) {
    static final Metadata.Key<String> CODE = Metadata.Key.of("mlaas-code", Metadata.ASCII_STRING_MARSHALLER);

    private static final Logger log = LoggerFactory.getLogger(GrpcFailure.class);

    static GrpcFailure of(Throwable failure) {
        return switch (failure) {
            case InferenceException refused -> of(Status.Code.INVALID_ARGUMENT, refused.getMessage(), null);
            case BatchRefused refused -> of(Status.Code.INVALID_ARGUMENT, refused.getMessage(), null);
            case StatusRuntimeException ended ->
                of(ended.getStatus().getCode(), ended.getStatus().getDescription(), null);
            case ProblemException problem -> of(problem.problem(), problem.detail());
            default -> unexpected(failure);
        };
    }

    private static GrpcFailure of(Problem problem, String detail) {
        return of(code(problem.status().value()), detail, problem.name());
    }

    private static GrpcFailure unexpected(Throwable failure) {
        if (ServerAway.isCauseOf(failure)) {
            log.warn("a server that inference needs does not answer", failure);
            return of(PlatformProblem.UPSTREAM_UNAVAILABLE, "A server that this service needs cannot be reached.");
        }
        log.error("inference failed", failure);
        return of(PlatformProblem.INTERNAL, "The request could not be completed.");
    }

    private static GrpcFailure of(Status.Code code, @Nullable String detail, @Nullable String problem) {
        Metadata trailers = new Metadata();
        if (problem != null) {
            trailers.put(CODE, problem);
        }
        String correlation = Correlation.current();
        if (correlation != null) {
            trailers.put(KnownCallers.CORRELATION_ID, correlation);
        }
        return new GrpcFailure(code.toStatus().withDescription(detail), trailers);
    }

    private static Status.Code code(int httpStatus) {
        return switch (httpStatus) {
            case 400, 422 -> Status.Code.INVALID_ARGUMENT;
            case 401 -> Status.Code.UNAUTHENTICATED;
            case 403 -> Status.Code.PERMISSION_DENIED;
            case 404 -> Status.Code.NOT_FOUND;
            case 409 -> Status.Code.FAILED_PRECONDITION;
            case 413, 429 -> Status.Code.RESOURCE_EXHAUSTED;
            case 503 -> Status.Code.UNAVAILABLE;
            default -> Status.Code.INTERNAL;
        };
    }

    /** As the audit log has it. */
    static int httpStatus(Status.Code code) {
        return switch (code) {
            case INVALID_ARGUMENT -> 400;
            case UNAUTHENTICATED -> 401;
            case PERMISSION_DENIED -> 403;
            case NOT_FOUND, UNIMPLEMENTED -> 404;
            case FAILED_PRECONDITION -> 409;
            case RESOURCE_EXHAUSTED -> 413;
            case CANCELLED, DEADLINE_EXCEEDED -> 408;
            case UNAVAILABLE -> 503;
            default -> 500;
        };
    }
}
