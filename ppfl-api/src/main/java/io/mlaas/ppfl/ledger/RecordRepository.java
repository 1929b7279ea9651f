package io.mlaas.ppfl.ledger;

import io.mlaas.privacy.accounting.RdpCurve;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.databind.json.JsonMapper;

/**
 * Records of entries: a document for each state of each entry, exactly the bytes of which the digest is anchored. A salt keeps
 * strangers from guessing what is behind a digest; the digest of the owner's record before it keeps anybody from leaving one
 * out later.
 */
@Repository
class RecordRepository {
    static final String FORMAT = "mlaas-privacy-entry/1";
    private static final int SALT_BYTES = 16;
    private static final int ERROR_LENGTH = 500;

    private final JdbcClient jdbc;
    private final JsonMapper json;
    private final LedgerProperties properties;
    private final SecureRandom random = new SecureRandom();

    RecordRepository(JdbcClient jdbc, JsonMapper json, LedgerProperties properties) {
        this.jdbc = jdbc;
        this.json = json;
        this.properties = properties;
    }

    /** How far a record is on its way to the chain. */
    enum Anchoring {
        DUE,
        SUBMITTED,
        ANCHORED
    }

    /** A record, without its bytes. */
    record Listed(UUID entryId, PrivacyEntry.State state, Instant madeAt, String digest, boolean anchored) {}

    /** A record whose next step is due. */
    record Step(UUID entryId, PrivacyEntry.State state, UUID organizationId, String digest, int attempts) {}

    /** Writes the record of an entry's state down, inside the transaction of that state and while its budget is locked. */
    void add(PrivacyEntry entry, Instant now) {
        byte[] content = json.writeValueAsBytes(document(entry));
        jdbc.sql("""
                insert into privacy_record (entry_id, state, content, digest, made_at)
                values (:entry, :state, :content, :digest, :now)
                """)
                .param("entry", entry.id())
                .param("state", entry.state().name())
                .param("content", content)
                .param("digest", sha256(content))
                .param("now", now.atOffset(ZoneOffset.UTC))
                .update();
    }

    private Map<String, Object> document(PrivacyEntry entry) {
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("format", FORMAT);
        document.put("salt", HexFormat.of().formatHex(salt));
        last(entry).ifPresent(previous -> document.put("previous", previous));
        document.put("entry", entry.id());
        document.put("organization_id", entry.organizationId());
        document.put("data_owner", entry.dataOwner());
        document.put("federation_id", entry.federationId());
        document.put("engine", entry.engine());
        document.put("mechanism", entry.mechanism());
        document.put("state", entry.state());
        if (entry.cost().bounded()) {
            document.put("epsilon", entry.cost().epsilon());
        }
        document.put("delta", entry.cost().delta());
        document.put("accountant", entry.cost().accountant());
        RdpCurve curve = entry.cost().curve();
        if (curve != null) {
            document.put("rdp", Map.of("orders", curve.orders(), "costs", curve.costs()));
        }
        document.put("reserved_at", entry.reservedAt().toString());
        Instant ended = entry.endedAt();
        if (ended != null) {
            document.put("ended_at", ended.toString());
        }
        return document;
    }

    private Optional<String> last(PrivacyEntry entry) {
        return jdbc.sql("""
                select digest from privacy_record join privacy_entry on id = entry_id
                where organization_id = :organization and data_owner = :owner
                order by privacy_record.sequence desc limit 1
                """)
                .param("organization", entry.organizationId())
                .param("owner", entry.dataOwner())
                .query(String.class)
                .optional();
    }

    List<Listed> list(Collection<UUID> entries) {
        if (entries.isEmpty()) {
            return List.of();
        }
        return jdbc.sql("""
                select entry_id, state, made_at, digest, anchoring = 'ANCHORED' as anchored from privacy_record
                where entry_id in (:entries) order by sequence
                """)
                .param("entries", entries)
                .query((row, number) -> new Listed(
                        row.getObject("entry_id", UUID.class),
                        PrivacyEntry.State.valueOf(row.getString("state")),
                        row.getObject("made_at", OffsetDateTime.class).toInstant(),
                        row.getString("digest"),
                        row.getBoolean("anchored")))
                .list();
    }

    /** Its bytes, if it is of this company and owner. */
    Optional<byte[]> content(UUID organization, String owner, UUID entry, PrivacyEntry.State state) {
        return one("content", organization, owner, entry, state)
                .query((row, number) -> row.getBytes(1))
                .optional();
    }

    /** Its inclusion proof; empty text while it is not anchored. */
    Optional<String> proof(UUID organization, String owner, UUID entry, PrivacyEntry.State state) {
        return one("coalesce(proof, '')", organization, owner, entry, state)
                .query(String.class)
                .optional();
    }

    private JdbcClient.StatementSpec one(
            String what, UUID organization, String owner, UUID entry, PrivacyEntry.State state) {
        return jdbc.sql("""
                select %s from privacy_record join privacy_entry on id = entry_id
                where organization_id = :organization and data_owner = :owner and entry_id = :entry
                    and privacy_record.state = :state
                """.formatted(what))
                .param("organization", organization)
                .param("owner", owner)
                .param("entry", entry)
                .param("state", state.name());
    }

    /** Leases what is due, oldest first; nobody else gets it until the lease ends. */
    List<Step> lease(Anchoring anchoring, int limit) {
        return jdbc.sql("""
                update privacy_record
                set leased_until = now() + cast(:lease as interval), attempts = attempts + 1
                from privacy_entry
                where id = entry_id and (entry_id, privacy_record.state) in (
                    select entry_id, state from privacy_record
                    where anchoring = :anchoring and next_attempt_at <= now()
                        and (leased_until is null or leased_until < now())
                    order by next_attempt_at limit :limit for update skip locked)
                returning entry_id, privacy_record.state as state, organization_id, digest, attempts
                """)
                .param("lease", properties.lease().toString())
                .param("anchoring", anchoring.name())
                .param("limit", limit)
                .query((row, number) -> new Step(
                        row.getObject("entry_id", UUID.class),
                        PrivacyEntry.State.valueOf(row.getString("state")),
                        row.getObject("organization_id", UUID.class),
                        row.getString("digest"),
                        row.getInt("attempts")))
                .list();
    }

    void submitted(List<Step> steps) {
        steps.forEach(step -> move(step, Anchoring.DUE, Anchoring.SUBMITTED, properties.retryFirst()));
    }

    /** Blockchain-service does not know the digest any more: it is handed over anew. */
    void forgotten(Step step) {
        move(step, Anchoring.SUBMITTED, Anchoring.DUE, Duration.ZERO);
    }

    private void move(Step step, Anchoring from, Anchoring to, Duration pause) {
        jdbc.sql("""
                update privacy_record set anchoring = :to, attempts = 0, leased_until = null, last_error = null,
                    next_attempt_at = now() + cast(:pause as interval)
                where entry_id = :entry and state = :state and anchoring = :from
                """)
                .param("to", to.name())
                .param("pause", pause.toString())
                .param("entry", step.entryId())
                .param("state", step.state().name())
                .param("from", from.name())
                .update();
    }

    void anchored(Step step, String proof) {
        jdbc.sql("""
                update privacy_record set anchoring = 'ANCHORED', proof = :proof, leased_until = null, last_error = null
                where entry_id = :entry and state = :state and anchoring = 'SUBMITTED'
                """)
                .param("proof", proof)
                .param("entry", step.entryId())
                .param("state", step.state().name())
                .update();
    }

    /** The pause doubles with each attempt. */
    void again(Step step, @Nullable String error) {
        Duration doubled = properties.retryFirst().multipliedBy(1L << Math.clamp(step.attempts() - 1, 0, 20));
        Duration pause = doubled.compareTo(properties.retryMost()) < 0 ? doubled : properties.retryMost();
        jdbc.sql("""
                update privacy_record set leased_until = null, last_error = :error,
                    next_attempt_at = now() + cast(:pause as interval)
                where entry_id = :entry and state = :state
                """)
                .param(
                        "error",
                        error != null && error.length() > ERROR_LENGTH ? error.substring(0, ERROR_LENGTH) : error)
                .param("pause", pause.toString())
                .param("entry", step.entryId())
                .param("state", step.state().name())
                .update();
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
