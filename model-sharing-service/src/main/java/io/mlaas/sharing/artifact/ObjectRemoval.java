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
 * Removes the objects of deleted assets and of resumable uploads that were given up. The request to do so is a row of
 * {@code promoted_object} of the year 1970, committed with the deletion, so that it outlives a crash. An upload that is
 * about to refer to the object has announced that in the same row, which is of today then: the object stays, and the
 * sweeper sees to it if the upload comes to nothing.
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

    /** Within the transaction that gives up what refers to the object. */
    void ask(UUID organizationId, String key) {
        jdbc.sql("""
                insert into promoted_object (organization_id, object_key, promoted_at)
                values (:organization, :key, 'epoch') on conflict (organization_id, object_key) do nothing
                """).param("organization", organizationId).param("key", key).update();
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
                        delete from promoted_object where organization_id = :organization and object_key = :key
                        returning promoted_at > 'epoch'
                        """)
                .param("organization", artifact.organizationId())
                .param("key", artifact.objectKey())
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
                        where organization_id = :organization and object_key = :key and released_at is null and id <> :id
                        limit 1 for share
                        """)
                .param("organization", artifact.organizationId())
                .param("key", artifact.objectKey())
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
            Optional<Location> next = next();
            next.ifPresent(this::remove);
            return next.isPresent();
        }));
    }

    private record Location(UUID organizationId, String key) {}

    private Optional<Location> next() {
        return jdbc.sql("""
                select organization_id, object_key from promoted_object where promoted_at = 'epoch'
                order by organization_id, object_key limit 1 for update skip locked
                """)
                .query((row, number) ->
                        new Location(row.getObject("organization_id", UUID.class), row.getString("object_key")))
                .optional();
    }

    private void remove(Location object) {
        if (!isReferred(object)) {
            Bucket bucket = buckets.of(object.organizationId());
            try {
                objects.remove(bucket, object.key());
            } catch (MinioException e) {
                throw StoredObjects.unwritable(e);
            }
            log.info("removed an object from {} that was given up", bucket);
        }
        jdbc.sql("delete from promoted_object where organization_id = :organization and object_key = :key")
                .param("organization", object.organizationId())
                .param("key", object.key())
                .update();
    }

    private boolean isReferred(Location object) {
        List<UUID> referring = jdbc.sql("""
                select id from artifact
                where organization_id = :organization and object_key = :key and released_at is null limit 1
                """)
                .param("organization", object.organizationId())
                .param("key", object.key())
                .query(UUID.class)
                .list();
        return !referring.isEmpty();
    }
}
