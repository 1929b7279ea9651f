package io.mlaas.kit.audit;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.mlaas.kit.problem.PlatformProblem;
import io.mlaas.kit.problem.ProblemBody;
import io.mlaas.kit.security.CallerAuthentication;
import io.mlaas.kit.security.Refusals;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;

/**
 * Writes an entry for every changing request of a known caller: before a handler serves it (no entry, no change), and
 * its outcome afterwards; at once with its outcome where it is refused before it comes to a handler. What
 * {@link ChangesNothing changes nothing} has an entry only if it is refused or fails.
 */
class AuditFilter extends OncePerRequestFilter implements HandlerInterceptor, Refusals {
    private static final Logger log = LoggerFactory.getLogger(AuditFilter.class);
    private static final Set<String> CHANGING = Set.of("POST", "PUT", "PATCH", "DELETE");

    private final AuditLog entries;
    private final SourceAddress sources;
    private final Counter lost;

    AuditFilter(AuditLog entries, SourceAddress sources, MeterRegistry meters) {
        this.entries = entries;
        this.sources = sources;
        this.lost = meters.counter("mlaas.audit.outcomes.lost");
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return !CHANGING.contains(request.getMethod());
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (!(SecurityContextHolder.getContext().getAuthentication() instanceof CallerAuthentication caller)) {
            chain.doFilter(request, response);
            return;
        }
        AuditedRequest audited = audited(caller, request);
        request.setAttribute(AuditedRequest.ATTRIBUTE, audited);
        boolean answered = false;
        try {
            chain.doFilter(request, response);
            answered = true;
        } finally {
            if (answered && request.isAsyncStarted()) {
                request.getAsyncContext().addListener(new Ending(audited), request, response);
            } else {
                finish(audited, request, response, answered);
            }
        }
    }

    /** The last moment before a handler reads or changes anything; {@code RolesFirst} has been asked. */
    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        if (request.getAttribute(AuditedRequest.ATTRIBUTE) instanceof AuditedRequest audited && !audited.isWritten()) {
            if (handler instanceof HandlerMethod method && method.hasMethodAnnotation(ChangesNothing.class)) {
                audited.changesNothing();
                return true;
            }
            try {
                entries.write(audited, null, null);
                audited.nowWritten();
            } catch (DataAccessException e) {
                log.warn("{} {} is refused: it cannot be audited", request.getMethod(), request.getRequestURI(), e);
                throw PlatformProblem.UPSTREAM_UNAVAILABLE.retryAfter(5, "The audit log cannot be written now.");
            }
        }
        return true;
    }

    @Override
    public void refused(CallerAuthentication caller, HttpServletRequest request, HttpServletResponse response) {
        if (!shouldNotFilter(request)) {
            finish(audited(caller, request), request, response, true);
        }
    }

    private AuditedRequest audited(CallerAuthentication caller, HttpServletRequest request) {
        return new AuditedRequest(caller.getPrincipal(), caller.actingService(), request, sources.of(request));
    }

    private void finish(
            AuditedRequest audited, HttpServletRequest request, HttpServletResponse response, boolean answered) {
        int status = answered ? response.getStatus() : 500;
        if (status < 400 && !audited.changes()) {
            return;
        }
        String problem = problemOf(request);
        if (status < 300) {
            audited.aboutAnyIn(response.getHeader(HttpHeaders.LOCATION));
        }
        try {
            if (audited.isWritten()) {
                entries.finish(audited, status, problem);
            } else {
                entries.write(audited, status, problem);
            }
        } catch (DataAccessException e) {
            lost.increment();
            log.error(
                    "{} {} by {} ended with {}, which the audit log cannot be told",
                    audited.method(),
                    audited.path(),
                    audited.caller().subject(),
                    status,
                    e);
        }
    }

    private static @Nullable String problemOf(HttpServletRequest request) {
        Object code = request.getAttribute(ProblemBody.CODE);
        return code == null ? null : code.toString();
    }

    private final class Ending implements AsyncListener {
        private final AuditedRequest audited;

        Ending(AuditedRequest audited) {
            this.audited = audited;
        }

        @Override
        public void onComplete(AsyncEvent event) {
            finish(
                    audited,
                    (HttpServletRequest) event.getSuppliedRequest(),
                    (HttpServletResponse) event.getSuppliedResponse(),
                    event.getThrowable() == null);
        }

        @Override
        public void onTimeout(AsyncEvent event) {
            log.info("{} {} took too long", audited.method(), audited.path());
        }

        @Override
        public void onError(AsyncEvent event) {
            log.info("{} {} broke off", audited.method(), audited.path());
        }

        @Override
        public void onStartAsync(AsyncEvent event) {
            event.getAsyncContext().addListener(this, event.getSuppliedRequest(), event.getSuppliedResponse());
        }
    }
}
