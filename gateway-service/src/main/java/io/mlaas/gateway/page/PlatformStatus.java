package io.mlaas.gateway.page;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** @param status {@code UP} when every service is ready, else {@code DEGRADED} */
record PlatformStatus(
        String status, Instant checkedAt, @Nullable String accountPage, List<ServiceStatus> services) {

    /**
     * @param status {@code UP} (ready), {@code DOWN} (answers, but is not ready), {@code UNREACHABLE}
     * @param openapi path of its API document, where users have business with it
     */
    record ServiceStatus(
            String name,
            String purpose,
            String status,
            long millis,
            List<String> paths,
            @Nullable String openapi) {}
}
