package io.mlaas.sharing.scrub;

import io.mlaas.sharing.registry.Inspection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

@Repository
class ScrubRepository {
    private static final int FINDINGS_SHOWN = 100;
    private static final long AN_ASSET = 64L << 10;
    private static final long AN_UNANSWERED_ONE = 512L << 20;

    private final JdbcClient jdbc;

    ScrubRepository(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Where a run is in a company. */
    record Progress(UUID organizationId, Inspection.@Nullable Subject after) {}

    /** What a run found in a company. */
    record Sums(UUID organizationId, long assets, long bytes, long tampered, long notOnChain, long unchecked) {}

    /** Begins a run; inside a transaction. */
    UUID begin(@Nullable UUID organizationId, @Nullable String requestedBy) {
        UUID id = UUID.randomUUID();
        jdbc.sql("insert into scrub_run (id, organization_id, requested_by) values (:id, :organization, :by)")
                .param("id", id)
                .param("organization", organizationId)
                .param("by", requestedBy)
                .update();
        jdbc.sql("""
                insert into scrub_progress (run_id, organization_id)
                select :run, id from organization where cast(:organization as uuid) is null or id = :organization
                """).param("run", id).param("organization", organizationId).update();
        return id;
    }

    /** Makes those who begin runs wait for each other until their transactions end. */
    void lockBeginnings() {
        jdbc.sql("select pg_advisory_xact_lock(hashtext('mlaas.scrub.begin'))")
                .query((row, number) -> true)
                .single();
    }

    /** A run that goes on and covers no more and no less than this. */
    Optional<UUID> unfinished(@Nullable UUID organizationId) {
        return jdbc.sql("""
                select id from scrub_run
                where finished_at is null and organization_id is not distinct from cast(:organization as uuid)
                order by started_at limit 1
                """)
                .param("organization", organizationId)
                .query(UUID.class)
                .optional();
    }

    /** The run to go on with: those that people wait for come before those over everything. */
    Optional<UUID> current() {
        return jdbc.sql("""
                select id from scrub_run where finished_at is null
                order by organization_id is null, requested_by is null, started_at limit 1
                """).query(UUID.class).optional();
    }

    boolean startedSince(Instant time) {
        return jdbc.sql("select exists (select from scrub_run where organization_id is null and started_at > :time)")
                .param("time", time.atOffset(ZoneOffset.UTC))
                .query(Boolean.class)
                .single();
    }

    /**
     * The company that took the least so far: a large one does not keep the others waiting, nor does one whose bucket does
     * not answer, since the time that this takes counts like bytes.
     */
    Optional<Progress> turn(UUID run) {
        return jdbc.sql("""
                select organization_id, after_kind, after_id from scrub_progress
                where run_id = :run and not done
                order by bytes + assets * :each + unchecked * :unanswered, organization_id limit 1
                """)
                .param("run", run)
                .param("each", AN_ASSET)
                .param("unanswered", AN_UNANSWERED_ONE)
                .query((row, number) -> {
                    String kind = row.getString("after_kind");
                    return new Progress(
                            row.getObject("organization_id", UUID.class),
                            kind == null ? null : new Inspection.Subject(kind, row.getObject("after_id", UUID.class)));
                })
                .optional();
    }

    void done(UUID run, UUID organizationId) {
        jdbc.sql("update scrub_progress set done = true where run_id = :run and organization_id = :organization")
                .param("run", run)
                .param("organization", organizationId)
                .update();
    }

    /** Writes down one look; inside a transaction. */
    void looked(UUID run, UUID organizationId, Inspection.Subject subject, long bytes, Inspection.Verdict verdict) {
        ScrubRun.Outcome outcome = outcome(verdict);
        jdbc.sql("""
                update scrub_progress set after_kind = :kind, after_id = :id, assets = assets + 1, bytes = bytes + :bytes,
                    tampered = tampered + :tampered, not_on_chain = not_on_chain + :notOnChain,
                    unchecked = unchecked + :unchecked
                where run_id = :run and organization_id = :organization
                """)
                .param("kind", subject.kind())
                .param("id", subject.id())
                .param("bytes", bytes)
                .param("tampered", outcome == ScrubRun.Outcome.TAMPERED ? 1 : 0)
                .param("notOnChain", outcome == ScrubRun.Outcome.NOT_ON_CHAIN ? 1 : 0)
                .param("unchecked", outcome == ScrubRun.Outcome.UNCHECKED ? 1 : 0)
                .param("run", run)
                .param("organization", organizationId)
                .update();
        switch (verdict) {
            case Inspection.Verdict.Good good -> {}
            case Inspection.Verdict.Tampered bad ->
                insert(run, organizationId, subject, outcome, bad.expected(), bad.found(), bad.reason());
            case Inspection.Verdict.NotOnChain bad ->
                insert(run, organizationId, subject, outcome, null, null, bad.reason());
            case Inspection.Verdict.Unanswered bad ->
                insert(run, organizationId, subject, outcome, null, null, bad.reason());
        }
    }

    static ScrubRun.@Nullable Outcome outcome(Inspection.Verdict verdict) {
        return switch (verdict) {
            case Inspection.Verdict.Good good -> null;
            case Inspection.Verdict.Tampered tampered -> ScrubRun.Outcome.TAMPERED;
            case Inspection.Verdict.NotOnChain unknown -> ScrubRun.Outcome.NOT_ON_CHAIN;
            case Inspection.Verdict.Unanswered unanswered -> ScrubRun.Outcome.UNCHECKED;
        };
    }

    private void insert(
            UUID run,
            UUID organizationId,
            Inspection.Subject subject,
            ScrubRun.@Nullable Outcome outcome,
            @Nullable String expected,
            @Nullable String found,
            String reason) {
        jdbc.sql("""
                insert into scrub_finding
                    (id, run_id, organization_id, asset_id, kind, outcome, expected, found, reason)
                values (:id, :run, :organization, :asset, :kind, :outcome, :expected, :found, :reason)
                """)
                .param("id", UUID.randomUUID())
                .param("run", run)
                .param("organization", organizationId)
                .param("asset", subject.id())
                .param("kind", subject.kind())
                .param("outcome", outcome == null ? null : outcome.name())
                .param("expected", expected)
                .param("found", found)
                .param("reason", reason)
                .update();
    }

    /** @return whether it was not finished before */
    boolean finish(UUID run) {
        return jdbc.sql("update scrub_run set finished_at = now() where id = :run and finished_at is null")
                        .param("run", run)
                        .update()
                == 1;
    }

    List<Sums> sums(UUID run) {
        return jdbc.sql("""
                select organization_id, assets, bytes, tampered, not_on_chain, unchecked
                from scrub_progress where run_id = :run
                """).param("run", run).query(Sums.class).list();
    }

    void removeOlderThan(Duration age) {
        jdbc.sql("delete from scrub_run where finished_at < :time")
                .param("time", Instant.now().minus(age).atOffset(ZoneOffset.UTC))
                .update();
    }

    /** @param organizationId what the one who asks may see: one company's share of runs, or everything */
    List<ScrubRun> newest(@Nullable UUID organizationId, int limit) {
        return runs(organizationId, limit, null);
    }

    Optional<ScrubRun> find(UUID run, @Nullable UUID organizationId) {
        return runs(organizationId, 1, run).stream().findFirst();
    }

    private List<ScrubRun> runs(@Nullable UUID organizationId, int limit, @Nullable UUID run) {
        return jdbc.sql("""
                select r.id, r.organization_id, r.requested_by, r.started_at, r.finished_at,
                    coalesce(sum(p.assets), 0) as assets, coalesce(sum(p.bytes), 0) as bytes,
                    coalesce(sum(p.tampered), 0) as tampered, coalesce(sum(p.not_on_chain), 0) as not_on_chain,
                    coalesce(sum(p.unchecked), 0) as unchecked
                from (select cast(:seen as uuid) as organization_id) s
                join scrub_run r on (s.organization_id is null or r.organization_id is null
                    or r.organization_id = s.organization_id)
                left join scrub_progress p on p.run_id = r.id
                    and (s.organization_id is null or p.organization_id = s.organization_id)
                where cast(:run as uuid) is null or r.id = :run
                group by r.id order by r.started_at desc, r.id limit :limit
                """)
                .param("seen", organizationId)
                .param("run", run)
                .param("limit", limit)
                .query((row, number) -> run(row, organizationId))
                .list();
    }

    private ScrubRun run(ResultSet row, @Nullable UUID seen) throws SQLException {
        UUID id = row.getObject("id", UUID.class);
        OffsetDateTime finished = row.getObject("finished_at", OffsetDateTime.class);
        return new ScrubRun(
                id,
                row.getObject("organization_id", UUID.class),
                row.getString("requested_by"),
                row.getObject("started_at", OffsetDateTime.class).toInstant(),
                finished == null ? null : finished.toInstant(),
                row.getLong("assets"),
                row.getLong("bytes"),
                row.getLong("tampered"),
                row.getLong("not_on_chain"),
                row.getLong("unchecked"),
                findings(id, seen));
    }

    private List<ScrubRun.Finding> findings(UUID run, @Nullable UUID organizationId) {
        return jdbc.sql("""
                select asset_id, organization_id, kind, outcome, expected, found, reason, found_at
                from scrub_finding
                where run_id = :run and (cast(:organization as uuid) is null or organization_id = :organization)
                order by found_at limit :limit
                """)
                .param("run", run)
                .param("organization", organizationId)
                .param("limit", FINDINGS_SHOWN)
                .query((row, number) -> new ScrubRun.Finding(
                        row.getObject("asset_id", UUID.class),
                        row.getObject("organization_id", UUID.class),
                        row.getString("kind"),
                        ScrubRun.Outcome.valueOf(row.getString("outcome")),
                        row.getString("expected"),
                        row.getString("found"),
                        row.getString("reason"),
                        row.getObject("found_at", OffsetDateTime.class).toInstant()))
                .list();
    }
}
