package io.mlaas.sharing.artifact;

import io.minio.StatObjectArgs;
import io.minio.errors.ErrorResponseException;
import io.minio.errors.MinioException;
import io.mlaas.sharing.organization.Bucket;
import io.mlaas.sharing.organization.CompanyBuckets;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Files that arrive in pieces, until a dataset or model is made of them. */
@Component
class ResumableUploads {
    private static final Logger log = LoggerFactory.getLogger(ResumableUploads.class);

    private final StoredObjects objects;
    private final UploadRepository uploads;
    private final LargeFiles largeFiles;
    private final ObjectRemoval removal;
    private final CompanyBuckets buckets;
    private final TransferMemory memory;
    private final ArtifactProperties properties;
    private final TransactionTemplate transactions;

    ResumableUploads(
            StoredObjects objects,
            UploadRepository uploads,
            LargeFiles largeFiles,
            ObjectRemoval removal,
            CompanyBuckets buckets,
            TransferMemory memory,
            ArtifactProperties properties,
            PlatformTransactionManager transactions) {
        this.objects = objects;
        this.uploads = uploads;
        this.largeFiles = largeFiles;
        this.removal = removal;
        this.buckets = buckets;
        this.memory = memory;
        this.properties = properties;
        this.transactions = new TransactionTemplate(transactions);
    }

    /** The largest file that is taken. */
    long maxSize() {
        long limit = properties.maxSize().toBytes();
        return limit > 0 ? Math.min(limit, properties.largestFile()) : properties.largestFile();
    }

    ResumableUpload create(UUID organizationId, String createdBy, long length, UploadMetadata metadata) {
        if (length == 0) {
            throw UploadProblem.EMPTY_FILE.because("Upload-Length: 0 (expected: > 0)");
        }
        if (length > maxSize()) {
            throw UploadProblem.FILE_TOO_LARGE.because(
                    "Upload-Length: %d (expected: <= %d)".formatted(length, maxSize()));
        }
        buckets.of(organizationId);
        ResumableUpload upload = new ResumableUpload(
                UUID.randomUUID(),
                organizationId,
                length,
                0,
                metadata.raw(),
                metadata.fileName(),
                metadata.mediaType(),
                null,
                false,
                null,
                0,
                new ResumableFingerprint().state(),
                Instant.now().plus(properties.uploadsExpireAfter()));
        uploads.insert(upload, createdBy);
        return upload;
    }

    ResumableUpload find(UUID id, UUID organizationId) {
        return uploads.find(id)
                .filter(upload -> upload.organizationId().equals(organizationId))
                .filter(upload -> upload.expiresAt().isAfter(Instant.now()))
                .orElseThrow(() -> UploadProblem.UNKNOWN_UPLOAD.because("upload_id: " + id));
    }

    /** @return what is known afterwards */
    ResumableUpload append(
            UUID id, UUID organizationId, long offset, InputStream content, @Nullable PieceChecksum checksum) {
        find(id, organizationId);
        try (UploadLease lease = UploadLease.take(uploads, id)) {
            ResumableUpload upload = find(id, organizationId);
            if (upload.offset() != offset) {
                throw UploadProblem.UPLOAD_OFFSET_DIFFERS.because(
                        "Upload-Offset: %d (expected: %d)".formatted(offset, upload.offset()));
            }
            if (!upload.isWhole()) {
                Bucket bucket = buckets.of(organizationId);
                new UploadAppend(
                                objects,
                                uploads,
                                memory,
                                bucket,
                                upload,
                                lease,
                                checksum,
                                properties.uploadsExpireAfter())
                        .append(content);
            }
            return find(id, organizationId);
        } catch (MinioException e) {
            throw StoredObjects.unwritable(e);
        }
    }

    void terminate(UUID id, UUID organizationId) {
        find(id, organizationId);
        try (UploadLease lease = UploadLease.take(uploads, id)) {
            remove(find(id, organizationId));
            log.debug("upload {} was given up by {}", id, lease.token());
        }
    }

    private void remove(ResumableUpload upload) {
        Bucket bucket = buckets.of(upload.organizationId());
        String s3UploadId = upload.s3UploadId();
        if (s3UploadId != null && !upload.completed()) {
            new MultipartObject(bucket, upload.objectKey(), s3UploadId).abort();
        }
        if (upload.tailKey() != null) {
            objects.discard(bucket, upload.tailKey());
        }
        transactions.executeWithoutResult(status -> {
            uploads.delete(upload.id());
            if (upload.completed() && !uploads.isKept(upload)) {
                removal.ask(upload.organizationId(), upload.objectKey());
            }
        });
    }

    /**
     * Takes a whole upload as the file of a form. It stays as it is if the form turns out to be wrong.
     *
     * @param field names the file in problems
     * @param limit in bytes; 0 for none
     */
    StagedFile claim(UUID id, UUID organizationId, String field, long limit) {
        ResumableUpload upload = find(id, organizationId);
        if (uploads.isUsed(id)) {
            throw UploadProblem.UPLOAD_USED.because("upload_id: " + id);
        }
        if (!upload.isWhole()) {
            throw UploadProblem.UPLOAD_INCOMPLETE.because(
                    "upload_id: %s has %d of %d bytes".formatted(id, upload.offset(), upload.length()));
        }
        if (limit > 0 && upload.length() > limit) {
            throw UploadProblem.FILE_TOO_LARGE.because(
                    "%s: %d bytes (expected: <= %d bytes)".formatted(field, upload.length(), limit));
        }
        UploadLease lease = UploadLease.take(uploads, id);
        boolean claimed = false;
        try {
            ResumableFingerprint digests = ResumableFingerprint.restored(upload.digests());
            String sha256 = digests.sha256();
            Artifact artifact = new Artifact(
                    id,
                    organizationId,
                    sha256,
                    digests.md5(),
                    upload.length(),
                    FileName.sanitised(upload.fileName(), field),
                    MediaTypes.sanitised(upload.mediaType()),
                    Artifact.keyOf(sha256));
            StagedFile file = new StagedFile(artifact, new Claimed(upload, lease));
            claimed = true;
            return file;
        } finally {
            if (!claimed) {
                lease.close();
            }
        }
    }

    private void putTogether(ResumableUpload upload, String s3UploadId) throws MinioException {
        Bucket bucket = buckets.of(upload.organizationId());
        try {
            new MultipartObject(bucket, upload.objectKey(), s3UploadId)
                    .complete(uploads.parts(upload.id()).stream()
                            .map(UploadRepository.NumberedPart::toPart)
                            .toList());
        } catch (ErrorResponseException e) {
            // Done before: for a form that was wrong in the end, or by a process that was killed after it.
            long size = bucket.call(client -> client.statObject(StatObjectArgs.builder()
                            .bucket(bucket.name())
                            .object(upload.objectKey())
                            .build()))
                    .size();
            if (size != upload.length()) {
                throw e;
            }
        }
        uploads.completed(upload.id());
    }

    private final class Claimed implements StagedFile.Place {
        private final ResumableUpload upload;
        private final UploadLease lease;

        Claimed(ResumableUpload upload, UploadLease lease) {
            this.upload = upload;
            this.lease = lease;
        }

        @Override
        public Artifact promote(Artifact artifact) {
            String s3UploadId = upload.s3UploadId();
            String tail = upload.tailKey();
            if (s3UploadId != null) {
                return largeFiles.keep(artifact.at(upload.objectKey()), () -> putTogether(upload, s3UploadId));
            }
            if (tail == null) {
                throw new IllegalStateException("upload " + upload.id() + " is whole, but nowhere");
            }
            objects.copy(buckets.of(upload.organizationId()), tail, artifact);
            return artifact;
        }

        @Override
        public void discard() {
            try (lease) {
                if (uploads.isUsed(upload.id())) {
                    uploads.find(upload.id()).ifPresent(ResumableUploads.this::remove);
                }
            }
        }

        @Override
        public boolean servesOnce() {
            return false;
        }
    }

    /** Removes uploads that rested too long or were used, and what killed processes left of others. */
    void sweep(Bucket bucket, Instant now) throws MinioException {
        for (ResumableUpload upload : uploads.over(bucket.organizationId(), now)) {
            UUID token = UUID.randomUUID();
            if (uploads.lock(upload.id(), token, UploadLease.LASTS)) {
                remove(upload);
                log.info("removed upload {}: used, or not continued in time", upload.id());
            }
        }
        for (StoredObjects.Unfinished parts : objects.unfinished(bucket, ResumableUpload.PREFIX)) {
            UUID id = idIn(parts.key());
            if (id == null || !uploads.mayOwnParts(id, parts.object().uploadId())) {
                parts.object().abort();
                log.info("removed parts under {} that belong to no upload", parts.key());
            }
        }
        List<String> keys = objects.keys(bucket, ResumableUpload.PREFIX);
        Set<String> owned = uploads.owned(bucket.organizationId());
        for (String key : keys) {
            UUID id = idIn(key);
            if (!owned.contains(key) && (id == null || !owned.contains(id.toString()))) {
                objects.remove(bucket, key);
                log.info("removed {}, which belongs to no upload", key);
            }
        }
    }

    private static @Nullable UUID idIn(String key) {
        String rest = key.substring(ResumableUpload.PREFIX.length());
        int slash = rest.indexOf('/');
        try {
            return UUID.fromString(slash < 0 ? rest : rest.substring(0, slash));
        } catch (IllegalArgumentException e) {
            log.debug("{} is no upload's", key, e);
            return null;
        }
    }
}
