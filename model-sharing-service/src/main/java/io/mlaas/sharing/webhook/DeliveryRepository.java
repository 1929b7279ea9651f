package io.mlaas.sharing.webhook;

import io.mlaas.kit.problem.PlatformProblem;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

@Repository
class DeliveryRepository {
    private static final UUID NONE = new UUID(0, 0);

    private final JdbcClient jdbc;

    DeliveryRepository(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** What has to be sent, as leased by this process. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Due(
            UUID id,
            UUID webhookId,
            UUID eventId,
            String url,
            byte[] sealedSecret,
            String body,
            int attempts,
            Instant giveUpAt) {}

    /** A place in the order of a log. */
    private record Position(Instant createdAt, UUID id) {}

    /** Orders an event for every webhook that wants it; one that was ordered before is not ordered twice. */
    int order(
            UUID organizationId,
            UUID eventId,
            String type,
            String subject,
            Instant time,
            String body,
            Duration giveUp) {
        return jdbc.sql("""
                insert into webhook_delivery (id, webhook_id, event_id, event_type, subject, body, give_up_at)
                select gen_random_uuid(), id, :event, :type, :subject, :body, :giveUpAt from webhook
                where organization_id = :organization and enabled and created_at <= :time
                  and (cardinality(event_types) = 0 or :type = any(event_types))
                on conflict (webhook_id, event_id) do nothing
                """)
                .param("event", eventId)
                .param("type", type)
                .param("subject", subject)
                .param("body", body)
                .param("giveUpAt", Instant.now().plus(giveUp).atOffset(ZoneOffset.UTC))
                .param("organization", organizationId)
                .param("time", time.atOffset(ZoneOffset.UTC))
                .update();
    }

    /** Orders an event for one webhook. */
    UUID order(UUID webhookId, UUID eventId, String type, String subject, String body, Duration giveUp) {
        UUID id = UUID.randomUUID();
        jdbc.sql("""
                insert into webhook_delivery (id, webhook_id, event_id, event_type, subject, body, give_up_at)
                values (:id, :webhook, :event, :type, :subject, :body, :giveUpAt)
                """)
                .param("id", id)
                .param("webhook", webhookId)
                .param("event", eventId)
                .param("type", type)
                .param("subject", subject)
                .param("body", body)
                .param("giveUpAt", Instant.now().plus(giveUp).atOffset(ZoneOffset.UTC))
                .update();
        return id;
    }

    /**
     * Leases what is due, a few of each webhook, so that one that never answers does not keep the others waiting.
     *
     * @param busy webhooks that have requests under way here
     */
    List<Due> lease(int limit, int each, Collection<UUID> busy, Duration lease) {
        return jdbc.sql("""
                update webhook_delivery d set leased_until = :until, attempts = attempts + 1
                from webhook w
                where w.id = d.webhook_id and d.id in (
                    select due.id from webhook e cross join lateral (
                        select x.id, x.next_attempt_at from webhook_delivery x
                        where x.webhook_id = e.id and x.state = 'WAITING' and x.next_attempt_at <= now()
                          and (x.leased_until is null or x.leased_until < now())
                        order by x.next_attempt_at limit :each for update skip locked) due
                    where e.enabled and e.id not in (:busy)
                    order by due.next_attempt_at limit :limit)
                returning d.id, d.webhook_id, d.event_id, w.url, w.sealed_secret, d.body, d.attempts, d.give_up_at
                """)
                .param("until", Instant.now().plus(lease).atOffset(ZoneOffset.UTC))
                .param("each", each)
                .param("busy", busy.isEmpty() ? List.of(NONE) : busy)
                .param("limit", limit)
                .query((row, number) -> new Due(
                        row.getObject("id", UUID.class),
                        row.getObject("webhook_id", UUID.class),
                        row.getObject("event_id", UUID.class),
                        row.getString("url"),
                        row.getBytes("sealed_secret"),
                        row.getString("body"),
                        row.getInt("attempts"),
                        row.getObject("give_up_at", OffsetDateTime.class).toInstant()))
                .list();
    }

    /** Writes an attempt down; a webhook that was deleted meanwhile has no log. */
    void attempted(UUID delivery, WebhookDelivery.Attempt attempt) {
        jdbc.sql("""
                insert into webhook_attempt (delivery_id, at, status, error, duration_ms)
                select id, :at, :status, :error, :duration from webhook_delivery where id = :delivery
                """)
                .param("at", attempt.at().atOffset(ZoneOffset.UTC))
                .param("status", attempt.status(), java.sql.Types.INTEGER)
                .param("error", attempt.error(), java.sql.Types.VARCHAR)
                .param("duration", attempt.durationMs())
                .param("delivery", delivery)
                .update();
    }

    void ended(UUID delivery, String state) {
        jdbc.sql("""
                update webhook_delivery set state = :state, ended_at = now(), leased_until = null
                where id = :id and state = 'WAITING'
                """).param("state", state).param("id", delivery).update();
    }

    void retryAfter(UUID delivery, Duration pause) {
        jdbc.sql(
                        "update webhook_delivery set leased_until = null, next_attempt_at = :at where id = :id and state = 'WAITING'")
                .param("at", Instant.now().plus(pause).atOffset(ZoneOffset.UTC))
                .param("id", delivery)
                .update();
    }

    /** Sends it once more, at once, whatever became of it before; one that is being sent is left alone. */
    void again(UUID delivery, Duration giveUp) {
        jdbc.sql("""
                update webhook_delivery set state = 'WAITING', ended_at = null, next_attempt_at = now(), give_up_at = :giveUpAt
                where id = :id and (leased_until is null or leased_until < now())
                """)
                .param("giveUpAt", Instant.now().plus(giveUp).atOffset(ZoneOffset.UTC))
                .param("id", delivery)
                .update();
    }

    int removeEndedBefore(Instant time) {
        return jdbc.sql("delete from webhook_delivery where state <> 'WAITING' and ended_at < :time")
                .param("time", time.atOffset(ZoneOffset.UTC))
                .update();
    }

    long waiting() {
        return jdbc.sql("select count(*) from webhook_delivery where state = 'WAITING'")
                .query(Long.class)
                .single();
    }

    Optional<WebhookDelivery> find(UUID id, UUID webhookId) {
        return withLogs(jdbc.sql("select * from webhook_delivery where id = :id and webhook_id = :webhook")
                        .param("id", id)
                        .param("webhook", webhookId)
                        .query((row, number) -> read(row))
                        .list())
                .stream()
                .findFirst();
    }

    WebhookDelivery.Page newest(UUID webhookId, @Nullable String state, int limit, @Nullable String cursor) {
        Position after = cursor == null ? new Position(Instant.parse("9999-01-01T00:00:00Z"), NONE) : position(cursor);
        List<WebhookDelivery> rows = jdbc.sql("""
                select * from webhook_delivery
                where webhook_id = :webhook and (created_at, id) < (:before, :beforeId)
                  and (cast(:state as text) is null or state = :state)
                order by created_at desc, id desc limit :limit
                """)
                .param("webhook", webhookId)
                .param("before", after.createdAt().atOffset(ZoneOffset.UTC))
                .param("beforeId", after.id())
                .param("state", state)
                .param("limit", limit + 1)
                .query((row, number) -> read(row))
                .list();
        boolean more = rows.size() > limit;
        List<WebhookDelivery> shown = more ? rows.subList(0, limit) : rows;
        return new WebhookDelivery.Page(withLogs(shown), more ? cursor(shown.getLast()) : null);
    }

    private static String cursor(WebhookDelivery delivery) {
        String text = ChronoUnit.MICROS.between(Instant.EPOCH, delivery.createdAt()) + " " + delivery.id();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static Position position(String cursor) {
        try {
            String[] parts = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.US_ASCII).split(" ", 2);
            if (parts.length == 2) {
                long micros = Long.parseLong(parts[0]);
                if (micros >= 0 && micros < 253_370_764_800_000_000L) {
                    return new Position(Instant.EPOCH.plus(micros, ChronoUnit.MICROS), UUID.fromString(parts[1]));
                }
            }
        } catch (IllegalArgumentException | DateTimeException e) {
            throw PlatformProblem.MALFORMED_REQUEST.because("cursor: not one that a list gave out.", e);
        }
        throw PlatformProblem.MALFORMED_REQUEST.because("cursor: not one that a list gave out.");
    }

    private List<WebhookDelivery> withLogs(List<WebhookDelivery> deliveries) {
        if (deliveries.isEmpty()) {
            return deliveries;
        }
        Map<UUID, List<WebhookDelivery.Attempt>> logs = new HashMap<>(jdbc
                .sql("""
                        select delivery_id, at, status, error, duration_ms from webhook_attempt
                        where delivery_id in (:ids) order by at
                        """)
                .param("ids", deliveries.stream().map(WebhookDelivery::id).toList())
                .query((row, number) -> Map.entry(
                        row.getObject("delivery_id", UUID.class),
                        new WebhookDelivery.Attempt(
                                row.getObject("at", OffsetDateTime.class).toInstant(),
                                row.getObject("status", Integer.class),
                                row.getString("error"),
                                row.getLong("duration_ms"))))
                .list()
                .stream()
                .collect(Collectors.groupingBy(
                        Map.Entry::getKey, Collectors.mapping(Map.Entry::getValue, Collectors.toList()))));
        return deliveries.stream()
                .map(delivery -> new WebhookDelivery(
                        delivery.id(),
                        delivery.eventId(),
                        delivery.eventType(),
                        delivery.subject(),
                        delivery.state(),
                        delivery.attempts(),
                        delivery.nextAttemptAt(),
                        delivery.createdAt(),
                        delivery.endedAt(),
                        logs.getOrDefault(delivery.id(), List.of())))
                .toList();
    }

    private static WebhookDelivery read(ResultSet row) throws SQLException {
        OffsetDateTime ended = row.getObject("ended_at", OffsetDateTime.class);
        String state = row.getString("state");
        return new WebhookDelivery(
                row.getObject("id", UUID.class),
                row.getObject("event_id", UUID.class),
                row.getString("event_type"),
                row.getString("subject"),
                state,
                row.getInt("attempts"),
                state.equals("WAITING")
                        ? row.getObject("next_attempt_at", OffsetDateTime.class).toInstant()
                        : null,
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                ended == null ? null : ended.toInstant(),
                List.of());
    }
}
