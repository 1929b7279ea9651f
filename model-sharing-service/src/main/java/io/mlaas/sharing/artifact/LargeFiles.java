package io.mlaas.sharing.artifact;

import io.minio.errors.MinioException;
import io.mlaas.kit.problem.ProblemException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Large files stay where they were put. Only if the company has the same content already, and it is still good, that
 * object is the artifact's and what was sent is given up; if it is not good any more, what was sent takes its place.
 */
@Component
final class LargeFiles {
    private static final Logger log = LoggerFactory.getLogger(LargeFiles.class);

    private final StoredObjects objects;
    private final AtRest atRest;
    private final JdbcClient jdbc;

    LargeFiles(StoredObjects objects, AtRest atRest, JdbcClient jdbc) {
        this.objects = objects;
        this.atRest = atRest;
        this.jdbc = jdbc;
    }

    /** Makes an object of parts that were sent. */
    interface Sent {
        void putTogether() throws MinioException;
    }

    private enum Condition {
        GOOD,
        BAD,
        UNKNOWN
    }

    /**
     * Every key is announced before its object is relied on: from then on nobody removes that, but for the sweeper, much
     * later.
     *
     * @param artifact whose key is where {@code sent} puts the object
     * @return with the key that was settled on
     */
    Artifact keep(Artifact artifact, Sent sent) {
        Optional<Artifact> equal = equal(artifact);
        Condition condition = Condition.UNKNOWN;
        if (equal.isPresent()) {
            objects.announce(equal.get());
            condition = condition(equal.get());
            if (condition == Condition.GOOD) {
                return equal.get();
            }
        }
        objects.announce(artifact);
        try {
            sent.putTogether();
        } catch (MinioException e) {
            throw StoredObjects.unwritable(e);
        }
        if (equal.isPresent() && condition == Condition.BAD) {
            mend(equal.get().objectKey(), artifact);
        }
        return artifact;
    }

    private Optional<Artifact> equal(Artifact artifact) {
        return jdbc.sql("""
                select object_key from artifact
                where organization_id = :organization and sha256 = :sha256 and size_bytes = :size
                    and released_at is null and object_key <> :key
                order by created_at limit 1
                """)
                .param("organization", artifact.organizationId())
                .param("sha256", artifact.sha256())
                .param("size", artifact.sizeBytes())
                .param("key", artifact.objectKey())
                .query(String.class)
                .optional()
                .map(artifact::at);
    }

    private Condition condition(Artifact artifact) {
        try {
            AtRest.Found found = atRest.read(artifact, bytes -> {});
            return found.bytes() == artifact.sizeBytes() && artifact.sha256().equals(found.sha256())
                    ? Condition.GOOD
                    : Condition.BAD;
        } catch (ProblemException e) {
            log.info("{} cannot be read: the same content is stored once more", artifact.objectKey(), e);
            return Condition.UNKNOWN;
        }
    }

    // The bad object was announced above: the sweeper removes it.
    private void mend(String bad, Artifact good) {
        int mended = jdbc.sql("""
                update artifact set object_key = :good
                where organization_id = :organization and sha256 = :sha256 and object_key = :bad and released_at is null
                """)
                .param("good", good.objectKey())
                .param("organization", good.organizationId())
                .param("sha256", good.sha256())
                .param("bad", bad)
                .update();
        log.warn("{} is not what it was: {} artifacts have {} instead", bad, mended, good.objectKey());
    }
}
