package io.mlaas.sharing.artifact;

import io.minio.AbortMultipartUploadArgs;
import io.minio.CompleteMultipartUploadArgs;
import io.minio.CreateMultipartUploadArgs;
import io.minio.Http;
import io.minio.UploadPartArgs;
import io.minio.errors.MinioException;
import io.minio.messages.Part;
import io.mlaas.sharing.organization.Bucket;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.MediaType;

/** An object that the store puts together from parts; until it is completed it does not exist. */
final class MultipartObject {
    private static final Logger log = LoggerFactory.getLogger(MultipartObject.class);

    private final Bucket bucket;
    private final String key;
    private final String uploadId;

    MultipartObject(Bucket bucket, String key, String uploadId) {
        this.bucket = bucket;
        this.key = key;
        this.uploadId = uploadId;
    }

    static MultipartObject begin(Bucket bucket, String key) throws MinioException {
        String uploadId = Bucket.await(bucket.parts()
                        .createMultipartUpload(CreateMultipartUploadArgs.builder()
                                .bucket(bucket.name())
                                .object(key)
                                .headers(new Http.Headers(
                                        Map.of("Content-Type", MediaType.APPLICATION_OCTET_STREAM_VALUE)))
                                .build()))
                .result()
                .uploadId();
        return new MultipartObject(bucket, key, uploadId);
    }

    String uploadId() {
        return uploadId;
    }

    /**
     * The store compares a checksum that comes with the part: CRC-32C, or SHA-256 where the signature covers the bytes.
     *
     * @param number from 1
     */
    CompletableFuture<Part> send(int number, byte[] bytes, int length) throws MinioException {
        return bucket.parts()
                .uploadPart(UploadPartArgs.builder()
                        .bucket(bucket.name())
                        .object(key)
                        .uploadId(uploadId)
                        .partNumber(number)
                        .headers(new Http.Headers(bucket.signsParts() ? Map.of() : unsigned(bytes, length)))
                        .data(bytes, length)
                        .build())
                .thenApply(sent -> new Part(number, sent.part().etag()));
    }

    // The client library would compute this checksum itself, but without the processor's instructions for it.
    private static Map<String, String> unsigned(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        byte[] value =
                ByteBuffer.allocate(Integer.BYTES).putInt((int) crc.getValue()).array();
        return Map.of(
                Http.Headers.X_AMZ_CONTENT_SHA256,
                "UNSIGNED-PAYLOAD",
                Http.Headers.X_AMZ_SDK_CHECKSUM_ALGORITHM,
                "CRC32C",
                "x-amz-checksum-crc32c",
                Base64.getEncoder().encodeToString(value));
    }

    void complete(List<Part> parts) throws MinioException {
        Bucket.await(bucket.parts()
                .completeMultipartUpload(CompleteMultipartUploadArgs.builder()
                        .bucket(bucket.name())
                        .object(key)
                        .uploadId(uploadId)
                        .parts(parts.toArray(Part[]::new))
                        .build()));
    }

    /** Removes what was sent; if that fails now, the sweeper does it. */
    void abort() {
        try {
            Bucket.await(bucket.parts()
                    .abortMultipartUpload(AbortMultipartUploadArgs.builder()
                            .bucket(bucket.name())
                            .object(key)
                            .uploadId(uploadId)
                            .build()));
        } catch (MinioException e) {
            log.warn("the parts of {} in {} could not be removed now; the sweeper will", key, bucket, e);
        }
    }
}
