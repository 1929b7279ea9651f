package io.mlaas.monitoring.intake;

import io.mlaas.monitoring.intake.InferenceEvent.Kind;
import io.mlaas.monitoring.rows.RowsRefusedException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.json.JsonMapper;

/**
 * Requests and responses that come as events of their own, in any order: the one that comes second completes the other.
 * The row of both is locked by whoever writes the one, so that of two instances the later one sees both.
 */
@Component
class HalfEvents {
    private static final Logger log = LoggerFactory.getLogger(HalfEvents.class);

    private final JdbcClient jdbc;
    private final JsonMapper json;

    HalfEvents(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Both(
            byte @Nullable [] request,
            byte @Nullable [] response,
            @Nullable Long micros) {}

    /** @return what is complete now; an event that is written again is complete again, with the same rows */
    @Transactional(propagation = Propagation.MANDATORY)
    public List<InferenceEvent> complete(List<InferenceEvent> events) {
        List<InferenceEvent> complete = new ArrayList<>();
        // in one order for all, so that nobody waits for one another
        events.stream()
                .sorted(Comparator.comparing(InferenceEvent::organization)
                        .thenComparing(event -> event.subjects().getFirst())
                        .thenComparing(InferenceEvent::id))
                .forEach(event -> complete(event).ifPresent(complete::add));
        return complete;
    }

    /** Forgets what came a day ago: the other half will not come any more, or has. */
    @Transactional
    public int sweep() {
        return jdbc.sql("delete from half_event where arrived_at < now() - interval '1 day'")
                .update();
    }

    private Optional<InferenceEvent> complete(InferenceEvent event) {
        byte[] payload = event.data().toString().getBytes(StandardCharsets.UTF_8);
        boolean request = event.kind() == Kind.REQUEST;
        Both both = jdbc.sql("""
                insert into half_event (organization_id, service, id, request, response, event_micros)
                values (:organization, :service, :id, :request, :response, :micros)
                on conflict (organization_id, service, id) do update
                set request = coalesce(half_event.request, excluded.request),
                    response = coalesce(half_event.response, excluded.response),
                    event_micros = coalesce(half_event.event_micros, excluded.event_micros)
                returning request, response, event_micros as micros
                """)
                .param("organization", event.organization())
                .param("service", event.subjects().getFirst())
                .param("id", event.id())
                .param("request", request ? payload : null, java.sql.Types.BINARY)
                .param("response", request ? null : payload, java.sql.Types.BINARY)
                .param("micros", request ? event.micros() : null, java.sql.Types.BIGINT)
                .query((row, number) -> new Both(
                        row.getBytes("request"), row.getBytes("response"), row.getObject("micros", Long.class)))
                .single();
        byte[] asked = both.request();
        byte[] answered = both.response();
        Long micros = both.micros();
        if (asked == null || answered == null || micros == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(new InferenceEvent(
                    Kind.PREDICTED,
                    event.id(),
                    event.organization(),
                    event.subjects(),
                    micros,
                    KServePayloads.joined(json.readTree(asked), json.readTree(answered))));
        } catch (RowsRefusedException e) {
            log.debug("request and response {} do not fit", event.id(), e);
            return Optional.empty();
        }
    }
}
