package io.mlaas.sharing.registry;

import io.mlaas.kit.problem.PlatformProblem;
import io.mlaas.sharing.grant.Permission;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** @param permissions all that is granted: what was granted before and is not named is taken back */
record GrantRequest(@Nullable List<@Nullable Permission> permissions) {

    Set<Permission> wanted() {
        if (permissions == null || permissions.isEmpty() || permissions.stream().anyMatch(each -> each == null)) {
            throw PlatformProblem.INVALID_REQUEST.because(
                    "permissions: none (expected: one or more of read, use, train; DELETE revokes a grant)");
        }
        return Set.copyOf(permissions);
    }
}
