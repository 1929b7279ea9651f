package io.mlaas.ppfl.federation;

import io.mlaas.api.event.CloudEvent;
import io.mlaas.api.event.Topics;
import io.mlaas.api.federation.FederationEvents;
import io.mlaas.api.federation.FederationEvents.FederationChanged;
import io.mlaas.kit.event.Outbox;
import io.mlaas.kit.seal.MasterKeys;
import io.mlaas.kit.seal.Seal;
import io.mlaas.kit.security.Caller;
import io.mlaas.ppfl.delivery.Deliveries;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The companies' federations, in PostgreSQL; a change of state and the event about it commit together. */
@Component
public class Federations {
    static final String SOURCE = "/ppfl-api";
    private static final int SEED_BYTES = 32;

    private final JdbcClient jdbc;
    private final JsonMapper json;
    private final Outbox outbox;
    private final Deliveries deliveries;
    private final Seal seeds;
    private final SecureRandom random = new SecureRandom();

    Federations(JdbcClient jdbc, JsonMapper json, Outbox outbox, Deliveries deliveries, MasterKeys keys) {
        this.jdbc = jdbc;
        this.json = json;
        this.outbox = outbox;
        this.deliveries = deliveries;
        this.seeds = new Seal(keys, FederationConfiguration.SEED);
    }

    /** @throws io.mlaas.kit.problem.ProblemException unless the caller's company has it */
    public Federation find(UUID id, Caller caller) {
        return find(id).filter(found -> found.organizationId().equals(caller.organizationId()))
                .orElseThrow(() -> FederationProblem.FEDERATION_UNKNOWN.because("id: " + id));
    }

    /** For the service's own work: whose it is has been looked at before. */
    public Optional<Federation> find(UUID id) {
        return jdbc.sql("select * from federation where id = :id")
                .param("id", id)
                .query(rows())
                .optional();
    }

    /** Those of a mode that are not over, the oldest first. */
    public List<UUID> live(FederationMode mode) {
        return jdbc.sql("""
                select id from federation where mode = :mode
                    and state not in ('SUCCEEDED', 'FAILED', 'CANCELLED')
                order by created_at, id
                """).param("mode", mode.name()).query(UUID.class).list();
    }

    /** One page, newest first, of those that have all that is asked for, and one more if there are more. */
    List<Federation> list(UUID organization, FederationPage.Request page) {
        return jdbc.sql("""
                select * from federation where organization_id = :organization
                    and (cast(:kind as text) is null or kind = :kind)
                    and (cast(:state as text) is null or state = :state)
                    and (cast(:engine as text) is null or engine = :engine)
                    and (created_at, id) < (:before, :beforeId)
                order by created_at desc, id desc limit :limit
                """)
                .param("organization", organization)
                .param("kind", page.kind() == null ? null : page.kind().name())
                .param("state", page.state() == null ? null : page.state().name())
                .param("engine", page.engine())
                .param("before", page.before())
                .param("beforeId", page.beforeId())
                .param("limit", page.limit() + 1)
                .query(rows())
                .list();
    }

    @Transactional(propagation = Propagation.MANDATORY)
    public void insert(Federation federation) {
        byte[] seed = new byte[SEED_BYTES];
        random.nextBytes(seed);
        UUID id = federation.id();
        jdbc.sql("""
                insert into federation (id, organization_id, requested_by, created_by, kind, name, engine, mode, plan, request,
                    privacy, sealed_seed)
                values (:id, :organization, :requestedBy, :createdBy, :kind, :name, :engine, :mode, cast(:plan as json),
                    cast(:request as json), cast(:privacy as json), :seed)
                """)
                .param("id", id)
                .param("organization", federation.organizationId())
                .param("requestedBy", federation.requestedBy())
                .param("createdBy", federation.createdBy())
                .param("kind", federation.kind().name())
                .param("name", federation.name())
                .param("engine", federation.engine())
                .param("mode", federation.mode().name())
                .param("plan", json.writeValueAsString(federation.plan()))
                .param("request", json.writeValueAsString(federation.request()))
                .param("privacy", text(federation.privacy()))
                .param("seed", seeds.seal(id, seed))
                .update();
        tell(id);
    }

    private @Nullable String text(@Nullable JsonNode node) {
        return node == null ? null : json.writeValueAsString(node);
    }

    /**
     * Moves a federation on.
     *
     * @return false if it is there already, or in a state that does not lead there: then nothing changes
     */
    @Transactional
    public boolean move(UUID id, FederationState next, @Nullable String reason) {
        boolean moved = jdbc.sql("""
                        update federation set state = :next, reason = :reason,
                            started_at = case when :next = 'RUNNING' then coalesce(started_at, now()) else started_at end,
                            ended_at = case when :over then now() end
                        where id = :id and state in (:before)
                        """)
                        .param("next", next.name())
                        .param("reason", reason == null ? null : reason.replace("\0", ""))
                        .param("over", next.isOver())
                        .param("id", id)
                        .param(
                                "before",
                                FederationState.before(next).stream()
                                        .map(FederationState::name)
                                        .toList())
                        .update()
                == 1;
        if (moved) {
            if (next == FederationState.SUCCEEDED) {
                deliveries.due(id);
            } else if (next.isOver()) {
                deliveries.drop(id);
            }
            tell(id);
        }
        return moved;
    }

    /** Says which model comes of it; the registry has it from here on. */
    @Transactional
    public void registered(UUID id, UUID modelId) {
        jdbc.sql("update federation set model_id = :model where id = :id")
                .param("model", modelId)
                .param("id", id)
                .update();
    }

    /**
     * Ends one that made its model.
     *
     * @param metrics what was measured
     * @param epsilonSpent null where nothing was promised
     * @return false if it is over already
     */
    @Transactional
    public boolean succeeded(UUID id, UUID modelId, @Nullable JsonNode metrics, @Nullable Double epsilonSpent) {
        jdbc.sql("""
                update federation set model_id = :model, metrics = cast(:metrics as json), epsilon_spent = :epsilon
                where id = :id and state = 'REGISTERING'
                """)
                .param("model", modelId)
                .param("metrics", text(metrics))
                .param("epsilon", epsilonSpent)
                .param("id", id)
                .update();
        return move(id, FederationState.SUCCEEDED, null);
    }

    /** What noise, masks and shares of this federation are made from; 32 bytes that nobody else has. */
    public byte[] seed(UUID id) {
        return seeds.open(
                id,
                jdbc.sql("select sealed_seed from federation where id = :id")
                        .param("id", id)
                        .query(byte[].class)
                        .single());
    }

    private void tell(UUID id) {
        Federation federation = find(id).orElseThrow();
        outbox.publish(
                Topics.FEDERATION,
                CloudEvent.of(
                        SOURCE,
                        FederationEvents.changedTo(federation.state().name()),
                        id,
                        federation.organizationId(),
                        new FederationChanged(
                                id,
                                federation.name(),
                                federation.engine(),
                                federation.mode().name(),
                                federation.state().name(),
                                federation.reason(),
                                federation.modelId(),
                                federation.epsilonSpent())));
    }

    private FederationRows rows() {
        return new FederationRows(json);
    }
}
