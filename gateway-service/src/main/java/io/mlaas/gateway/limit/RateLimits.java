package io.mlaas.gateway.limit;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.mlaas.kit.problem.ProblemWriter;
import io.mlaas.kit.security.CallerAuthentication;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.filter.OncePerRequestFilter;

/** Twice: per client address before anything is read of a token, per company when it is known. */
@Configuration(proxyBeanMethods = false)
class RateLimits {
    /** Inside of Spring Security's filters. */
    private static final int AFTER_SECURITY = -50;

    /** Those who read published passports without a token have together what one company has. */
    private static final String READERS = "readers";

    @Bean
    FilterRegistrationBean<OncePerRequestFilter> addressLimit(
            LimitProperties limits, ProblemWriter problems, MeterRegistry meters) {
        Buckets buckets = new Buckets(limits.addressRate(), limits.addressBurst(), Buckets.MOST);
        var registration =
                new FilterRegistrationBean<OncePerRequestFilter>(new Limit("address", buckets, problems, meters) {
                    @Override
                    String whose(HttpServletRequest request) {
                        return client(request.getRemoteAddr());
                    }
                });
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 20);
        return registration;
    }

    @Bean
    FilterRegistrationBean<OncePerRequestFilter> uriLimit(LimitProperties limits, ProblemWriter problems) {
        var registration = new FilterRegistrationBean<OncePerRequestFilter>(new OncePerRequestFilter() {
            @Override
            protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                    throws ServletException, IOException {
                String query = request.getQueryString();
                int length = request.getRequestURI().length() + (query == null ? 0 : query.length() + 1);
                if (length <= limits.maxUri()) {
                    chain.doFilter(request, response);
                } else {
                    problems.write(
                            LimitProblem.URI_TOO_LONG,
                            "URI: %d characters (expected: <= %d)".formatted(length, limits.maxUri()),
                            request,
                            response);
                }
            }
        });
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 21);
        return registration;
    }

    @Bean
    FilterRegistrationBean<OncePerRequestFilter> companyLimit(
            LimitProperties limits, ProblemWriter problems, MeterRegistry meters) {
        Buckets buckets = new Buckets(limits.companyRate(), limits.companyBurst(), Buckets.MOST);
        var registration =
                new FilterRegistrationBean<OncePerRequestFilter>(new Limit("company", buckets, problems, meters) {
                    @Override
                    @Nullable
                    String whose(HttpServletRequest request) {
                        return company();
                    }
                });
        registration.setOrder(AFTER_SECURITY);
        return registration;
    }

    @Bean
    FilterRegistrationBean<OncePerRequestFilter> underWayLimit(
            LimitProperties limits, ProblemWriter problems, MeterRegistry meters) {
        UnderWay underWay = new UnderWay(limits.underWay(), limits.patience());
        Gauge.builder("mlaas.gateway.under.way", underWay::count)
                .description("Requests that are passed on now")
                .register(meters);
        Gauge.builder("mlaas.gateway.waiting", underWay::waiting)
                .description("Requests that wait for a place")
                .register(meters);
        var registration = new FilterRegistrationBean<OncePerRequestFilter>(new OncePerRequestFilter() {
            @Override
            protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                    throws ServletException, IOException {
                String known = company();
                String company = known == null && isOfAModel(request) ? READERS : known;
                if (company == null) {
                    chain.doFilter(request, response);
                } else if (enter(underWay, company)) {
                    try {
                        chain.doFilter(request, response);
                    } finally {
                        underWay.leave(company);
                    }
                } else {
                    meters.counter("mlaas.gateway.limited", "by", "under way").increment();
                    response.setHeader(HttpHeaders.RETRY_AFTER, "1");
                    problems.write(
                            LimitProblem.GATEWAY_BUSY,
                            "No place within %s: %d requests are under way."
                                    .formatted(limits.patience(), underWay.count()),
                            request,
                            response);
                }
            }
        });
        registration.setOrder(AFTER_SECURITY + 1);
        return registration;
    }

    /** Of the paths that need no token, those that are passed on. */
    private static boolean isOfAModel(HttpServletRequest request) {
        return request.getServletPath().startsWith("/model/");
    }

    private static boolean enter(UnderWay underWay, String company) {
        try {
            return underWay.enter(company);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static @Nullable String company() {
        return SecurityContextHolder.getContext().getAuthentication() instanceof CallerAuthentication caller
                ? caller.getPrincipal().organizationId().toString()
                : null;
    }

    /** An IPv6 client has a whole /64 of addresses. */
    static String client(String address) {
        if (address.indexOf(':') < 0) {
            return address;
        }
        try {
            byte[] bytes = InetAddress.getByName(address).getAddress();
            return bytes.length == 16 ? HexFormat.of().formatHex(Arrays.copyOf(bytes, 8)) : address;
        } catch (UnknownHostException e) {
            return address;
        }
    }

    private abstract static class Limit extends OncePerRequestFilter {
        private final String name;
        private final Buckets buckets;
        private final ProblemWriter problems;
        private final MeterRegistry meters;

        Limit(String name, Buckets buckets, ProblemWriter problems, MeterRegistry meters) {
            this.name = name;
            this.buckets = buckets;
            this.problems = problems;
            this.meters = meters;
        }

        /** Null where it does not apply. */
        abstract @Nullable String whose(HttpServletRequest request);

        @Override
        protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                throws ServletException, IOException {
            String whose = whose(request);
            if (whose == null) {
                chain.doFilter(request, response);
                return;
            }
            TokenBucket.Answer answer = buckets.take(whose, System.nanoTime());
            response.setHeader("RateLimit-Policy", buckets.policy(name));
            response.setHeader("RateLimit", "\"%s\";r=%d;t=%d".formatted(name, answer.left(), answer.waitSeconds()));
            if (!answer.allowed()) {
                meters.counter("mlaas.gateway.limited", "by", name).increment();
                response.setHeader(HttpHeaders.RETRY_AFTER, Integer.toString(answer.waitSeconds()));
                problems.write(
                        LimitProblem.TOO_MANY_REQUESTS,
                        "There were too many requests of this " + name + ".",
                        request,
                        response);
            } else {
                chain.doFilter(request, response);
            }
        }
    }
}
