package io.mlaas.sharing.artifact;

import io.minio.PutObjectArgs;
import io.minio.errors.MinioException;
import io.mlaas.sharing.organization.Bucket;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One piece that is being added to a resumable upload, by the holder of its lease. Every full part is recorded as soon as
 * it is in the bucket, and what is left when the piece ends, or breaks off, becomes the tail; a piece with a checksum is
 * recorded as a whole or not at all.
 */
final class UploadAppend {
    private final StoredObjects objects;
    private final UploadRepository uploads;
    private final TransferMemory memory;
    private final Bucket bucket;
    private final ResumableUpload upload;
    private final UploadLease lease;
    private final @Nullable PieceChecksum checksum;
    private final Duration rest;
    private final ResumableFingerprint fingerprint;
    private final List<UploadRepository.NumberedPart> unrecorded = new ArrayList<>();
    private @Nullable MultipartObject parts;
    private int sentParts;
    private long offset;
    private @Nullable String tailKey;

    UploadAppend(
            StoredObjects objects,
            UploadRepository uploads,
            TransferMemory memory,
            Bucket bucket,
            ResumableUpload upload,
            UploadLease lease,
            @Nullable PieceChecksum checksum,
            Duration rest) {
        this.objects = objects;
        this.uploads = uploads;
        this.memory = memory;
        this.bucket = bucket;
        this.upload = upload;
        this.lease = lease;
        this.checksum = checksum;
        this.rest = rest;
        this.fingerprint = ResumableFingerprint.restored(upload.digests());
        this.offset = upload.offset();
        this.tailKey = upload.tailKey();
        String known = upload.s3UploadId();
        this.parts = known == null ? null : new MultipartObject(bucket, upload.objectKey(), known);
        this.sentParts = uploads.parts(upload.id()).size();
    }

    /** @return the new offset */
    long append(InputStream content) throws MinioException {
        try (PartBuffer buffer = new PartBuffer(memory, upload.organizationId())) {
            fillTail(buffer);
            InputStream piece = new Piece(content);
            IOException broken = fill(buffer, piece);
            while (broken == null && !buffer.ended()) {
                sendPart(buffer);
                broken = fill(buffer, piece);
            }
            if (broken instanceof UploadStream.TooLarge) {
                throw UploadProblem.brokenOff("upload", broken);
            }
            if (checksum != null) {
                if (broken != null) {
                    throw UploadProblem.brokenOff("upload", broken);
                }
                checksum.require();
            }
            finish(buffer);
            if (broken != null) {
                throw UploadProblem.brokenOff("upload", broken);
            }
            return offset;
        }
    }

    private static @Nullable IOException fill(PartBuffer buffer, InputStream in) {
        try {
            buffer.fill(in);
            return null;
        } catch (IOException e) {
            return e;
        }
    }

    private void fillTail(PartBuffer buffer) throws MinioException {
        if (tailKey == null) {
            return;
        }
        try (InputStream tail = objects.get(bucket, tailKey)) {
            buffer.fill(tail);
        } catch (IOException e) {
            throw StoredObjects.unreadable(e);
        }
        if (buffer.length() != upload.tailBytes()) {
            throw new IllegalStateException(
                    "%s: %d bytes (expected: %d)".formatted(tailKey, buffer.length(), upload.tailBytes()));
        }
    }

    private void sendPart(PartBuffer buffer) throws MinioException {
        lease.require();
        MultipartObject object = parts;
        if (object == null) {
            object = MultipartObject.begin(bucket, upload.objectKey());
            if (!uploads.partsBegun(upload.id(), lease.token(), object.uploadId())) {
                object.abort();
                throw lease.lost();
            }
            parts = object;
        }
        int number = sentParts + 1;
        String etag = Bucket.await(object.send(number, buffer.bytes(), buffer.length()))
                .etag();
        sentParts = number;
        unrecorded.add(new UploadRepository.NumberedPart(number, etag));
        buffer.clear();
        if (checksum == null) {
            record(null, 0);
        }
    }

    private void finish(PartBuffer buffer) throws MinioException {
        if (buffer.isFull() || (offset == upload.length() && parts != null && buffer.length() > 0)) {
            sendPart(buffer);
        }
        if (buffer.length() == 0) {
            if (!unrecorded.isEmpty()) {
                record(null, 0);
            }
            return;
        }
        if (offset == upload.offset()) {
            return;
        }
        String key = upload.tailKeyAt(offset);
        lease.require();
        bucket.call(client -> client.putObject(PutObjectArgs.builder()
                .bucket(bucket.name())
                .object(key)
                .data(buffer.bytes(), buffer.length())
                .build()));
        record(key, buffer.length());
    }

    private void record(@Nullable String newTail, int tailBytes) {
        var progress = new UploadRepository.Progress(offset, List.copyOf(unrecorded), newTail, tailBytes);
        if (!uploads.advance(
                upload.id(),
                lease.token(),
                progress,
                fingerprint.state(),
                Instant.now().plus(rest))) {
            throw lease.lost();
        }
        unrecorded.clear();
        String old = tailKey;
        tailKey = newTail;
        if (old != null && !old.equals(newTail)) {
            objects.discard(bucket, old);
        }
    }

    /** The sender's bytes: digested, and within the length. */
    private final class Piece extends InputStream {
        private final InputStream in;

        Piece(InputStream in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int start, int length) throws IOException {
            long missing = upload.length() - offset;
            int count = in.read(into, start, (int) Math.min(length, Math.max(1, missing)));
            if (count > missing) {
                throw new UploadStream.TooLarge(upload.length());
            }
            if (count > 0) {
                fingerprint.add(into, start, count);
                if (checksum != null) {
                    checksum.add(into, start, count);
                }
                offset += count;
            }
            return count;
        }
    }
}
