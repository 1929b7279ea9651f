package io.mlaas.sharing.anchoring;

import io.mlaas.api.blockchain.ContractRequest;
import io.mlaas.api.blockchain.VerifyRequest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.databind.json.JsonMapper;

@Repository
class ChainStepRepository {
    private static final int ERROR_LENGTH = 500;

    private final JdbcClient jdbc;
    private final JsonMapper json;

    ChainStepRepository(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    void insert(UUID assetId, String kind, @Nullable String address, Object request) {
        jdbc.sql("""
                insert into chain_step (asset_id, kind, address, request)
                values (:asset, :kind, :address, cast(:request as jsonb))
                """)
                .param("asset", assetId)
                .param("kind", kind)
                .param("address", address)
                .param("request", json.writeValueAsString(request))
                .update();
    }

    /**
     * Leases what is due, oldest first; nobody else gets it until the lease ends. Only the database's clock counts: the
     * replicas' clocks may differ.
     *
     * @param kind of the steps
     */
    List<ChainStep> lease(String kind, int limit, Duration lease) {
        return jdbc.sql("""
                update chain_step
                set leased_until = now() + cast(:lease as interval), attempts = attempts + 1
                where sequence in (
                    select sequence from chain_step
                    where state = 'WAITING' and kind = :kind and next_attempt_at <= now()
                      and (leased_until is null or leased_until < now())
                    order by next_attempt_at, sequence limit :limit for update skip locked)
                returning sequence, asset_id, kind, attempts, address, request
                """)
                .param("kind", kind)
                .param("lease", lease.toString())
                .param("limit", limit)
                .query((row, number) -> step(row))
                .list();
    }

    /** @return false if the step had ended already */
    boolean end(ChainStep step, String state, @Nullable String error) {
        return jdbc.sql("""
                        update chain_step set state = :state, finished_at = now(), last_error = :error
                        where sequence = :sequence and state = 'WAITING'
                        """)
                        .param("state", state)
                        .param("error", shortened(error))
                        .param("sequence", step.sequence())
                        .update()
                == 1;
    }

    /** @return of these, those that had not ended before; they are done now */
    Set<Long> done(List<? extends ChainStep> some) {
        return jdbc.sql("""
                        update chain_step set state = 'DONE', finished_at = now(), last_error = null
                        where sequence in (:sequences) and state = 'WAITING' returning sequence
                        """)
                .param("sequences", some.stream().map(ChainStep::sequence).toList())
                .query(Long.class)
                .set();
    }

    void retryAfter(ChainStep step, Duration pause, String error) {
        jdbc.sql("""
                update chain_step set leased_until = null, next_attempt_at = now() + cast(:pause as interval), last_error = :error
                where sequence = :sequence and state = 'WAITING'
                """)
                .param("pause", pause.toString())
                .param("error", shortened(error))
                .param("sequence", step.sequence())
                .update();
    }

    private ChainStep step(ResultSet row) throws SQLException {
        long sequence = row.getLong("sequence");
        UUID asset = row.getObject("asset_id", UUID.class);
        int attempts = row.getInt("attempts");
        String request = row.getString("request");
        String kind = row.getString("kind");
        return switch (kind) {
            case ChainStep.DEPLOY ->
                new ChainStep.Deploy(sequence, asset, attempts, json.readValue(request, ContractRequest.class));
            case ChainStep.VERIFY ->
                new ChainStep.Verify(
                        sequence,
                        asset,
                        attempts,
                        row.getString("address"),
                        json.readValue(request, VerifyRequest.class));
            default -> throw new IllegalStateException("chain step of kind " + kind);
        };
    }

    private static @Nullable String shortened(@Nullable String error) {
        return error == null || error.length() <= ERROR_LENGTH ? error : error.substring(0, ERROR_LENGTH);
    }
}
