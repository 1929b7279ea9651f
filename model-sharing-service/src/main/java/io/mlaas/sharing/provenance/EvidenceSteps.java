package io.mlaas.sharing.provenance;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * Moves pieces of evidence from state to state. A step that was taken twice ends once: each move names the state that it
 * leaves. Only the database's clock counts.
 */
@Repository
class EvidenceSteps {
    private static final int ERROR_LENGTH = 500;

    private final JdbcClient jdbc;
    private final ProvenanceProperties properties;

    EvidenceSteps(JdbcClient jdbc, ProvenanceProperties properties) {
        this.jdbc = jdbc;
        this.properties = properties;
    }

    /** Leases what is due in a state, oldest first; nobody else gets it until the lease ends. */
    List<Step> lease(EvidenceState state, int limit) {
        return jdbc.sql("""
                update evidence
                set leased_until = now() + cast(:lease as interval), attempts = attempts + 1
                where id in (
                    select id from evidence
                    where state = :state and next_attempt_at <= now() and (leased_until is null or leased_until < now())
                    order by next_attempt_at limit :limit for update skip locked)
                returning id, organization_id, asset_id, asset_kind, kind, part, state, attempts, digest
                """)
                .param("lease", properties.lease().toString())
                .param("state", state.name())
                .param("limit", limit)
                .query((row, number) -> new Step(
                        row.getObject("id", UUID.class),
                        row.getObject("organization_id", UUID.class),
                        row.getObject("asset_id", UUID.class),
                        AssetKind.valueOf(row.getString("asset_kind")),
                        EvidenceKind.valueOf(row.getString("kind")),
                        row.getString("part"),
                        EvidenceState.valueOf(row.getString("state")),
                        row.getInt("attempts"),
                        row.getString("digest")))
                .list();
    }

    byte[] payload(Step step) {
        return jdbc.sql("select payload from evidence where id = :id")
                .param("id", step.id())
                .query((row, number) -> row.getBytes(1))
                .single();
    }

    boolean composed(Step step, byte[] payload, byte @Nullable [] sealedDisclosures) {
        return jdbc.sql("""
                        update evidence set state = 'COMPOSED', payload = :payload, sealed_disclosures = :sealed,
                            attempts = 0, next_attempt_at = now(), leased_until = null, last_error = null
                        where id = :id and state = 'DUE'
                        """)
                        .param("payload", payload)
                        .param("sealed", sealedDisclosures)
                        .param("id", step.id())
                        .update()
                == 1;
    }

    /**
     * A document as it is served from now on.
     *
     * @param digest what is anchored of it
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Signed(byte[] content, String digest, String keyId, String publicKey) {}

    boolean signed(Step step, Signed document) {
        return jdbc.sql("""
                        update evidence set state = 'SIGNED', content = :content, digest = :digest, key_id = :keyId,
                            public_key = :publicKey, signed_at = now(),
                            attempts = 0, next_attempt_at = now(), leased_until = null, last_error = null
                        where id = :id and state = 'COMPOSED'
                        """)
                        .param("content", document.content())
                        .param("digest", document.digest())
                        .param("keyId", document.keyId())
                        .param("publicKey", document.publicKey())
                        .param("id", step.id())
                        .update()
                == 1;
    }

    void submitted(Collection<Step> steps) {
        jdbc.sql("""
                update evidence set state = 'SUBMITTED', attempts = 0, leased_until = null, last_error = null,
                    next_attempt_at = now() + cast(:pause as interval)
                where id in (:ids) and state = 'SIGNED'
                """)
                .param("pause", properties.retryFirst().toString())
                .param("ids", steps.stream().map(Step::id).toList())
                .update();
    }

    boolean anchored(Step step, String proof) {
        return jdbc.sql("""
                        update evidence set state = 'ANCHORED', proof = :proof, anchored_at = now(),
                            leased_until = null, last_error = null
                        where id = :id and state = 'SUBMITTED'
                        """).param("proof", proof).param("id", step.id()).update() == 1;
    }

    /** Blockchain-service does not know the digest any more: it is handed over anew. */
    void forgotten(Step step) {
        jdbc.sql("""
                update evidence set state = 'SIGNED', leased_until = null, next_attempt_at = now()
                where id = :id and state = 'SUBMITTED'
                """).param("id", step.id()).update();
    }

    /** Commitments that wait for a statement end with it. */
    void refused(Step step, String reason, @Nullable String error) {
        jdbc.sql("""
                with refused as (
                    update evidence set state = 'REFUSED', reason = :reason, last_error = :error, leased_until = null
                    where id = :id and state = :from
                    returning asset_id, kind)
                update evidence set state = 'REFUSED', reason = 'Its statement was refused: ' || :reason
                from refused
                where evidence.asset_id = refused.asset_id and refused.kind = 'STATEMENT'
                    and evidence.kind = 'COMMITMENTS' and evidence.state = 'WAITING'
                """)
                .param("reason", reason)
                .param("error", shortened(error))
                .param("id", step.id())
                .param("from", step.state().name())
                .update();
    }

    /** What was refused of an asset goes on where it was: nothing that was written down is made anew. */
    void retryRefused(UUID assetId) {
        jdbc.sql("""
                update evidence set reason = null, attempts = 0, next_attempt_at = now(), leased_until = null,
                    state = case
                        when digest is not null then 'SIGNED'
                        when payload is not null then 'COMPOSED'
                        when kind = 'COMMITMENTS' and not exists (
                            select from evidence statement
                            where statement.asset_id = :asset and statement.kind = 'STATEMENT'
                                and statement.digest is not null) then 'WAITING'
                        else 'DUE' end
                where asset_id = :asset and state = 'REFUSED'
                """).param("asset", assetId).update();
    }

    /** The pause doubles with each attempt. */
    void again(Step step, @Nullable String error) {
        jdbc.sql("""
                update evidence set leased_until = null, last_error = :error,
                    next_attempt_at = now() + cast(:pause as interval)
                where id = :id and state = :state
                """)
                .param("pause", pause(step.attempts()).toString())
                .param("error", shortened(error))
                .param("id", step.id())
                .param("state", step.state().name())
                .update();
    }

    private Duration pause(int attempts) {
        Duration doubled = properties.retryFirst().multipliedBy(1L << Math.min(Math.max(attempts - 1, 0), 20));
        return doubled.compareTo(properties.retryMost()) < 0 ? doubled : properties.retryMost();
    }

    private static @Nullable String shortened(@Nullable String error) {
        return error == null || error.length() <= ERROR_LENGTH ? error : error.substring(0, ERROR_LENGTH);
    }
}
