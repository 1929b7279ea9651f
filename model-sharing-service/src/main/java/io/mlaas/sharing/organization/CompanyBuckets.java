package io.mlaas.sharing.organization;

import io.minio.errors.MinioException;
import io.mlaas.kit.seal.Seal;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/** Opens companies' buckets; a company's first use provides its bucket and seals its credentials. */
public class CompanyBuckets {
    private static final Logger log = LoggerFactory.getLogger(CompanyBuckets.class);

    private final BucketProvisioner provisioner;
    private final Function<BucketAccess, Bucket.Clients> clients;
    private final Seal seal;
    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;
    private final JsonMapper json;
    private final Map<UUID, Bucket> open = new ConcurrentHashMap<>();

    CompanyBuckets(
            BucketProvisioner provisioner,
            Function<BucketAccess, Bucket.Clients> clients,
            Seal seal,
            JdbcClient jdbc,
            TransactionTemplate transactions,
            JsonMapper json) {
        this.provisioner = provisioner;
        this.clients = clients;
        this.seal = seal;
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.json = json;
    }

    public Bucket of(UUID organizationId) {
        Bucket known = open.get(organizationId);
        if (known != null) {
            return known;
        }
        BucketAccess access = transactions.execute(status -> access(organizationId));
        if (access == null) {
            throw new IllegalStateException("no access to the bucket of " + organizationId);
        }
        Bucket opened = new Bucket(organizationId, access.bucket(), clients.apply(access));
        Bucket raced = open.putIfAbsent(organizationId, opened);
        return raced == null ? opened : raced;
    }

    /** Companies that have a bucket. */
    public List<UUID> known() {
        return jdbc.sql("select id from organization order by id")
                .query(UUID.class)
                .list();
    }

    // The lock lets one replica at a time provide a company's bucket: two would make two key pairs.
    private BucketAccess access(UUID organizationId) {
        jdbc.sql("select pg_advisory_xact_lock(:lock)")
                .param("lock", organizationId.getMostSignificantBits())
                .query((rs, row) -> true)
                .single();
        BucketAccess stored = stored(organizationId);
        BucketAccess access;
        try {
            access = provisioner.provide(organizationId, stored);
        } catch (MinioException e) {
            log.warn("the bucket of {} cannot be opened", organizationId, e);
            throw StorageProblem.STORAGE_UNAVAILABLE.retryAfter(5, "The company's bucket cannot be opened now.");
        }
        if (!access.equals(stored)) {
            jdbc.sql("""
                    insert into organization (id, bucket, sealed_credentials) values (:id, :bucket, :sealed)
                    on conflict (id) do update set bucket = :bucket, sealed_credentials = :sealed
                    """)
                    .param("id", organizationId)
                    .param("bucket", access.bucket())
                    .param("sealed", seal.seal(organizationId, json.writeValueAsBytes(access)))
                    .update();
        }
        return access;
    }

    private @Nullable BucketAccess stored(UUID organizationId) {
        return jdbc.sql("select sealed_credentials from organization where id = :id")
                .param("id", organizationId)
                .query((rs, row) -> rs.getBytes(1))
                .optional()
                .map(bytes -> json.readValue(seal.open(organizationId, bytes), BucketAccess.class))
                .orElse(null);
    }
}
