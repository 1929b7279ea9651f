package io.mlaas.kit.security;

import java.util.List;
import java.util.Set;
import org.springframework.http.HttpMethod;

/**
 * Paths of a service that need no token (the gateway's start page, say); a bean of this type adds them. A token that is
 * sent all the same has to be good.
 *
 * @param methods that they are open for; none means any
 */
public record OpenPaths(List<String> patterns, Set<HttpMethod> methods) {
    public OpenPaths {
        patterns = List.copyOf(patterns);
        methods = Set.copyOf(methods);
    }

    public OpenPaths(List<String> patterns) {
        this(patterns, Set.of());
    }

    /** Open to those who read. */
    public static OpenPaths forReading(List<String> patterns) {
        return new OpenPaths(patterns, Set.of(HttpMethod.GET, HttpMethod.HEAD));
    }
}
