package io.mlaas.ppfl.reports;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What was asked of the federation server.
 *
 * @param status whether the company's participants are let in now: OPEN or SHUT
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ServerRequest(
        UUID id,
        boolean start,
        boolean shutdown,
        String status,
        Instant createdAt,
        @Nullable Instant withdrawnAt) {}
