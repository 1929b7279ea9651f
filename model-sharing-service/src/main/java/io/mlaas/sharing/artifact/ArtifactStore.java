package io.mlaas.sharing.artifact;

import io.minio.CopyObjectArgs;
import io.minio.GetObjectArgs;
import io.minio.ListObjectsArgs;
import io.minio.PutObjectArgs;
import io.minio.RemoveObjectArgs;
import io.minio.Result;
import io.minio.SourceObject;
import io.minio.errors.ErrorResponseException;
import io.minio.errors.MinioException;
import io.minio.messages.Item;
import io.mlaas.kit.problem.ProblemException;
import io.mlaas.sharing.organization.Bucket;
import io.mlaas.sharing.organization.CompanyBuckets;
import io.mlaas.sharing.organization.StorageProblem;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Files in the companies' buckets. An upload goes to {@code staging/<uuid>} and, once everything about it is right, to
 * {@code sha256/<hex>}, which is never changed afterwards. Equal files of one company are one object.
 */
@Component
public class ArtifactStore {
    private static final Logger log = LoggerFactory.getLogger(ArtifactStore.class);
    private static final String STAGING = "staging/";
    // S3 copies at most this in one request; a larger object is read and written again.
    private static final long LARGEST_COPY = 5L << 30;

    private final CompanyBuckets buckets;
    private final ArtifactProperties properties;
    private final JdbcClient jdbc;

    ArtifactStore(CompanyBuckets buckets, ArtifactProperties properties, JdbcClient jdbc) {
        this.buckets = buckets;
        this.properties = properties;
        this.jdbc = jdbc;
    }

    /** The stored object is not there. */
    static final class ObjectGone extends Exception {
        private static final long serialVersionUID = 1L;
    }

    /** The limit for files that have none of their own, in bytes; 0 for none. */
    public long maxSize() {
        return properties.maxSize().toBytes();
    }

    /**
     * Streams an upload into the company's bucket in constant memory.
     *
     * @param field names the file in problems
     * @param limit in bytes; 0 for none
     */
    public StagedFile stage(
            UUID organizationId,
            String field,
            InputStream content,
            @Nullable String fileName,
            @Nullable String mediaType,
            long limit) {
        Bucket bucket = buckets.of(organizationId);
        String key = STAGING + UUID.randomUUID();
        UploadStream upload = new UploadStream(content, limit);
        boolean staged = false;
        try {
            put(bucket, key, upload);
            long size = upload.fingerprint().size();
            if (size == 0) {
                throw UploadProblem.EMPTY_FILE.because(field + ": 0 bytes (expected: a file with content)");
            }
            staged = true;
            return new StagedFile(
                    this,
                    bucket,
                    key,
                    new Artifact(
                            UUID.randomUUID(),
                            organizationId,
                            upload.fingerprint().sha256(),
                            upload.fingerprint().md5(),
                            size,
                            FileName.sanitised(fileName, field),
                            sanitised(mediaType)));
        } catch (MinioException e) {
            throw cause(upload.failure(), field, limit, e);
        } finally {
            if (!staged) {
                discard(bucket, key);
            }
        }
    }

    private void put(Bucket bucket, String key, InputStream content) throws MinioException {
        bucket.client()
                .putObject(PutObjectArgs.builder()
                        .bucket(bucket.name())
                        .object(key)
                        .contentType(MediaType.APPLICATION_OCTET_STREAM_VALUE)
                        .stream(content, -1L, properties.partSize().toBytes())
                        .build());
    }

    private static ProblemException cause(
            @Nullable IOException sender, String field, long limit, MinioException storage) {
        if (sender instanceof UploadStream.TooLarge) {
            return UploadProblem.FILE_TOO_LARGE.because(
                    "%s: more than %d bytes (expected: <= %d bytes)".formatted(field, limit, limit));
        }
        if (sender != null) {
            return UploadProblem.MALFORMED_UPLOAD.because(field + ": the body ended before the file did.");
        }
        log.warn("a file could not be stored", storage);
        return StorageProblem.STORAGE_UNAVAILABLE.retryAfter(5, "The file could not be stored now.");
    }

    // The row in promoted_object outlives a crash between writing the object and referring to it: the sweeper then
    // removes an object that nothing refers to.
    void promote(Bucket bucket, String stagingKey, Artifact artifact) {
        jdbc.sql("""
                insert into promoted_object (organization_id, sha256) values (:organization, :sha256)
                on conflict (organization_id, sha256) do update set promoted_at = now()
                """)
                .param("organization", artifact.organizationId())
                .param("sha256", artifact.sha256())
                .update();
        try {
            if (artifact.sizeBytes() > LARGEST_COPY) {
                try (InputStream staged = get(bucket, stagingKey)) {
                    put(bucket, artifact.key(), staged);
                }
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
        } catch (MinioException | IOException e) {
            log.warn("a staged file could not be copied to its final place", e);
            throw StorageProblem.STORAGE_UNAVAILABLE.retryAfter(5, "The file could not be stored now.");
        }
    }

    /** Records a kept file, in the transaction of what refers to it. */
    @Transactional(propagation = Propagation.MANDATORY)
    public void insert(Artifact artifact) {
        jdbc.sql("""
                insert into artifact (id, organization_id, sha256, md5, size_bytes, file_name, media_type)
                values (:id, :organization, :sha256, :md5, :size, :name, :type)
                """)
                .param("id", artifact.id())
                .param("organization", artifact.organizationId())
                .param("sha256", artifact.sha256())
                .param("md5", artifact.md5())
                .param("size", artifact.sizeBytes())
                .param("name", artifact.fileName())
                .param("type", artifact.mediaType())
                .update();
        jdbc.sql("delete from promoted_object where organization_id = :organization and sha256 = :sha256")
                .param("organization", artifact.organizationId())
                .param("sha256", artifact.sha256())
                .update();
    }

    InputStream open(Artifact artifact) throws ObjectGone {
        Bucket bucket = buckets.of(artifact.organizationId());
        try {
            return get(bucket, artifact.key());
        } catch (ErrorResponseException e) {
            if (e.errorResponse().code().equals("NoSuchKey")) {
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

    private static InputStream get(Bucket bucket, String key) throws MinioException {
        return bucket.client()
                .getObject(GetObjectArgs.builder()
                        .bucket(bucket.name())
                        .object(key)
                        .build());
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

    List<String> stagedBefore(Bucket bucket, Instant time) throws MinioException {
        List<String> old = new ArrayList<>();
        for (Result<Item> listed : bucket.client()
                .listObjects(ListObjectsArgs.builder()
                        .bucket(bucket.name())
                        .prefix(STAGING)
                        .recursive(true)
                        .build())) {
            Item item = listed.get();
            if (item.lastModified().toInstant().isBefore(time)) {
                old.add(item.objectName());
            }
        }
        return old;
    }

    private static String sanitised(@Nullable String mediaType) {
        if (mediaType == null || mediaType.length() > 255) {
            return MediaType.APPLICATION_OCTET_STREAM_VALUE;
        }
        try {
            return MediaType.parseMediaType(mediaType).toString();
        } catch (InvalidMediaTypeException e) {
            log.debug("a file came with a malformed content type", e);
            return MediaType.APPLICATION_OCTET_STREAM_VALUE;
        }
    }
}
