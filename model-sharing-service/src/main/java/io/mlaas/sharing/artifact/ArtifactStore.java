package io.mlaas.sharing.artifact;

import io.minio.CopyObjectArgs;
import io.minio.GetObjectArgs;
import io.minio.ListMultipartUploadsArgs;
import io.minio.ListObjectsArgs;
import io.minio.PutObjectArgs;
import io.minio.RemoveObjectArgs;
import io.minio.Result;
import io.minio.SourceObject;
import io.minio.errors.ErrorResponseException;
import io.minio.errors.MinioException;
import io.minio.messages.Item;
import io.minio.messages.ListMultipartUploadsResult;
import io.minio.messages.Part;
import io.mlaas.kit.problem.ProblemException;
import io.mlaas.sharing.organization.Bucket;
import io.mlaas.sharing.organization.CompanyBuckets;
import io.mlaas.sharing.organization.StorageProblem;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.MediaType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Files in the companies' buckets. A small upload waits in memory, a large one at {@code staging/<seconds>-<uuid>}; once
 * everything about it is right it goes to {@code sha256/<hex>}, which never gets other bytes afterwards. Equal files of
 * one company are one object.
 */
@Component
public class ArtifactStore {
    private static final Logger log = LoggerFactory.getLogger(ArtifactStore.class);
    private static final String STAGING = "staging/";

    private final CompanyBuckets buckets;
    private final ArtifactProperties properties;
    private final TransferMemory memory;
    private final JdbcClient jdbc;

    ArtifactStore(CompanyBuckets buckets, ArtifactProperties properties, TransferMemory memory, JdbcClient jdbc) {
        this.buckets = buckets;
        this.memory = memory;
        this.properties = properties;
        this.jdbc = jdbc;
    }

    /** The stored object is not there, or is shorter than what is asked of it. */
    static final class ObjectGone extends Exception {
        private static final long serialVersionUID = 1L;
    }

    /** The limit for files that have none of their own, in bytes; 0 for none. */
    public long maxSize() {
        return properties.maxSize().toBytes();
    }

    /** The body of a request, as long as it comes fast enough. */
    public InputStream body(HttpServletRequest request) throws IOException {
        return new PacedStream(request.getInputStream(), properties.slowest().toBytes(), properties.slowestWindow());
    }

    /**
     * Takes an upload in bounded memory: one that fits the first part stays there, a larger one goes to a staging place.
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
        long most = limit > 0 ? Math.min(limit, properties.largestFile()) : properties.largestFile();
        UploadStream upload = new UploadStream(content, most);
        PartBuffer first = new PartBuffer(memory, organizationId);
        boolean held = false;
        try {
            first.fill(upload);
            if (first.length() == 0) {
                throw UploadProblem.EMPTY_FILE.because(field + ": 0 bytes (expected: a file with content)");
            }
            StagedFile.Place place =
                    first.ended() ? new InMemory(bucket, first) : new Staged(bucket, send(bucket, upload, first));
            held = first.ended();
            return new StagedFile(
                    new Artifact(
                            UUID.randomUUID(),
                            organizationId,
                            upload.fingerprint().sha256(),
                            upload.fingerprint().md5(),
                            upload.fingerprint().size(),
                            FileName.sanitised(fileName, field),
                            MediaTypes.sanitised(mediaType)),
                    place);
        } catch (IOException e) {
            throw UploadProblem.brokenOff(field, e);
        } catch (MinioException e) {
            throw unwritable(e);
        } finally {
            if (!held) {
                first.close();
            }
        }
    }

    /** While one part is sent the next one is read, if there is memory for two. */
    private String send(Bucket bucket, UploadStream upload, PartBuffer first) throws IOException, MinioException {
        String key = STAGING + Instant.now().getEpochSecond() + "-" + UUID.randomUUID();
        MultipartObject object = MultipartObject.begin(bucket, key);
        List<Part> sent = new ArrayList<>();
        CompletableFuture<Part> sending = CompletableFuture.completedFuture(new Part());
        boolean complete = false;
        PartBuffer spare = first.spare();
        try {
            PartBuffer filled = first;
            PartBuffer other = spare == null ? first : spare;
            while (filled.length() > 0) {
                sending = object.send(sent.size() + 1, filled.bytes(), filled.length());
                if (filled.ended()) {
                    break;
                }
                if (other == filled) {
                    sent.add(MultipartObject.await(sending));
                }
                other.clear();
                other.fill(upload);
                if (other != filled) {
                    sent.add(MultipartObject.await(sending));
                }
                PartBuffer next = other;
                other = other == filled ? other : filled;
                filled = next;
            }
            if (filled.length() > 0) {
                sent.add(MultipartObject.await(sending));
            }
            object.complete(sent);
            complete = true;
            return key;
        } finally {
            if (!complete) {
                // The bytes are read until then: the buffer must not be given back before.
                sending.exceptionally(failed -> new Part()).join();
                object.abort();
            }
            if (spare != null) {
                spare.close();
            }
        }
    }

    private final class InMemory implements StagedFile.Place {
        private final Bucket bucket;
        private final PartBuffer buffer;

        InMemory(Bucket bucket, PartBuffer buffer) {
            this.bucket = bucket;
            this.buffer = buffer;
        }

        /** An object that is there already is written again: if somebody changed it, it is good afterwards. */
        @Override
        public void promote(Artifact artifact) {
            announce(artifact);
            try {
                bucket.client()
                        .putObject(PutObjectArgs.builder()
                                .bucket(bucket.name())
                                .object(artifact.key())
                                .contentType(MediaType.APPLICATION_OCTET_STREAM_VALUE)
                                .data(buffer.bytes(), buffer.length())
                                .build());
            } catch (MinioException e) {
                throw unwritable(e);
            }
        }

        @Override
        public void discard() {
            buffer.close();
        }
    }

    private final class Staged implements StagedFile.Place {
        private final Bucket bucket;
        private final String key;

        Staged(Bucket bucket, String key) {
            this.bucket = bucket;
            this.key = key;
        }

        @Override
        public void promote(Artifact artifact) {
            ArtifactStore.this.promote(bucket, key, artifact);
        }

        @Override
        public void discard() {
            ArtifactStore.this.discard(bucket, key);
        }
    }

    static ProblemException unwritable(MinioException e) {
        log.warn("a file could not be stored", e);
        return StorageProblem.STORAGE_UNAVAILABLE.retryAfter(5, "The file could not be stored now.");
    }

    // The row in promoted_object outlives a crash between writing the object and referring to it: the sweeper then
    // removes an object that nothing refers to.
    private void announce(Artifact artifact) {
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

    /** Uploads in parts under this prefix that were begun, by the time in their key, before. */
    List<MultipartObject> multipartBefore(Bucket bucket, Instant time) throws MinioException {
        List<MultipartObject> old = new ArrayList<>();
        String keyMarker = null;
        String uploadMarker = null;
        while (true) {
            ListMultipartUploadsResult page = MultipartObject.await(bucket.parts()
                            .listMultipartUploads(ListMultipartUploadsArgs.builder()
                                    .bucket(bucket.name())
                                    .prefix(STAGING)
                                    .keyMarker(keyMarker)
                                    .uploadIdMarker(uploadMarker)
                                    .build()))
                    .result();
            page.uploads().stream()
                    .filter(upload -> upload.objectName().startsWith(STAGING))
                    .filter(upload -> begun(upload).isBefore(time))
                    .map(upload -> new MultipartObject(bucket, upload.objectName(), upload.uploadId()))
                    .forEach(old::add);
            keyMarker = page.nextKeyMarker();
            uploadMarker = page.nextUploadIdMarker();
            if (!page.isTruncated() || keyMarker == null || keyMarker.isEmpty()) {
                return old;
            }
        }
    }

    // S3Proxy answers the time of the question as the time at which an upload was begun.
    private static Instant begun(ListMultipartUploadsResult.Upload upload) {
        String name = upload.objectName().substring(STAGING.length());
        int dash = name.indexOf('-');
        return name.matches("[0-9]{1,11}-.*")
                ? Instant.ofEpochSecond(Long.parseLong(name.substring(0, dash)))
                : upload.initiated().toInstant();
    }
}
