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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The objects in the companies' buckets. */
@Component
final class StoredObjects {
    /** Where large files are put, and stay. */
    static final String FILES = "files/";

    private static final Logger log = LoggerFactory.getLogger(StoredObjects.class);

    private final CompanyBuckets buckets;
    private final JdbcClient jdbc;

    StoredObjects(CompanyBuckets buckets, JdbcClient jdbc) {
        this.buckets = buckets;
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
                insert into promoted_object (organization_id, object_key) values (:organization, :key)
                on conflict (organization_id, object_key) do update set promoted_at = now()
                """)
                .param("organization", artifact.organizationId())
                .param("key", artifact.objectKey())
                .update();
    }

    /** Copies a small object of the bucket to the artifact's place. */
    void copy(Bucket bucket, String from, Artifact artifact) {
        announce(artifact);
        try {
            bucket.call(client -> client.copyObject(CopyObjectArgs.builder()
                    .bucket(bucket.name())
                    .object(artifact.objectKey())
                    .source(SourceObject.builder()
                            .bucket(bucket.name())
                            .object(from)
                            .build())
                    .build()));
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
            return bucket.call(client -> client.getObject(GetObjectArgs.builder()
                    .bucket(bucket.name())
                    .object(artifact.objectKey())
                    .offset(length == null ? null : (Long) offset)
                    .length(length)
                    .build()));
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
        bucket.call(client -> client.removeObject(
                RemoveObjectArgs.builder().bucket(bucket.name()).object(key).build()));
    }

    InputStream get(Bucket bucket, String key) throws MinioException {
        return bucket.call(client -> client.getObject(
                GetObjectArgs.builder().bucket(bucket.name()).object(key).build()));
    }

    List<String> keys(Bucket bucket, String prefix) throws MinioException {
        List<String> keys = new ArrayList<>();
        for (Result<Item> listed : bucket.client()
                .listObjects(ListObjectsArgs.builder()
                        .bucket(bucket.name())
                        .prefix(prefix)
                        .recursive(true)
                        .build())) {
            keys.add(listed.get().objectName());
        }
        return keys;
    }

    /** An upload in parts that was not completed. */
    record Unfinished(String key, MultipartObject object, Instant initiated) {

        // S3Proxy answers the time of the question as the time at which an upload was begun: the key knows better.
        private Instant begun() {
            String name = key.substring(FILES.length());
            return name.matches("[0-9]{1,11}-.*")
                    ? Instant.ofEpochSecond(Long.parseLong(name.substring(0, name.indexOf('-'))))
                    : initiated;
        }
    }

    List<MultipartObject> multipartBefore(Bucket bucket, Instant time) throws MinioException {
        return unfinished(bucket, FILES).stream()
                .filter(upload -> upload.begun().isBefore(time))
                .map(Unfinished::object)
                .toList();
    }

    List<Unfinished> unfinished(Bucket bucket, String prefix) throws MinioException {
        List<Unfinished> found = new ArrayList<>();
        String keyMarker = null;
        String uploadMarker = null;
        while (true) {
            ListMultipartUploadsResult page = Bucket.await(bucket.parts()
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
