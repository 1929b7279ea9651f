package io.mlaas.ppfl.server;

import io.mlaas.kit.seal.MasterKeys;
import io.mlaas.kit.seal.Seal;
import io.mlaas.ppfl.protocol.identity.FederationAuthorities;
import io.mlaas.ppfl.protocol.identity.FederationAuthority;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** The federations' certificate authorities; their keys are sealed in PostgreSQL. */
@Component
class Authorities implements FederationAuthorities {
    static final String PURPOSE = "federation authority";

    private static final Logger log = LoggerFactory.getLogger(Authorities.class);
    private static final Duration VALIDITY = Duration.ofDays(5 * 365);

    private final JdbcClient jdbc;
    private final Seal seal;
    private final Participants participants;
    private final Map<UUID, FederationAuthority> known = new ConcurrentHashMap<>();

    Authorities(JdbcClient jdbc, MasterKeys keys, Participants participants) {
        this.jdbc = jdbc;
        this.seal = new Seal(keys, PURPOSE);
        this.participants = participants;
    }

    /** Together with its federation. */
    @Transactional(propagation = Propagation.MANDATORY)
    void create(UUID federation) {
        FederationAuthority made = FederationAuthority.create(federation.toString(), Instant.now(), VALIDITY);
        jdbc.sql(
                        "insert into federation_authority (federation_id, certificate, sealed_key) values (:id, :certificate, :key)")
                .param("id", federation)
                .param("certificate", made.certificatePem())
                .param("key", seal.seal(federation, made.privateKey()))
                .update();
    }

    Optional<FederationAuthority> of(UUID federation) {
        FederationAuthority there = known.get(federation);
        if (there != null) {
            return Optional.of(there);
        }
        Optional<FederationAuthority> read = jdbc.sql("select * from federation_authority where federation_id = :id")
                .param("id", federation)
                .query((row, number) -> FederationAuthority.restore(
                        seal.open(federation, row.getBytes("sealed_key")), row.getString("certificate")))
                .optional();
        read.ifPresent(authority -> known.put(federation, authority));
        return read;
    }

    @Override
    public Optional<FederationAuthority> find(String federation) {
        return id(federation).flatMap(this::of);
    }

    @Override
    public boolean revoked(String federation, BigInteger serial) {
        return id(federation)
                .map(id -> !participants.isCurrent(id, serial.toString()))
                .orElse(true);
    }

    @Override
    public void refused(String subject, String reason) {
        log.info("turned away {}: {}", subject, reason);
    }

    /** Empty if it is no federation's. */
    static Optional<UUID> id(String federation) {
        try {
            UUID id = UUID.fromString(federation);
            return id.toString().equals(federation) ? Optional.of(id) : Optional.empty();
        } catch (IllegalArgumentException e) {
            log.debug("{} is no federation's id", federation, e);
            return Optional.empty();
        }
    }
}
