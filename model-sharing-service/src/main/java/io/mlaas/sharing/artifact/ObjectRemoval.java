package io.mlaas.sharing.artifact;

import io.minio.errors.MinioException;
import io.mlaas.kit.problem.ProblemException;
import io.mlaas.sharing.organization.Bucket;
import io.mlaas.sharing.organization.CompanyBuckets;
import io.mlaas.sharing.organization.StorageProblem;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Removes the objects of deleted assets. The request to do so is a row of {@code promoted_object} of the year 1970,
 * committed with the deletion, so that it outlives a crash. An upload of the same content under way has announced itself
 * in that row, which is of today then: the content stays, and the sweeper sees to it if the upload comes to nothing.
 */
@Component
class ObjectRemoval {
    private static final Logger log = LoggerFactory.getLogger(ObjectRemoval.class);

    private final CompanyBuckets buckets;
    private final StoredObjects objects;
    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;

    ObjectRemoval(
            CompanyBuckets buckets, StoredObjects objects, JdbcClient jdbc, PlatformTransactionManager transactions) {
        this.buckets = buckets;
        this.objects = objects;
        this.jdbc = jdbc;
        this.transactions = new TransactionTemplate(transactions);
    }

    /** Within the transaction that deletes the artifact's asset. */
    void ask(Artifact artifact) {
        jdbc.sql("""
                insert into promoted_object (organization_id, sha256, promoted_at)
                values (:organization, :sha256, 'epoch') on conflict (organization_id, sha256) do nothing
                """)
                .param("organization", artifact.organizationId())
                .param("sha256", artifact.sha256())
                .update();
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCommit() {
                Thread.ofVirtual().name("object-removal").start(ObjectRemoval.this::removeAll);
            }
        });
    }

    /**
     * Takes back what an upload announced when its artifact is inserted, and refuses it if its object may have been
     * removed since: without an announcement of its own, another artifact must vouch for the object.
     */
    void requireStored(Artifact artifact) {
        boolean announced = jdbc.sql("""
                        delete from promoted_object where organization_id = :organization and sha256 = :sha256
                        returning promoted_at > 'epoch'
                        """)
                .param("organization", artifact.organizationId())
                .param("sha256", artifact.sha256())
                .query(Boolean.class)
                .optional()
                .orElse(false);
        if (!announced && !isVouchedFor(artifact)) {
            throw StorageProblem.STORAGE_UNAVAILABLE.retryAfter(
                    1, "The same file was deleted while this one was stored: send it again.");
        }
    }

    // The lock makes a deletion of that other artifact wait, which then sees this one.
    private boolean isVouchedFor(Artifact artifact) {
        return !jdbc.sql("""
                        select id from artifact
                        where organization_id = :organization and sha256 = :sha256 and released_at is null and id <> :id
                        limit 1 for share
                        """)
                .param("organization", artifact.organizationId())
                .param("sha256", artifact.sha256())
                .param("id", artifact.id())
                .query(UUID.class)
                .list()
                .isEmpty();
    }

    /** What a process that was killed, or a store that did not answer, left to do. */
    @Scheduled(initialDelayString = "PT5S", fixedDelayString = "PT5S")
    void removeAll() {
        try {
            boolean more = true;
            while (more) {
                more = removeOne();
            }
        } catch (ProblemException e) {
            log.warn("objects of deleted assets cannot be removed now; they will be", e);
        }
    }

    // The row stays locked while its object is removed: an upload of the same content waits for that.
    private boolean removeOne() {
        return Boolean.TRUE.equals(transactions.execute(status -> {
            Optional<Content> next = next();
            next.ifPresent(this::remove);
            return next.isPresent();
        }));
    }

    private record Content(UUID organizationId, String sha256) {}

    private Optional<Content> next() {
        return jdbc.sql("""
                select organization_id, sha256 from promoted_object where promoted_at = 'epoch'
                order by organization_id, sha256 limit 1 for update skip locked
                """)
                .query((row, number) ->
                        new Content(row.getObject("organization_id", UUID.class), row.getString("sha256")))
                .optional();
    }

    private void remove(Content content) {
        if (!isReferred(content)) {
            Bucket bucket = buckets.of(content.organizationId());
            try {
                objects.remove(bucket, Artifact.PREFIX + content.sha256());
            } catch (MinioException e) {
                throw StoredObjects.unwritable(e);
            }
            log.info("removed an object from {} whose asset was deleted", bucket);
        }
        jdbc.sql("delete from promoted_object where organization_id = :organization and sha256 = :sha256")
                .param("organization", content.organizationId())
                .param("sha256", content.sha256())
                .update();
    }

    private boolean isReferred(Content content) {
        List<UUID> referring = jdbc.sql("""
                select id from artifact
                where organization_id = :organization and sha256 = :sha256 and released_at is null limit 1
                """)
                .param("organization", content.organizationId())
                .param("sha256", content.sha256())
                .query(UUID.class)
                .list();
        return !referring.isEmpty();
    }
}
