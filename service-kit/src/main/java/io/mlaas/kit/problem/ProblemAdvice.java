package io.mlaas.kit.problem;

import io.micrometer.core.instrument.MeterRegistry;
import io.mlaas.kit.json.JsonPlace;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.validation.ConstraintViolationException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.tomcat.util.http.InvalidParameterException;
import org.apache.tomcat.util.http.fileupload.FileUploadException;
import org.apache.tomcat.util.http.fileupload.impl.IOFileUploadException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.firewall.RequestRejectedException;
import org.springframework.validation.FieldError;
import org.springframework.web.bind.MethodArgumentNotValidException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClientResponseException;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;
import org.springframework.web.context.request.ServletWebRequest;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.context.request.async.AsyncRequestNotUsableException;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.multipart.MultipartException;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;
import tools.jackson.core.JacksonException;

/** Turns every exception that leaves a controller into problem details, and counts it. */
@RestControllerAdvice
class ProblemAdvice extends ResponseEntityExceptionHandler {
    private static final Logger log = LoggerFactory.getLogger(ProblemAdvice.class);

    /** Request attribute: what was to be answered, for the case that the container discards it. */
    static final String ANSWER = ProblemAdvice.class.getName();

    private final MeterRegistry meters;

    ProblemAdvice(MeterRegistry meters) {
        this.meters = meters;
    }

    @ExceptionHandler(ProblemException.class)
    @Nullable
    ResponseEntity<Object> problem(ProblemException e, HttpServletRequest request) {
        if (e.problem().category() != Problem.Category.CALLER) {
            log.warn("{} at {}: {}", e.problem().name(), request.getRequestURI(), e.detail(), e.getCause());
        }
        HttpHeaders headers = new HttpHeaders();
        Integer seconds = e.retryAfterSeconds();
        if (seconds != null) {
            headers.set(HttpHeaders.RETRY_AFTER, seconds.toString());
        }
        return answer(e.problem(), e.detail(), headers, request);
    }

    @ExceptionHandler(AccessDeniedException.class)
    @Nullable
    ResponseEntity<Object> denied(AccessDeniedException e, HttpServletRequest request) {
        return answer(PlatformProblem.FORBIDDEN, "This operation needs another role.", HttpHeaders.EMPTY, request);
    }

    @ExceptionHandler(AuthenticationException.class)
    @Nullable
    ResponseEntity<Object> unauthenticated(AuthenticationException e, HttpServletRequest request) {
        HttpHeaders headers = new HttpHeaders();
        headers.set(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
        // Word for word what is said before a handler is found.
        String detail = request.getHeader(HttpHeaders.AUTHORIZATION) == null
                ? "There is no access token in the request."
                : "The access token is missing or not valid.";
        return answer(PlatformProblem.UNAUTHENTICATED, detail, headers, request);
    }

    @ExceptionHandler(ConstraintViolationException.class)
    @Nullable
    ResponseEntity<Object> violated(ConstraintViolationException e, HttpServletRequest request) {
        String detail = e.getConstraintViolations().stream()
                .map(v -> v.getPropertyPath() + ": " + v.getInvalidValue() + " (" + v.getMessage() + ")")
                .sorted()
                .collect(Collectors.joining("; "));
        return answer(PlatformProblem.INVALID_REQUEST, detail, HttpHeaders.EMPTY, request);
    }

    @ExceptionHandler(MethodArgumentTypeMismatchException.class)
    @Nullable
    ResponseEntity<Object> mistyped(MethodArgumentTypeMismatchException e, HttpServletRequest request) {
        Class<?> wanted = e.getRequiredType();
        String expected = wanted == null ? "another type" : wanted.getSimpleName();
        return answer(
                PlatformProblem.MALFORMED_REQUEST,
                e.getName() + ": " + shortened(e.getValue()) + " (expected: " + expected + ")",
                HttpHeaders.EMPTY,
                request);
    }

    /** Parameters are read late: the firewall and the server may refuse them when a handler is already at work. */
    @ExceptionHandler({RequestRejectedException.class, InvalidParameterException.class})
    @Nullable
    ResponseEntity<Object> illegible(Exception e, HttpServletRequest request) {
        return answer(
                PlatformProblem.MALFORMED_REQUEST,
                "The path, a parameter or a header has characters that are not taken here.",
                HttpHeaders.EMPTY,
                request);
    }

    /** Without a boundary, or with parts that break off. What the disk refuses is not the caller's mistake. */
    @ExceptionHandler(MultipartException.class)
    @Nullable
    ResponseEntity<Object> noForm(MultipartException e, HttpServletRequest request) {
        if (!(e.getCause() instanceof FileUploadException cause) || cause instanceof IOFileUploadException) {
            return unexpected(e, request);
        }
        return answer(
                PlatformProblem.MALFORMED_REQUEST,
                "The form cannot be read (expected: multipart/form-data with a boundary, and whole parts).",
                HttpHeaders.EMPTY,
                request);
    }

    @ExceptionHandler(ResourceAccessException.class)
    @Nullable
    ResponseEntity<Object> unreachable(ResourceAccessException e, HttpServletRequest request) {
        log.warn("a server that {} needs does not answer", request.getRequestURI(), e);
        return unavailable("A service that this one needs cannot be reached.", request);
    }

    /** A problem that another service answered: passed on if the caller can act on it, else reported as ours. */
    @ExceptionHandler(RestClientResponseException.class)
    @Nullable
    ResponseEntity<Object> upstream(RestClientResponseException e, HttpServletRequest request) {
        int status = e.getStatusCode().value();
        log.warn(
                "another service answered {} while {} was served: {}",
                status,
                request.getRequestURI(),
                e.getResponseBodyAsString());
        // Its failure passes, as its absence does, and so does a token that has expired by its clock. What else it
        // refuses is a mistake of this service.
        if (status >= 500 || status == 429 || status == 401) {
            return unavailable("A service that this one needs is busy or unavailable.", request);
        }
        return answer(
                PlatformProblem.INTERNAL,
                "A service that this one needs refused its request.",
                HttpHeaders.EMPTY,
                request);
    }

    @ExceptionHandler(Exception.class)
    @Nullable
    ResponseEntity<Object> unexpected(Exception e, HttpServletRequest request) {
        if (ServerAway.isCauseOf(e)) {
            log.warn("a server that {} needs does not answer", request.getRequestURI(), e);
            return unavailable("A server that this service needs cannot be reached.", request);
        }
        log.error("{} {} failed", request.getMethod(), request.getRequestURI(), e);
        return answer(PlatformProblem.INTERNAL, "The request could not be completed.", HttpHeaders.EMPTY, request);
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleAsyncRequestNotUsableException(
            AsyncRequestNotUsableException e, WebRequest request) {
        log.info(
                "the client went away during {} {}",
                servlet(request).getMethod(),
                servlet(request).getRequestURI());
        return null;
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleMethodArgumentNotValid(
            MethodArgumentNotValidException e, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        List<FieldError> errors = e.getBindingResult().getFieldErrors();
        String detail = errors.stream()
                .map(f -> f.getField() + ": " + shortened(f.getRejectedValue()) + " ("
                        + (f.isBindingFailure() ? "expected: another type" : f.getDefaultMessage()) + ")")
                .sorted()
                .collect(Collectors.joining("; "));
        boolean malformed = errors.stream().anyMatch(FieldError::isBindingFailure);
        return answer(
                malformed ? PlatformProblem.MALFORMED_REQUEST : PlatformProblem.INVALID_REQUEST,
                detail,
                headers,
                servlet(request));
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleHttpMessageNotReadable(
            HttpMessageNotReadableException e, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        String detail = e.getMostSpecificCause() instanceof JacksonException wrong
                ? "the body: " + JsonPlace.of(wrong)
                : "The body is not the JSON that this operation takes.";
        return answer(PlatformProblem.MALFORMED_REQUEST, detail, headers, servlet(request));
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleExceptionInternal(
            Exception e, @Nullable Object body, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        Problem problem =
                switch (status.value()) {
                    case 400 -> PlatformProblem.MALFORMED_REQUEST;
                    case 404 -> PlatformProblem.NOT_FOUND;
                    case 405 -> PlatformProblem.METHOD_NOT_ALLOWED;
                    case 406 -> PlatformProblem.NOT_ACCEPTABLE;
                    case 413 -> PlatformProblem.TOO_LARGE;
                    case 415 -> PlatformProblem.UNSUPPORTED_MEDIA_TYPE;
                    case 422 -> PlatformProblem.INVALID_REQUEST;
                    case 503 -> PlatformProblem.UPSTREAM_UNAVAILABLE;
                    default -> PlatformProblem.INTERNAL;
                };
        if (problem == PlatformProblem.INTERNAL) {
            log.error("{} failed", servlet(request).getRequestURI(), e);
        }
        String detail = e instanceof org.springframework.web.ErrorResponse response
                        && response.getBody().getDetail() != null
                        && problem != PlatformProblem.INTERNAL
                ? String.valueOf(response.getBody().getDetail())
                : problem.title() + ".";
        return answer(problem, detail, headers, servlet(request));
    }

    private @Nullable ResponseEntity<Object> unavailable(String detail, HttpServletRequest request) {
        HttpHeaders headers = new HttpHeaders();
        headers.set(HttpHeaders.RETRY_AFTER, "5");
        return answer(PlatformProblem.UPSTREAM_UNAVAILABLE, detail, headers, request);
    }

    private @Nullable ResponseEntity<Object> answer(
            Problem problem, String detail, HttpHeaders headers, HttpServletRequest request) {
        meters.counter(
                        "mlaas.problems",
                        "code",
                        problem.name(),
                        "category",
                        problem.category().name())
                .increment();
        ResponseEntity<Object> answer = ResponseEntity.status(problem.status())
                .headers(headers)
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(ProblemBody.of(problem, detail, request.getRequestURI()));
        request.setAttribute(ANSWER, answer);
        request.setAttribute(ProblemBody.CODE, problem.name());
        if (isAnswered()) {
            AbortedResponse.abort(request);
            return null;
        }
        return answer;
    }

    private static boolean isAnswered() {
        return RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes attributes
                && attributes.getResponse() != null
                && attributes.getResponse().isCommitted();
    }

    private static HttpServletRequest servlet(WebRequest request) {
        return ((ServletWebRequest) request).getRequest();
    }

    private static String shortened(@Nullable Object value) {
        String text = value instanceof Object[] several ? Arrays.toString(several) : String.valueOf(value);
        return text.length() <= 100 ? text : text.substring(0, 100) + "…";
    }
}
