package io.mlaas.sharing.credential;

import io.mlaas.kit.security.Caller;
import io.mlaas.kit.security.OpaqueCredential;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.oauth2.server.resource.InvalidBearerTokenException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** Issues and checks the bearer tokens of training jobs; only their SHA-256 is kept. */
@Component
public class JobCredentials implements OpaqueCredential {
    public static final String ROLE = "JOB";

    private static final String PREFIX = "mlj_";
    private static final Pattern FORM = Pattern.compile(PREFIX + "[A-Za-z0-9_-]{43}");
    private static final int SECRET_BYTES = 32;

    private final JdbcClient jdbc;
    private final SecureRandom random = new SecureRandom();

    JobCredentials(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** A fresh token; {@link #toString} does not show it. */
    public record Issued(String token, Instant expiresAt) {
        @Override
        public String toString() {
            return "Issued[token=…, expiresAt=" + expiresAt + "]";
        }
    }

    /** Issues the token of a model's job; the model's earlier tokens stop to work. */
    @Transactional(propagation = Propagation.MANDATORY)
    public Issued issue(UUID organizationId, UUID modelId, UUID jobId, Duration valid) {
        jdbc.sql("delete from job_credential where model_id = :model")
                .param("model", modelId)
                .update();
        return insert(organizationId, modelId, jobId, valid, false);
    }

    private Issued insert(UUID organizationId, UUID modelId, UUID jobId, Duration valid, boolean readOnly) {
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(secret);
        String token = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
        // By the clock that will be asked whether it has expired.
        Instant expiresAt = jdbc.sql("""
                insert into job_credential (id, token_sha256, organization_id, model_id, job_id, read_only, expires_at)
                values (:id, :hash, :organization, :model, :job, :readOnly,
                        date_trunc('milliseconds', now() + cast(:valid as interval)))
                returning expires_at
                """)
                .param("id", UUID.randomUUID())
                .param("hash", hash(token))
                .param("organization", organizationId)
                .param("model", modelId)
                .param("job", jobId)
                .param("readOnly", readOnly)
                .param("valid", valid.toString())
                .query(OffsetDateTime.class)
                .single()
                .toInstant();
        return new Issued(token, expiresAt);
    }

    /** Issues a token that opens the inputs of a job which trains a model again; only the job's own earlier ones stop to work. */
    @Transactional(propagation = Propagation.MANDATORY)
    public Issued issueToRead(UUID organizationId, UUID modelId, UUID jobId, Duration valid) {
        jdbc.sql("delete from job_credential where model_id = :model and job_id = :job and read_only")
                .param("model", modelId)
                .param("job", jobId)
                .update();
        return insert(organizationId, modelId, jobId, valid, true);
    }

    /** Whether the model's latest credential that takes a result was issued to this job. */
    public boolean isIssued(UUID modelId, UUID jobId) {
        return jdbc.sql("select exists (select from job_credential where model_id = :model and job_id = :job"
                        + " and not read_only)")
                .param("model", modelId)
                .param("job", jobId)
                .query(Boolean.class)
                .single();
    }

    /** What this caller, authenticated by its token in this request, may do. */
    public JobGrant grant(Caller caller) {
        return jdbc.sql("""
                select id as credential_id, organization_id, model_id, job_id, consumed_at is not null as consumed,
                    read_only
                from job_credential where id = :id
                """)
                .param("id", UUID.fromString(caller.subject()))
                .query((row, number) -> new JobGrant(
                        row.getObject("credential_id", UUID.class),
                        row.getObject("organization_id", UUID.class),
                        row.getObject("model_id", UUID.class),
                        row.getObject("job_id", UUID.class),
                        row.getBoolean("consumed"),
                        row.getBoolean("read_only")))
                .optional()
                .orElseThrow(() -> new InvalidBearerTokenException("the job credential was replaced"));
    }

    /**
     * Uses the credential up, in the transaction that stores the job's result.
     *
     * @return false if it was used up before, or replaced
     */
    @Transactional(propagation = Propagation.MANDATORY)
    public boolean consume(JobGrant grant) {
        return jdbc.sql(
                                "update job_credential set consumed_at = now() where id = :id and consumed_at is null and not read_only")
                        .param("id", grant.credentialId())
                        .update()
                == 1;
    }

    @Override
    public boolean recognises(String token) {
        return token.startsWith(PREFIX);
    }

    @Override
    public Caller authenticate(String token) {
        if (!FORM.matcher(token).matches()) {
            throw new InvalidBearerTokenException("not a job credential");
        }
        return jdbc.sql("""
                select id, organization_id, job_id from job_credential
                where token_sha256 = :hash and expires_at > now()
                """)
                .param("hash", hash(token))
                .query((row, number) -> new Caller(
                        row.getString("id"),
                        "job " + row.getString("job_id"),
                        row.getObject("organization_id", UUID.class),
                        Set.of(ROLE)))
                .optional()
                .orElseThrow(() -> new InvalidBearerTokenException("the job credential is unknown or expired"));
    }

    private static String hash(String token) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
