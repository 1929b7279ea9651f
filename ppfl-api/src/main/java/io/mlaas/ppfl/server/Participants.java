package io.mlaas.ppfl.server;

import io.mlaas.ppfl.protocol.identity.EnrolmentKit;
import io.mlaas.ppfl.protocol.identity.FederationAuthority;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** The participants of real federations, in PostgreSQL. */
@Repository
class Participants {
    private final JdbcClient jdbc;

    Participants(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** What enrolment needs to know. */
    record Kit(
            InvitedParticipant.State state,
            String secretSha256,
            Instant expires,
            @Nullable String requestSha256,
            @Nullable String certificate) {}

    /** @return false if there is one of that name, unless it was revoked */
    @Transactional(propagation = Propagation.MANDATORY)
    boolean invite(UUID federation, EnrolmentKit kit, String by) {
        return jdbc.sql("""
                        insert into participant (federation_id, name, invited_by, secret_sha256, secret_expires_at)
                        values (:id, :name, :by, :secret, :expires)
                        on conflict (federation_id, name) do update set state = 'INVITED', invited_by = excluded.invited_by,
                            invited_at = now(), secret_sha256 = excluded.secret_sha256,
                            secret_expires_at = excluded.secret_expires_at, request_sha256 = null, certificate = null,
                            serial = null, certificate_expires_at = null, enrolled_at = null, joined_at = null
                        where participant.state = 'REVOKED'
                        """)
                        .param("id", federation)
                        .param("name", kit.participant())
                        .param("by", by)
                        .param("secret", kit.secretDigest())
                        .param("expires", Timestamp.from(kit.expires()))
                        .update()
                == 1;
    }

    List<InvitedParticipant> list(UUID federation) {
        return jdbc.sql("select * from participant where federation_id = :id order by name")
                .param("id", federation)
                .query(Participants::participant)
                .list();
    }

    @Transactional(propagation = Propagation.MANDATORY)
    Optional<Kit> lockKit(UUID federation, String name) {
        return jdbc.sql("select * from participant where federation_id = :id and name = :name for update")
                .param("id", federation)
                .param("name", name)
                .query((row, number) -> new Kit(
                        InvitedParticipant.State.valueOf(row.getString("state")),
                        row.getString("secret_sha256"),
                        row.getTimestamp("secret_expires_at").toInstant(),
                        row.getString("request_sha256"),
                        row.getString("certificate")))
                .optional();
    }

    @Transactional(propagation = Propagation.MANDATORY)
    void enrolled(UUID federation, String name, String requestSha256, FederationAuthority.Issued issued) {
        jdbc.sql("""
                update participant set state = 'ENROLLED', request_sha256 = :request, certificate = :certificate,
                    serial = :serial, certificate_expires_at = :expires, enrolled_at = now()
                where federation_id = :id and name = :name
                """)
                .param("request", requestSha256)
                .param("certificate", issued.certificatePem())
                .param("serial", issued.serial().toString())
                .param("expires", Timestamp.from(issued.expires()))
                .param("id", federation)
                .param("name", name)
                .update();
    }

    /** Only the certificate that was given last lets in. */
    boolean isCurrent(UUID federation, String serial) {
        return jdbc.sql("""
                select count(*) from participant
                where federation_id = :id and serial = :serial and state in ('ENROLLED', 'UNFIT')
                """)
                        .param("id", federation)
                        .param("serial", serial)
                        .query(Integer.class)
                        .single()
                > 0;
    }

    @Transactional
    void joined(UUID federation, String name) {
        jdbc.sql("""
                update participant set state = 'ENROLLED', joined_at = coalesce(joined_at, now())
                where federation_id = :id and name = :name and state in ('ENROLLED', 'UNFIT')
                """).param("id", federation).param("name", name).update();
    }

    @Transactional
    void unfit(UUID federation, String name) {
        jdbc.sql("""
                update participant set state = 'UNFIT' where federation_id = :id and name = :name and state = 'ENROLLED'
                """).param("id", federation).param("name", name).update();
    }

    /** @return false if there is none that could be revoked */
    @Transactional(propagation = Propagation.MANDATORY)
    boolean revoke(UUID federation, String name) {
        return jdbc.sql("""
                        update participant set state = 'REVOKED'
                        where federation_id = :id and name = :name and state <> 'REVOKED'
                        """).param("id", federation).param("name", name).update() == 1;
    }

    /** Names of those that rounds can count on. */
    List<String> joined(UUID federation) {
        return jdbc.sql("""
                select name from participant
                where federation_id = :id and state = 'ENROLLED' and joined_at is not null order by name collate "C"
                """).param("id", federation).query(String.class).list();
    }

    /** Names of those whose data did not fit; they may come again. */
    List<String> unfit(UUID federation) {
        return jdbc.sql("""
                select name from participant
                where federation_id = :id and state = 'UNFIT' and joined_at is not null order by name collate "C"
                """).param("id", federation).query(String.class).list();
    }

    private static InvitedParticipant participant(ResultSet row, int number) throws SQLException {
        return new InvitedParticipant(
                row.getString("name"),
                InvitedParticipant.State.valueOf(row.getString("state")),
                row.getString("invited_by"),
                row.getTimestamp("invited_at").toInstant(),
                row.getTimestamp("secret_expires_at").toInstant(),
                instant(row, "enrolled_at"),
                row.getString("serial"),
                instant(row, "certificate_expires_at"),
                instant(row, "joined_at"));
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        Timestamp at = row.getTimestamp(column);
        return at == null ? null : at.toInstant();
    }
}
