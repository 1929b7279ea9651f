package io.mlaas.kit.security;

import io.mlaas.kit.problem.PlatformProblem;
import io.mlaas.kit.problem.Problem;
import io.mlaas.kit.problem.ProblemWriter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.server.resource.InvalidBearerTokenException;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * A service that acts for a user sends its own token and, in {@value #HEADER}, the user's: both are verified, then the
 * request runs with the user's company and roles, plus {@code SERVICE}. Anybody but a service who sends the header is
 * refused.
 */
class OnBehalfOfFilter extends OncePerRequestFilter {
    static final String HEADER = "X-On-Behalf-Of";

    private final CallerTokens tokens;
    private final ProblemWriter problems;
    private final List<Refusals> listeners;

    OnBehalfOfFilter(CallerTokens tokens, ProblemWriter problems, List<Refusals> listeners) {
        this.tokens = tokens;
        this.problems = problems;
        this.listeners = List.copyOf(listeners);
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        List<String> userTokens = Collections.list(request.getHeaders(HEADER));
        if (!userTokens.isEmpty()) {
            CallerAuthentication caller =
                    SecurityContextHolder.getContext().getAuthentication() instanceof CallerAuthentication known
                            ? known
                            : null;
            if (caller == null || !caller.getPrincipal().has(Caller.SERVICE)) {
                refuse(
                        PlatformProblem.FORBIDDEN,
                        "Only a service may act on a user's behalf.",
                        caller,
                        request,
                        response);
                return;
            }
            try {
                if (userTokens.size() > 1) {
                    throw new InvalidBearerTokenException("more than one " + HEADER + " header");
                }
                actFor(tokens.user(userTokens.getFirst()), caller.getName());
            } catch (AuthenticationServiceException e) {
                response.setHeader("Retry-After", "5");
                refuse(
                        PlatformProblem.UPSTREAM_UNAVAILABLE,
                        "The identity provider cannot be reached.",
                        caller,
                        request,
                        response);
                return;
            } catch (AuthenticationException e) {
                refuse(
                        PlatformProblem.UNAUTHENTICATED,
                        "The token in " + HEADER + " is not valid.",
                        caller,
                        request,
                        response);
                return;
            }
        }
        chain.doFilter(request, response);
    }

    private void refuse(
            Problem problem,
            String detail,
            @Nullable CallerAuthentication caller,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        problems.write(problem, detail, request, response);
        if (caller != null) {
            listeners.forEach(listener -> listener.refused(caller, request, response));
        }
    }

    private static void actFor(CallerAuthentication user, String service) {
        Caller caller = user.getPrincipal();
        Set<String> roles = new LinkedHashSet<>(caller.roles());
        roles.add(Caller.SERVICE);
        SecurityContext context = SecurityContextHolder.createEmptyContext();
        context.setAuthentication(new CallerAuthentication(
                new Caller(caller.subject(), caller.name(), caller.organizationId(), roles),
                user.userToken(),
                service));
        SecurityContextHolder.setContext(context);
    }
}
