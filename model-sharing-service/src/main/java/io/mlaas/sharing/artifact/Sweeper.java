package io.mlaas.sharing.artifact;

import io.minio.errors.MinioException;
import io.mlaas.kit.problem.ProblemException;
import io.mlaas.sharing.organization.Bucket;
import io.mlaas.sharing.organization.CompanyBuckets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Removes what a killed process left in the buckets: parts of old uploads, and objects that nothing came to refer to. */
@Component
class Sweeper {
    private static final Logger log = LoggerFactory.getLogger(Sweeper.class);

    private final CompanyBuckets buckets;
    private final StoredObjects objects;
    private final ResumableUploads uploads;
    private final ArtifactProperties properties;
    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;

    Sweeper(
            CompanyBuckets buckets,
            StoredObjects objects,
            ResumableUploads uploads,
            ArtifactProperties properties,
            JdbcClient jdbc,
            PlatformTransactionManager transactions) {
        this.buckets = buckets;
        this.objects = objects;
        this.uploads = uploads;
        this.properties = properties;
        this.jdbc = jdbc;
        this.transactions = new TransactionTemplate(transactions);
    }

    @Scheduled(initialDelayString = "PT10M", fixedDelayString = "PT1H")
    void sweep() {
        sweep(Instant.now().minus(properties.sweepAfter()), Instant.now());
    }

    /** @param now resumable uploads that expired by then are removed */
    void sweep(Instant before, Instant now) {
        for (UUID organizationId : buckets.known()) {
            try {
                Bucket bucket = buckets.of(organizationId);
                for (MultipartObject upload : objects.multipartBefore(bucket, before)) {
                    upload.abort();
                    log.info("removed the parts of an upload in {} that never ended", bucket);
                }
                uploads.sweep(bucket, now);
                while (removeOneUnreferenced(bucket, before)) {
                    log.info("removed an object from {} that nothing refers to", bucket);
                }
            } catch (MinioException | ProblemException e) {
                log.warn("the bucket of {} could not be swept now", organizationId, e);
            }
        }
    }

    // The row stays locked while its object is removed: an upload of the same content waits for that.
    private boolean removeOneUnreferenced(Bucket bucket, Instant before) {
        Boolean removed = transactions.execute(status -> {
            List<String> candidates = jdbc.sql("""
                    select object_key from promoted_object
                    where organization_id = :organization and promoted_at < :before and promoted_at > 'epoch' limit 1 for update skip locked
                    """)
                    .param("organization", bucket.organizationId())
                    .param("before", before.atOffset(ZoneOffset.UTC))
                    .query(String.class)
                    .list();
            if (candidates.isEmpty()) {
                return false;
            }
            String key = candidates.getFirst();
            if (!referenced(bucket, key)) {
                objects.discard(bucket, key);
            }
            jdbc.sql("delete from promoted_object where organization_id = :organization and object_key = :key")
                    .param("organization", bucket.organizationId())
                    .param("key", key)
                    .update();
            return true;
        });
        return Boolean.TRUE.equals(removed);
    }

    private boolean referenced(Bucket bucket, String key) {
        return jdbc.sql("""
                select exists (select from artifact
                    where organization_id = :organization and object_key = :key and released_at is null)
                """)
                .param("organization", bucket.organizationId())
                .param("key", key)
                .query(Boolean.class)
                .single();
    }
}
