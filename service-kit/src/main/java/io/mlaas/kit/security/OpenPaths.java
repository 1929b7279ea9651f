package io.mlaas.kit.security;

import java.util.List;

/** Paths of a service that need no token (the gateway's start page, say); a bean of this type adds them. */
public record OpenPaths(List<String> patterns) {
    public OpenPaths {
        patterns = List.copyOf(patterns);
    }
}
