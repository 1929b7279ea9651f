package io.mlaas.sharing.passport;

import io.mlaas.api.event.CloudEvent;
import io.mlaas.api.event.Topics;
import io.mlaas.api.sharing.RegistryEvents;
import io.mlaas.kit.event.Outbox;
import io.mlaas.sharing.provenance.PublishedPassports;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

/** What owners published. A change and the event about it commit together. */
@Repository
class PassportRepository implements PublishedPassports {
    private static final String SOURCE = "/model-sharing-service";

    private final JdbcClient jdbc;
    private final Outbox outbox;

    PassportRepository(JdbcClient jdbc, Outbox outbox) {
        this.jdbc = jdbc;
        this.outbox = outbox;
    }

    /** Of a model that was deleted, nothing is published any more. */
    @Override
    public Optional<PublishedPassports.Publication> of(UUID modelId) {
        return jdbc.sql("""
                select p.disclose from passport p join model m on m.id = p.model_id
                where p.model_id = :model and p.published and m.state <> 'DELETED'
                """)
                .param("model", modelId)
                .query((row, number) -> disclosed(row))
                .optional()
                .map(disclosed ->
                        new PublishedPassports.Publication(disclosed.everything(), Set.copyOf(disclosed.patterns())));
    }

    Optional<Passport.Publication> find(UUID modelId) {
        return jdbc.sql("select * from passport where model_id = :model")
                .param("model", modelId)
                .query((row, number) -> new Passport.Publication(
                        row.getBoolean("published"),
                        disclosed(row).patterns(),
                        row.getInt("revision"),
                        row.getString("changed_by"),
                        row.getObject("changed_at", OffsetDateTime.class).toInstant()))
                .optional();
    }

    /** What is so already changes nothing. */
    @Transactional
    public Passport.Publication save(
            UUID modelId, UUID organizationId, boolean published, Disclosed disclosed, String by) {
        boolean changed = jdbc.sql("""
                        insert into passport (model_id, organization_id, published, disclose, changed_by)
                        values (:model, :organization, :published, cast(:disclose as text[]), :by)
                        on conflict (model_id) do update set
                            published = excluded.published, disclose = excluded.disclose, changed_by = excluded.changed_by,
                            changed_at = now(), revision = passport.revision + 1
                        where (passport.published, passport.disclose) is distinct from (excluded.published, excluded.disclose)
                        """)
                        .param("model", modelId)
                        .param("organization", organizationId)
                        .param("published", published)
                        .param("disclose", disclosed.patterns().toArray(String[]::new))
                        .param("by", by)
                        .update()
                == 1;
        Passport.Publication saved = find(modelId).orElseThrow();
        if (changed && (published || saved.revision() > 1)) {
            tell(modelId, organizationId, saved, by);
        }
        return saved;
    }

    private void tell(UUID modelId, UUID organizationId, Passport.Publication saved, String by) {
        outbox.publish(
                Topics.REGISTRY,
                CloudEvent.of(
                        SOURCE,
                        saved.published() ? RegistryEvents.PASSPORT_PUBLISHED : RegistryEvents.PASSPORT_WITHDRAWN,
                        modelId,
                        organizationId,
                        new RegistryEvents.PassportChanged(
                                modelId, saved.published() ? saved.disclose() : List.of(), saved.revision(), by)));
    }

    /**
     * Models that were translated from this one and may be used.
     *
     * @param publishedOnly for those who could not see the others
     */
    List<UUID> translations(UUID modelId, boolean publishedOnly) {
        return jdbc.sql("""
                select t.model_id from translation t
                join model m on m.id = t.model_id
                left join passport p on p.model_id = t.model_id
                where t.source_model_id = :model and not t.superseded and m.state = 'TRAINED'
                  and (not :publishedOnly or coalesce(p.published, false))
                order by m.created_at, m.id limit 50
                """)
                .param("model", modelId)
                .param("publishedOnly", publishedOnly)
                .query(UUID.class)
                .list();
    }

    private static Disclosed disclosed(ResultSet row) throws SQLException {
        Array array = row.getArray("disclose");
        return new Disclosed(List.of((String[]) array.getArray()));
    }
}
