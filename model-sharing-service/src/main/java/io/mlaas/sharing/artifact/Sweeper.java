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

/** Removes what a killed process left in the buckets: old staged uploads, and objects that nothing came to refer to. */
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
                for (String key : objects.stagedBefore(bucket, before)) {
                    objects.remove(bucket, key);
                    log.info("removed {} from {}: its upload never ended", key, bucket);
                }
                for (MultipartObject upload : objects.multipartBefore(bucket, before)) {
                    upload.abort();
                    log.info("removed the parts of an upload in {} that never ended", bucket);
                }
                abortCopies(bucket, before);
                uploads.sweep(bucket, now);
                while (removeOneUnreferenced(bucket, before)) {
                    log.info("removed an object from {} that nothing refers to", bucket);
                }
            } catch (MinioException | ProblemException e) {
                log.warn("the bucket of {} could not be swept now", organizationId, e);
            }
        }
    }

    // A copy in parts has no time in its key; who makes one has announced its content.
    private void abortCopies(Bucket bucket, Instant before) throws MinioException {
        for (StoredObjects.Unfinished copy : objects.unfinished(bucket, Artifact.PREFIX)) {
            if (!announcedSince(bucket, copy.key().substring(Artifact.PREFIX.length()), before)) {
                copy.object().abort();
                log.info("removed the parts of a copy to {} in {} that never ended", copy.key(), bucket);
            }
        }
    }

    private boolean announcedSince(Bucket bucket, String sha256, Instant time) {
        return jdbc.sql("""
                select exists (select from promoted_object
                    where organization_id = :organization and sha256 = :sha256 and promoted_at >= :time)
                """)
                .param("organization", bucket.organizationId())
                .param("sha256", sha256)
                .param("time", time.atOffset(ZoneOffset.UTC))
                .query(Boolean.class)
                .single();
    }

    // The row stays locked while its object is removed: an upload of the same content waits for that.
    private boolean removeOneUnreferenced(Bucket bucket, Instant before) {
        Boolean removed = transactions.execute(status -> {
            List<String> candidates = jdbc.sql("""
                    select sha256 from promoted_object
                    where organization_id = :organization and promoted_at < :before and promoted_at > 'epoch' limit 1 for update skip locked
                    """)
                    .param("organization", bucket.organizationId())
                    .param("before", before.atOffset(ZoneOffset.UTC))
                    .query(String.class)
                    .list();
            if (candidates.isEmpty()) {
                return false;
            }
            String sha256 = candidates.getFirst();
            if (!referenced(bucket, sha256)) {
                objects.discard(bucket, Artifact.PREFIX + sha256);
            }
            jdbc.sql("delete from promoted_object where organization_id = :organization and sha256 = :sha256")
                    .param("organization", bucket.organizationId())
                    .param("sha256", sha256)
                    .update();
            return true;
        });
        return Boolean.TRUE.equals(removed);
    }

    private boolean referenced(Bucket bucket, String sha256) {
        return jdbc.sql("""
                select exists (select from artifact
                    where organization_id = :organization and sha256 = :sha256 and released_at is null)
                """)
                .param("organization", bucket.organizationId())
                .param("sha256", sha256)
                .query(Boolean.class)
                .single();
    }
}
