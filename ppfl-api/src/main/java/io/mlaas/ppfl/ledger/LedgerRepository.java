package io.mlaas.ppfl.ledger;

import io.mlaas.privacy.accounting.PrivacyCost;
import io.mlaas.privacy.accounting.RdpCurve;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Budgets and their entries. */
@Repository
class LedgerRepository {
    private final JdbcClient jdbc;
    private final LedgerProperties properties;

    LedgerRepository(JdbcClient jdbc, LedgerProperties properties) {
        this.jdbc = jdbc;
        this.properties = properties;
    }

    /** Until the transaction ends, nobody else spends of this budget. */
    void lockOrBegin(UUID organization, String owner) {
        jdbc.sql("""
                insert into privacy_budget (organization_id, data_owner) values (:organization, :owner)
                on conflict on constraint privacy_budget_pk do nothing
                """).param("organization", organization).param("owner", owner).update();
        lock(organization, owner);
    }

    private void lock(UUID organization, String owner) {
        jdbc.sql("""
                select 1 from privacy_budget where organization_id = :organization and data_owner = :owner for update
                """)
                .param("organization", organization)
                .param("owner", owner)
                .query(Integer.class)
                .single();
    }

    Optional<PrivacyBudget> budget(UUID organization, String owner) {
        return jdbc.sql("""
                select epsilon_limit, delta_limit from privacy_budget
                where organization_id = :organization and data_owner = :owner
                """)
                .param("organization", organization)
                .param("owner", owner)
                .query((row, number) -> Optional.ofNullable(limit(row)))
                .optional()
                .map(own -> new PrivacyBudget(
                        organization,
                        owner,
                        own.orElse(null),
                        own.orElse(properties.defaultLimit()),
                        entries(organization, owner)));
    }

    List<String> owners(UUID organization) {
        return jdbc.sql(
                        "select data_owner from privacy_budget where organization_id = :organization order by data_owner")
                .param("organization", organization)
                .query(String.class)
                .list();
    }

    void limit(UUID organization, String owner, PrivacyLimit limit, String by) {
        jdbc.sql("""
                update privacy_budget set epsilon_limit = :epsilon, delta_limit = :delta, limit_set_by = :by,
                    limit_set_at = now()
                where organization_id = :organization and data_owner = :owner
                """)
                .param("epsilon", limit.epsilon())
                .param("delta", limit.delta())
                .param("by", by)
                .param("organization", organization)
                .param("owner", owner)
                .update();
    }

    /** All of a budget, the first reserved first. */
    private List<PrivacyEntry> entries(UUID organization, String owner) {
        return jdbc.sql("""
                select * from privacy_entry where organization_id = :organization and data_owner = :owner
                order by sequence
                """)
                .param("organization", organization)
                .param("owner", owner)
                .query((row, number) -> entry(row))
                .list();
    }

    /** Those before one, newest first. */
    List<PrivacyEntry> page(UUID organization, String owner, long before, int limit) {
        return jdbc.sql("""
                select * from privacy_entry
                where organization_id = :organization and data_owner = :owner and sequence < :before
                order by sequence desc limit :limit
                """)
                .param("organization", organization)
                .param("owner", owner)
                .param("before", before)
                .param("limit", limit)
                .query((row, number) -> entry(row))
                .list();
    }

    /** What a federation has reserved and not ended; the budgets are locked as reservations lock them. */
    List<PrivacyEntry> lockReserved(UUID federation) {
        for (PrivacyEntry entry : reserved(federation)) {
            lock(entry.organizationId(), entry.dataOwner());
        }
        return reserved(federation);
    }

    private List<PrivacyEntry> reserved(UUID federation) {
        return jdbc.sql("""
                select * from privacy_entry where federation_id = :federation and state = 'RESERVED' order by data_owner
                """)
                .param("federation", federation)
                .query((row, number) -> entry(row))
                .list();
    }

    List<UUID> unsettled() {
        return jdbc.sql("""
                select federation_id from privacy_entry where state = 'RESERVED' group by federation_id order by min(sequence)
                """).query(UUID.class).list();
    }

    PrivacyEntry insert(PrivacyEntry entry) {
        RdpCurve curve = entry.cost().curve();
        return jdbc.sql("""
                insert into privacy_entry (id, organization_id, data_owner, federation_id, engine, mechanism, state, epsilon,
                    delta, accountant, explanation, orders, costs, reserved_at)
                values (:id, :organization, :owner, :federation, :engine, :mechanism, :state, :epsilon, :delta, :accountant,
                    :explanation, cast(:orders as double precision[]), cast(:costs as double precision[]), :reservedAt)
                returning *
                """)
                .param("id", entry.id())
                .param("organization", entry.organizationId())
                .param("owner", entry.dataOwner())
                .param("federation", entry.federationId())
                .param("engine", entry.engine())
                .param("mechanism", entry.mechanism())
                .param("state", entry.state().name())
                .param("epsilon", entry.cost().epsilon())
                .param("delta", entry.cost().delta())
                .param("accountant", entry.cost().accountant())
                .param("explanation", entry.cost().explanation())
                .param("orders", array(curve == null ? null : curve.orders()))
                .param("costs", array(curve == null ? null : curve.costs()))
                .param("reservedAt", entry.reservedAt().atOffset(ZoneOffset.UTC))
                .query((row, number) -> entry(row))
                .single();
    }

    void update(PrivacyEntry entry) {
        RdpCurve curve = entry.cost().curve();
        jdbc.sql("""
                update privacy_entry set state = :state, epsilon = :epsilon, delta = :delta, accountant = :accountant,
                    explanation = :explanation, orders = cast(:orders as double precision[]),
                    costs = cast(:costs as double precision[]), ended_at = :endedAt
                where id = :id and state = 'RESERVED'
                """)
                .param("state", entry.state().name())
                .param("epsilon", entry.cost().epsilon())
                .param("delta", entry.cost().delta())
                .param("accountant", entry.cost().accountant())
                .param("explanation", entry.cost().explanation())
                .param("orders", array(curve == null ? null : curve.orders()))
                .param("costs", array(curve == null ? null : curve.costs()))
                .param(
                        "endedAt",
                        entry.endedAt() == null ? null : entry.endedAt().atOffset(ZoneOffset.UTC))
                .param("id", entry.id())
                .update();
    }

    /** As PostgreSQL writes an array; numbers, Infinity too, need no quotes. */
    private static @Nullable String array(@Nullable List<Double> numbers) {
        return numbers == null ? null : numbers.toString().replace('[', '{').replace(']', '}');
    }

    private static @Nullable PrivacyLimit limit(ResultSet row) throws SQLException {
        double epsilon = row.getDouble("epsilon_limit");
        return row.wasNull() ? null : new PrivacyLimit(epsilon, row.getDouble("delta_limit"));
    }

    private static PrivacyEntry entry(ResultSet row) throws SQLException {
        List<Double> orders = numbers(row.getArray("orders"));
        List<Double> costs = numbers(row.getArray("costs"));
        OffsetDateTime ended = row.getObject("ended_at", OffsetDateTime.class);
        return new PrivacyEntry(
                row.getObject("id", UUID.class),
                row.getLong("sequence"),
                row.getObject("organization_id", UUID.class),
                row.getString("data_owner"),
                row.getObject("federation_id", UUID.class),
                row.getString("engine"),
                row.getString("mechanism"),
                PrivacyEntry.State.valueOf(row.getString("state")),
                new PrivacyCost(
                        row.getDouble("epsilon"),
                        row.getDouble("delta"),
                        row.getString("accountant"),
                        orders.isEmpty() ? null : new RdpCurve(orders, costs),
                        row.getString("explanation")),
                row.getObject("reserved_at", OffsetDateTime.class).toInstant(),
                ended == null ? null : ended.toInstant());
    }

    private static List<Double> numbers(@Nullable Array array) throws SQLException {
        List<Double> numbers = new ArrayList<>();
        if (array != null) {
            for (Object number : (Object[]) array.getArray()) {
                numbers.add((Double) number);
            }
        }
        return numbers;
    }
}
