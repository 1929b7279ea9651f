package io.mlaas.testkit.authorization;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who may use an operation.
 *
 * @param asset for {@link Scope#ASSET}: one that acme owns
 */
record Rule(
        String operation,
        Scope scope,
        Set<String> roles,
        @Nullable String asset) {
    enum Scope {
        /** anybody, without a token */
        OPEN("anybody"),
        /** what belongs to no company */
        PLATFORM("platform"),
        /** answers what belongs to the caller's company */
        COMPANY("own company"),
        /** one thing of a company; for others it is as if it did not exist */
        ASSET("own asset");

        final String words;

        Scope(String words) {
            this.words = words;
        }
    }

    Rule {
        roles = Set.copyOf(roles);
    }

    boolean allows(String role) {
        return scope == Scope.OPEN || roles.contains(role);
    }
}
