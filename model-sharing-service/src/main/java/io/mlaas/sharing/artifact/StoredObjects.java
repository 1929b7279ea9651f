package io.mlaas.sharing.artifact;

import io.minio.CopyObjectArgs;
import io.minio.GetObjectArgs;
import io.minio.ListMultipartUploadsArgs;
import io.minio.ListObjectsArgs;
import io.minio.RemoveObjectArgs;
import io.minio.Result;
import io.minio.SourceObject;
import io.minio.errors.ErrorResponseException;
import io.minio.errors.MinioException;
import io.minio.messages.Item;
import io.minio.messages.ListMultipartUploadsResult;
import io.mlaas.kit.problem.ProblemException;
import io.mlaas.sharing.organization.Bucket;
import io.mlaas.sharing.organization.CompanyBuckets;
import io.mlaas.sharing.organization.StorageProblem;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The objects in the companies' buckets. */
@Component
final class StoredObjects {
    static final String STAGING = "staging/";
    private static final Logger log = LoggerFactory.getLogger(StoredObjects.class);

    private final CompanyBuckets buckets;
    private final ArtifactProperties properties;
    private final JdbcClient jdbc;

    StoredObjects(CompanyBuckets buckets, ArtifactProperties properties, JdbcClient jdbc) {
        this.buckets = buckets;
        this.properties = properties;
        this.jdbc = jdbc;
    }

    /** The stored object is not there, or is shorter than what is asked of it. */
    static final class ObjectGone extends Exception {
        private static final long serialVersionUID = 1L;
    }

    static ProblemException unwritable(MinioException e) {
        log.warn("a file could not be stored", e);
        return StorageProblem.STORAGE_UNAVAILABLE.retryAfter(5, "The file could not be stored now.");
    }

    // The row in promoted_object outlives a crash between writing the object and referring to it: the sweeper then
    // removes an object that nothing refers to.
    void announce(Artifact artifact) {
        jdbc.sql("""
                insert into promoted_object (organization_id, sha256) values (:organization, :sha256)
                on conflict (organization_id, sha256) do update set promoted_at = now()
                """)
                .param("organization", artifact.organizationId())
                .param("sha256", artifact.sha256())
                .update();
    }

    void promote(Bucket bucket, String stagingKey, Artifact artifact) {
        announce(artifact);
        long largestCopy = properties.largestCopy().toBytes();
        try {
            if (artifact.sizeBytes() > largestCopy) {
                MultipartObject.copy(bucket, stagingKey, artifact.key(), artifact.sizeBytes(), largestCopy);
                return;
            }
            bucket.client()
                    .copyObject(CopyObjectArgs.builder()
                            .bucket(bucket.name())
                            .object(artifact.key())
                            .source(SourceObject.builder()
                                    .bucket(bucket.name())
                                    .object(stagingKey)
                                    .build())
                            .build());
        } catch (MinioException e) {
            throw unwritable(e);
        }
    }

    InputStream open(Artifact artifact) throws ObjectGone {
        return open(artifact, 0, null);
    }

    /** @param length null for all that follows */
    InputStream open(Artifact artifact, long offset, @Nullable Long length) throws ObjectGone {
        Bucket bucket = buckets.of(artifact.organizationId());
        try {
            return bucket.client()
                    .getObject(GetObjectArgs.builder()
                            .bucket(bucket.name())
                            .object(artifact.key())
                            .offset(length == null ? null : (Long) offset)
                            .length(length)
                            .build());
        } catch (ErrorResponseException e) {
            if (Set.of("NoSuchKey", "InvalidRange").contains(e.errorResponse().code())) {
                throw new ObjectGone();
            }
            throw unreadable(e);
        } catch (MinioException e) {
            throw unreadable(e);
        }
    }

    static ProblemException unreadable(Exception e) {
        log.warn("a file cannot be read from the object store", e);
        return StorageProblem.STORAGE_UNAVAILABLE.retryAfter(5, "The file cannot be read now.");
    }

    void discard(Bucket bucket, String key) {
        try {
            remove(bucket, key);
        } catch (MinioException e) {
            log.warn("{} in {} could not be removed now; the sweeper will", key, bucket, e);
        }
    }

    void remove(Bucket bucket, String key) throws MinioException {
        bucket.client()
                .removeObject(RemoveObjectArgs.builder()
                        .bucket(bucket.name())
                        .object(key)
                        .build());
    }

    InputStream get(Bucket bucket, String key) throws MinioException {
        return bucket.client()
                .getObject(GetObjectArgs.builder()
                        .bucket(bucket.name())
                        .object(key)
                        .build());
    }

    List<String> stagedBefore(Bucket bucket, Instant time) throws MinioException {
        return keys(bucket, STAGING, item -> item.lastModified().toInstant().isBefore(time));
    }

    List<String> keys(Bucket bucket, String prefix) throws MinioException {
        return keys(bucket, prefix, item -> true);
    }

    private static List<String> keys(Bucket bucket, String prefix, Predicate<Item> wanted) throws MinioException {
        List<String> keys = new ArrayList<>();
        for (Result<Item> listed : bucket.client()
                .listObjects(ListObjectsArgs.builder()
                        .bucket(bucket.name())
                        .prefix(prefix)
                        .recursive(true)
                        .build())) {
            Item item = listed.get();
            if (wanted.test(item)) {
                keys.add(item.objectName());
            }
        }
        return keys;
    }

    /** An upload in parts that was not completed. */
    record Unfinished(String key, MultipartObject object, Instant initiated) {

        // S3Proxy answers the time of the question as the time at which an upload was begun: the key knows better.
        private Instant begun() {
            String name = key.substring(STAGING.length());
            return name.matches("[0-9]{1,11}-.*")
                    ? Instant.ofEpochSecond(Long.parseLong(name.substring(0, name.indexOf('-'))))
                    : initiated;
        }
    }

    List<MultipartObject> multipartBefore(Bucket bucket, Instant time) throws MinioException {
        return unfinished(bucket, STAGING).stream()
                .filter(upload -> upload.begun().isBefore(time))
                .map(Unfinished::object)
                .toList();
    }

    List<Unfinished> unfinished(Bucket bucket, String prefix) throws MinioException {
        List<Unfinished> found = new ArrayList<>();
        String keyMarker = null;
        String uploadMarker = null;
        while (true) {
            ListMultipartUploadsResult page = MultipartObject.await(bucket.parts()
                            .listMultipartUploads(ListMultipartUploadsArgs.builder()
                                    .bucket(bucket.name())
                                    .prefix(prefix)
                                    .keyMarker(keyMarker)
                                    .uploadIdMarker(uploadMarker)
                                    .build()))
                    .result();
            page.uploads().stream()
                    .filter(upload -> upload.objectName().startsWith(prefix))
                    .map(upload -> new Unfinished(
                            upload.objectName(),
                            new MultipartObject(bucket, upload.objectName(), upload.uploadId()),
                            upload.initiated().toInstant()))
                    .forEach(found::add);
            keyMarker = page.nextKeyMarker();
            uploadMarker = page.nextUploadIdMarker();
            if (!page.isTruncated() || keyMarker == null || keyMarker.isEmpty()) {
                return found;
            }
        }
    }
}
