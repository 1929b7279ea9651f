package io.mlaas.gateway.routing;

import java.net.URI;
import java.util.List;

/**
 * A service behind the gateway.
 *
 * @param paths patterns of what is passed to it; none where users have no business with it
 */
public record Upstream(String name, String purpose, URI baseUrl, List<String> paths) {
    public Upstream {
        if (baseUrl.getHost() == null
                || !(baseUrl.getRawPath() == null || baseUrl.getRawPath().matches("/?"))) {
            throw new IllegalArgumentException(
                    "mlaas.services for " + name + ": " + baseUrl + " (expected: http(s)://host[:port])");
        }
        paths = List.copyOf(paths);
    }

    public boolean isRouted() {
        return !paths.isEmpty();
    }
}
