package io.mlaas.sharing.artifact;

import io.minio.PutObjectArgs;
import io.minio.errors.MinioException;
import io.minio.messages.Part;
import io.mlaas.sharing.organization.Bucket;
import io.mlaas.sharing.organization.CompanyBuckets;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
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

    private final CompanyBuckets buckets;
    private final ArtifactProperties properties;
    private final StoredObjects objects;
    private final ResumableUploads uploads;
    private final TransferMemory memory;
    private final ObjectRemoval removal;
    private final JdbcClient jdbc;

    ArtifactStore(
            CompanyBuckets buckets,
            ArtifactProperties properties,
            StoredObjects objects,
            ResumableUploads uploads,
            TransferMemory memory,
            ObjectRemoval removal,
            JdbcClient jdbc) {
        this.buckets = buckets;
        this.objects = objects;
        this.uploads = uploads;
        this.memory = memory;
        this.removal = removal;
        this.properties = properties;
        this.jdbc = jdbc;
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
            throw StoredObjects.unwritable(e);
        } finally {
            if (!held) {
                first.close();
            }
        }
    }

    /** While one part is sent the next one is read, if there is memory for two. */
    private String send(Bucket bucket, UploadStream upload, PartBuffer first) throws IOException, MinioException {
        String key = StoredObjects.STAGING + Instant.now().getEpochSecond() + "-" + UUID.randomUUID();
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
            objects.announce(artifact);
            try {
                bucket.client()
                        .putObject(PutObjectArgs.builder()
                                .bucket(bucket.name())
                                .object(artifact.key())
                                .contentType(MediaType.APPLICATION_OCTET_STREAM_VALUE)
                                .data(buffer.bytes(), buffer.length())
                                .build());
            } catch (MinioException e) {
                throw StoredObjects.unwritable(e);
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
            objects.promote(bucket, key, artifact);
        }

        @Override
        public void discard() {
            objects.discard(bucket, key);
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
        removal.requireStored(artifact);
    }

    /**
     * Gives up files whose assets are deleted, in that transaction: afterwards their objects are removed, unless another
     * artifact has the same content.
     */
    @Transactional(propagation = Propagation.MANDATORY)
    public void release(List<Artifact> artifacts) {
        for (Artifact artifact : artifacts) {
            removal.ask(artifact);
            jdbc.sql("update artifact set released_at = now() where id = :id")
                    .param("id", artifact.id())
                    .update();
        }
    }

    /**
     * Takes a whole resumable upload as a file of a form.
     *
     * @param field names the file in problems
     * @param limit in bytes; 0 for none
     */
    StagedFile claim(UUID organizationId, UUID uploadId, String field, long limit) {
        return uploads.claim(uploadId, organizationId, field, limit > 0 ? limit : maxSize());
    }
}
