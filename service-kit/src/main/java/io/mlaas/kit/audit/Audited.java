package io.mlaas.kit.audit;

import io.mlaas.kit.security.Caller;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What an entry says about a request, whatever it came by. */
interface Audited {

    UUID id();

    Instant at();

    Caller caller();

    @Nullable
    String actingService();

    String method();

    /** The operation that was found for it, if one was. */
    @Nullable
    String operation();

    String path();

    String source();

    @Nullable
    String correlationId();

    Set<UUID> assets();
}
