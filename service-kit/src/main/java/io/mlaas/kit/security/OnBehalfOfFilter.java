package io.mlaas.kit.security;

import io.mlaas.kit.problem.PlatformProblem;
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

    OnBehalfOfFilter(CallerTokens tokens, ProblemWriter problems) {
        this.tokens = tokens;
        this.problems = problems;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        List<String> userTokens = Collections.list(request.getHeaders(HEADER));
        if (!userTokens.isEmpty()) {
            if (!(SecurityContextHolder.getContext().getAuthentication() instanceof CallerAuthentication service)
                    || !service.getPrincipal().has(Caller.SERVICE)) {
                problems.write(
                        PlatformProblem.FORBIDDEN, "Only a service may act on a user's behalf.", request, response);
                return;
            }
            try {
                if (userTokens.size() > 1) {
                    throw new InvalidBearerTokenException("more than one " + HEADER + " header");
                }
                actFor(tokens.user(userTokens.getFirst()));
            } catch (AuthenticationException e) {
                problems.write(
                        PlatformProblem.UNAUTHENTICATED,
                        "The token in " + HEADER + " is not valid.",
                        request,
                        response);
                return;
            }
        }
        chain.doFilter(request, response);
    }

    private static void actFor(CallerAuthentication user) {
        Caller caller = user.getPrincipal();
        Set<String> roles = new LinkedHashSet<>(caller.roles());
        roles.add(Caller.SERVICE);
        SecurityContext context = SecurityContextHolder.createEmptyContext();
        context.setAuthentication(new CallerAuthentication(
                new Caller(caller.subject(), caller.name(), caller.organizationId(), roles), user.userToken()));
        SecurityContextHolder.setContext(context);
    }
}
