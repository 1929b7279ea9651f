package io.mlaas.learning.device;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** Devices in PostgreSQL. */
@Repository
class DeviceRepository {
    private final JdbcClient jdbc;

    DeviceRepository(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** What a connection is checked against. */
    record Credential(UUID deviceId, UUID organizationId, String passwordSha256, int number) {}

    /** @return false if the company has one of that name */
    boolean insert(
            UUID id,
            UUID organizationId,
            String name,
            @Nullable String description,
            DevicePassword password,
            String createdBy) {
        return jdbc.sql("""
                        insert into device (id, organization_id, name, description, password_sha256, created_by)
                        values (:id, :organization, :name, :description, :hash, :by)
                        on conflict (organization_id, name) where state <> 'REVOKED' do nothing
                        """)
                        .param("id", id)
                        .param("organization", organizationId)
                        .param("name", name)
                        .param("description", description)
                        .param("hash", password.sha256())
                        .param("by", createdBy)
                        .update()
                == 1;
    }

    Optional<Device> find(UUID organizationId, UUID id) {
        return jdbc.sql("select * from device where organization_id = :organization and id = :id")
                .param("organization", organizationId)
                .param("id", id)
                .query(DeviceRepository::device)
                .optional();
    }

    /** Those that are not revoked, by name. */
    List<Device> list(UUID organizationId, @Nullable String after, int most) {
        return jdbc.sql("""
                select * from device
                where organization_id = :organization and state = 'ACTIVE' and name > :after
                order by name limit :most
                """)
                .param("organization", organizationId)
                .param("after", after == null ? "" : after)
                .param("most", most)
                .query(DeviceRepository::device)
                .list();
    }

    /** @return false if it was revoked before */
    @Transactional(propagation = Propagation.MANDATORY)
    boolean revoke(UUID organizationId, UUID id) {
        return changed(jdbc.sql("""
                update device set state = 'REVOKED', credential = credential + 1, changed_at = now()
                where organization_id = :organization and id = :id and state = 'ACTIVE'
                returning credential
                """).param("organization", organizationId).param("id", id), id);
    }

    /** @return false if it is revoked */
    @Transactional(propagation = Propagation.MANDATORY)
    boolean rotate(UUID organizationId, UUID id, DevicePassword password) {
        return changed(
                jdbc.sql("""
                        update device set password_sha256 = :hash, credential = credential + 1, changed_at = now()
                        where organization_id = :organization and id = :id and state = 'ACTIVE'
                        returning credential
                        """)
                        .param("hash", password.sha256())
                        .param("organization", organizationId)
                        .param("id", id),
                id);
    }

    private boolean changed(JdbcClient.StatementSpec update, UUID id) {
        Optional<Integer> below = update.query(Integer.class).optional();
        below.ifPresent(credential ->
                jdbc.sql("""
                insert into ended_credential (device_id, below) values (:id, :below)
                on conflict (device_id) do update set below = excluded.below
                """).param("id", id).param("below", credential).update());
        return below.isPresent();
    }

    Optional<Credential> credential(UUID id) {
        return jdbc.sql("""
                select id, organization_id, password_sha256, credential from device
                where id = :id and state = 'ACTIVE'
                """).param("id", id).query(DeviceRepository::credential).optional();
    }

    Optional<Credential> credential(DevicePassword password) {
        return jdbc.sql("""
                select id, organization_id, password_sha256, credential from device
                where password_sha256 = :hash and state = 'ACTIVE'
                """)
                .param("hash", password.sha256())
                .query(DeviceRepository::credential)
                .optional();
    }

    private static Credential credential(ResultSet row, int number) throws SQLException {
        return new Credential(
                row.getObject("id", UUID.class),
                row.getObject("organization_id", UUID.class),
                row.getString("password_sha256"),
                row.getInt("credential"));
    }

    private static Device device(ResultSet row, int number) throws SQLException {
        UUID id = row.getObject("id", UUID.class);
        return new Device(
                id,
                row.getObject("organization_id", UUID.class),
                row.getString("name"),
                row.getString("description"),
                Device.userName(id),
                DeviceState.valueOf(row.getString("state")),
                row.getString("created_by"),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                row.getObject("changed_at", OffsetDateTime.class).toInstant());
    }
}
