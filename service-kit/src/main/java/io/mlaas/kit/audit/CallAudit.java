package io.mlaas.kit.audit;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.mlaas.kit.observe.Correlation;
import io.mlaas.kit.security.Caller;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/** Entries about remote procedure calls, which only ask: there is one where a known caller is refused or the call fails. */
public final class CallAudit {
    private static final Logger log = LoggerFactory.getLogger(CallAudit.class);

    private final AuditLog entries;
    private final Counter lost;

    CallAudit(AuditLog entries, MeterRegistry meters) {
        this.entries = entries;
        this.lost = meters.counter("mlaas.audit.outcomes.lost");
    }

    private record Call(UUID id, Instant at, Caller caller, String operation, String source) implements Audited {
        @Override
        public @Nullable String actingService() {
            return null;
        }

        @Override
        public String method() {
            return "POST";
        }

        @Override
        public String path() {
            return operation;
        }

        @Override
        public @Nullable String correlationId() {
            return Correlation.current();
        }

        @Override
        public Set<UUID> assets() {
            return Set.of();
        }
    }

    /**
     * @param path of the procedure
     * @param source the caller's address
     * @param status as HTTP would have it
     * @param problem its stable code, if it has one
     */
    public void unsuccessful(Caller caller, String path, String source, int status, @Nullable String problem) {
        Call call = new Call(UUID.randomUUID(), Instant.now().truncatedTo(ChronoUnit.MICROS), caller, path, source);
        try {
            entries.write(call, status, problem);
        } catch (DataAccessException e) {
            lost.increment();
            log.error("{} by {} ended with {}, which the audit log cannot be told", path, caller.subject(), status, e);
        }
    }
}
