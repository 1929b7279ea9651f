package io.mlaas.gateway.edge;

import io.mlaas.kit.problem.PlatformProblem;
import io.mlaas.kit.problem.ProblemWriter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.security.web.util.matcher.IpAddressMatcher;
import org.springframework.web.filter.OncePerRequestFilter;

/** Of the operator's endpoints the outside sees health, and nothing else. */
@Configuration(proxyBeanMethods = false)
class ActuatorAccess {
    private static final Set<String> OPEN =
            Set.of("/actuator/health", "/actuator/health/liveness", "/actuator/health/readiness");

    @Bean
    FilterRegistrationBean<OncePerRequestFilter> actuatorFilter(EdgeProperties properties, ProblemWriter problems) {
        List<IpAddressMatcher> scrapers =
                properties.scrapers().stream().map(IpAddressMatcher::new).toList();
        var registration = new FilterRegistrationBean<OncePerRequestFilter>(new OncePerRequestFilter() {
            @Override
            protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                    throws ServletException, IOException {
                // As the container has decoded and normalised it.
                String path = request.getServletPath();
                boolean closed = (path.equals("/actuator") || path.startsWith("/actuator/")) && !OPEN.contains(path);
                if (closed && scrapers.stream().noneMatch(scraper -> scraper.matches(request.getRemoteAddr()))) {
                    problems.write(PlatformProblem.NOT_FOUND, "There is nothing here.", request, response);
                } else {
                    chain.doFilter(request, response);
                }
            }
        });
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 25);
        return registration;
    }
}
