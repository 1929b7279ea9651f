package io.mlaas.sharing.artifact;

import io.minio.Http;
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
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Files in the companies' buckets. A small upload waits in memory; once everything about it is right it goes to
 * {@code sha256/<hex>}, where equal files of one company are one object. A large one is sent in parts, and once everything
 * about it is right they become the object {@code files/<seconds>-<uuid>}. Neither ever gets other bytes afterwards.
 */
@Component
public class ArtifactStore {

    private final CompanyBuckets buckets;
    private final ArtifactProperties properties;
    private final StoredObjects objects;
    private final ResumableUploads uploads;
    private final LargeFiles largeFiles;
    private final TransferMemory memory;
    private final ObjectRemoval removal;
    private final JdbcClient jdbc;

    ArtifactStore(
            CompanyBuckets buckets,
            ArtifactProperties properties,
            StoredObjects objects,
            ResumableUploads uploads,
            LargeFiles largeFiles,
            TransferMemory memory,
            ObjectRemoval removal,
            JdbcClient jdbc) {
        this.buckets = buckets;
        this.objects = objects;
        this.uploads = uploads;
        this.largeFiles = largeFiles;
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
     * Takes an upload in bounded memory: one that fits the first part stays there, a larger one goes to the store in parts.
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
            UUID id = UUID.randomUUID();
            StagedFile.Place place = first.ended() ? new InMemory(bucket, first) : send(bucket, upload, first, id);
            held = first.ended();
            String sha256 = upload.fingerprint().sha256();
            return new StagedFile(
                    new Artifact(
                            id,
                            organizationId,
                            sha256,
                            upload.fingerprint().md5(),
                            upload.fingerprint().size(),
                            FileName.sanitised(fileName, field),
                            MediaTypes.sanitised(mediaType),
                            Artifact.keyOf(sha256)),
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

    private Sent send(Bucket bucket, UploadStream upload, PartBuffer first, UUID id)
            throws IOException, MinioException {
        String key = StoredObjects.FILES + Instant.now().getEpochSecond() + "-" + id;
        MultipartObject object = MultipartObject.begin(bucket, key);
        Sent sent = new Sent(key, object);
        try {
            sendParts(object, sent.parts, upload, first);
            sent.whole = true;
            return sent;
        } finally {
            if (!sent.whole) {
                object.abort();
            }
        }
    }

    /** While one part is sent the next one is read, if there is memory for two. */
    private static void sendParts(MultipartObject object, List<Part> sent, UploadStream upload, PartBuffer first)
            throws IOException, MinioException {
        CompletableFuture<Part> sending = CompletableFuture.completedFuture(new Part());
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
                    sent.add(Bucket.await(sending));
                }
                other.clear();
                other.fill(upload);
                if (other != filled) {
                    sent.add(Bucket.await(sending));
                }
                PartBuffer next = other;
                other = other == filled ? other : filled;
                filled = next;
            }
            if (filled.length() > 0) {
                sent.add(Bucket.await(sending));
            }
        } finally {
            // The bytes are read until then: the buffer must not be given back before.
            sending.exceptionally(failed -> new Part()).join();
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
        public Artifact promote(Artifact artifact) {
            objects.announce(artifact);
            try {
                bucket.call(client -> client.putObject(PutObjectArgs.builder()
                        .bucket(bucket.name())
                        .object(artifact.objectKey())
                        .contentType(MediaType.APPLICATION_OCTET_STREAM_VALUE)
                        .headers(Map.of(Http.Headers.X_AMZ_CONTENT_SHA256, artifact.sha256()))
                        .data(buffer.bytes(), buffer.length())
                        .build()));
            } catch (MinioException e) {
                throw StoredObjects.unwritable(e);
            }
            return artifact;
        }

        @Override
        public void discard() {
            buffer.close();
        }
    }

    /** All parts of a large file; the store makes an object of them only when the file is kept. */
    private final class Sent implements StagedFile.Place {
        private final String key;
        private final MultipartObject object;
        private final List<Part> parts = new ArrayList<>();
        private boolean whole;
        private boolean kept;

        Sent(String key, MultipartObject object) {
            this.key = key;
            this.object = object;
        }

        @Override
        public Artifact promote(Artifact artifact) {
            return largeFiles.keep(artifact.at(key), () -> {
                object.complete(parts);
                kept = true;
            });
        }

        @Override
        public void discard() {
            if (!kept) {
                object.abort();
            }
        }
    }

    /** Records a kept file, in the transaction of what refers to it. */
    @Transactional(propagation = Propagation.MANDATORY)
    public void insert(Artifact artifact) {
        jdbc.sql("""
                insert into artifact (id, organization_id, sha256, md5, size_bytes, file_name, media_type, object_key)
                values (:id, :organization, :sha256, :md5, :size, :name, :type, :key)
                """)
                .param("id", artifact.id())
                .param("organization", artifact.organizationId())
                .param("sha256", artifact.sha256())
                .param("md5", artifact.md5())
                .param("size", artifact.sizeBytes())
                .param("name", artifact.fileName())
                .param("type", artifact.mediaType())
                .param("key", artifact.objectKey())
                .update();
        removal.requireStored(artifact);
    }

    /**
     * Gives up files whose assets are deleted, in that transaction: afterwards their objects are removed, unless another
     * artifact has the same one.
     */
    @Transactional(propagation = Propagation.MANDATORY)
    public void release(List<Artifact> artifacts) {
        for (Artifact artifact : artifacts) {
            // Its object may be another one by now: an equal file took the place of a bad one.
            String key = jdbc.sql("update artifact set released_at = now() where id = :id returning object_key")
                    .param("id", artifact.id())
                    .query(String.class)
                    .single();
            removal.ask(artifact.organizationId(), key);
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
