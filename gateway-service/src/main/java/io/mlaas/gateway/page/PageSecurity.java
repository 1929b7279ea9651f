package io.mlaas.gateway.page;

import io.mlaas.kit.security.OpenPaths;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.web.filter.OncePerRequestFilter;

/** What browsers are told about the gateway's own pages, and which of its paths need no token. */
@Configuration(proxyBeanMethods = false)
class PageSecurity {

    @Bean
    OpenPaths pages() {
        return new OpenPaths(List.of("/", "/status", "/favicon.ico", "/openapi/*"));
    }

    @Bean
    FilterRegistrationBean<PageHeaders> pageHeaders() {
        var registration = new FilterRegistrationBean<>(new PageHeaders(PageController.read("page/start.html")));
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 10);
        return registration;
    }

    static final class PageHeaders extends OncePerRequestFilter {
        private static final String BASE =
                "; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

        private final String startPage;

        /** Scripts and styles of the start page are inside it: exactly these may run, by their digests. */
        PageHeaders(String startPage) {
            this.startPage = "default-src 'none'; script-src " + digestsOf("script", startPage) + "; style-src "
                    + digestsOf("style", startPage) + "; img-src 'self' data:" + BASE;
        }

        @Override
        protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                throws ServletException, IOException {
            String path = request.getRequestURI();
            response.setHeader("Referrer-Policy", "no-referrer");
            response.setHeader("Permissions-Policy", "camera=(), geolocation=(), microphone=()");
            response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
            if (path.equals("/")) {
                response.setHeader("Content-Security-Policy", startPage);
            } else if (path.startsWith("/swagger-ui/")) {
                response.setHeader(
                        "Content-Security-Policy",
                        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self' data:"
                                + "; img-src 'self' data:" + BASE);
            } else {
                response.setHeader("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; sandbox");
            }
            chain.doFilter(request, response);
        }

        private static String digestsOf(String element, String page) {
            Matcher found = Pattern.compile("<" + element + ">(.*?)</" + element + ">", Pattern.DOTALL)
                    .matcher(page);
            StringBuilder sources = new StringBuilder();
            while (found.find()) {
                sources.append(sources.isEmpty() ? "'sha256-" : " 'sha256-")
                        .append(Base64.getEncoder().encodeToString(sha256(found.group(1))))
                        .append('\'');
            }
            return sources.toString();
        }

        private static byte[] sha256(String text) {
            try {
                return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java platform has SHA-256", e);
            }
        }
    }
}
