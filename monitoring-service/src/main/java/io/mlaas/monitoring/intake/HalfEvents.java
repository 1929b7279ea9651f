package io.mlaas.monitoring.intake;

import io.mlaas.monitoring.intake.InferenceEvent.Kind;
import io.mlaas.monitoring.rows.RowsRefusedException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
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

    /** One of the two. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Half(UUID organization, String service, String id, boolean request, long micros, byte[] payload) {
        static Half of(InferenceEvent event) {
            return new Half(
                    event.organization(),
                    event.subjects().getFirst(),
                    event.id(),
                    event.kind() == Kind.REQUEST,
                    event.micros(),
                    event.json().json(event.data()).getBytes(StandardCharsets.UTF_8));
        }
    }

    /** @param data of both, as an observation */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Whole(UUID organization, String service, String id, long micros, byte[] data) {}

    /** @return what is complete now; an event that is written again is complete again, with the same rows */
    @Transactional(propagation = Propagation.MANDATORY)
    public List<Whole> complete(List<Half> events) {
        List<Whole> complete = new ArrayList<>();
        // in one order for all, so that nobody waits for one another
        events.stream()
                .sorted(Comparator.comparing(Half::organization)
                        .thenComparing(Half::service)
                        .thenComparing(Half::id))
                .forEach(event -> complete(event).ifPresent(complete::add));
        return complete;
    }

    /** Forgets what came a day ago: the other half will not come any more, or has. */
    @Transactional
    public int sweep() {
        return jdbc.sql("delete from half_event where arrived_at < now() - interval '1 day'")
                .update();
    }

    private Optional<Whole> complete(Half event) {
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
                .param("service", event.service())
                .param("id", event.id())
                .param("request", event.request() ? event.payload() : null, java.sql.Types.BINARY)
                .param("response", event.request() ? null : event.payload(), java.sql.Types.BINARY)
                .param("micros", event.request() ? event.micros() : null, java.sql.Types.BIGINT)
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
            byte[] data = json.writeValueAsBytes(KServePayloads.joined(json.readTree(asked), json.readTree(answered)));
            return Optional.of(new Whole(event.organization(), event.service(), event.id(), micros, data));
        } catch (RowsRefusedException e) {
            log.debug("request and response {} do not fit", event.id(), e);
            return Optional.empty();
        }
    }
}
