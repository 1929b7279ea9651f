package io.mlaas.bench;

import io.minio.CompleteMultipartUploadArgs;
import io.minio.CreateMultipartUploadArgs;
import io.minio.GetPresignedObjectUrlArgs;
import io.minio.MinioAsyncClient;
import io.minio.messages.Part;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * A large file put to the object store in parts, as S3's own tools do it (multipart upload of 8 MiB parts, several under
 * way at once): what whoever does not know a file's length beforehand has to do.
 */
final class RawParts {
    private static final int PART_BYTES = 8 << 20;
    private static final int UNDER_WAY = 4;

    private final HttpClient http;
    private final MinioAsyncClient store;
    private final String bucket;

    RawParts(HttpClient http, MinioAsyncClient store, String bucket) {
        this.http = http;
        this.store = store;
        this.bucket = bucket;
    }

    void put(String object, Path file) throws Exception {
        String upload = store.createMultipartUpload(CreateMultipartUploadArgs.builder()
                        .bucket(bucket)
                        .object(object)
                        .build())
                .join()
                .result()
                .uploadId();
        List<Part> parts = new ArrayList<>();
        Deque<CompletableFuture<Part>> underWay = new ArrayDeque<>();
        try (FileChannel in = FileChannel.open(file)) {
            for (int number = 1; in.position() < in.size(); number++) {
                if (underWay.size() == UNDER_WAY) {
                    parts.add(underWay.remove().join());
                }
                underWay.add(send(object, upload, number, next(in)));
            }
        }
        underWay.forEach(part -> parts.add(part.join()));
        store.completeMultipartUpload(CompleteMultipartUploadArgs.builder()
                        .bucket(bucket)
                        .object(object)
                        .uploadId(upload)
                        .parts(parts.toArray(Part[]::new))
                        .build())
                .join();
    }

    private static byte[] next(FileChannel in) throws IOException {
        byte[] bytes = new byte[(int) Math.min(PART_BYTES, in.size() - in.position())];
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining() && in.read(buffer) >= 0) {
            // read may stop anywhere
        }
        return bytes;
    }

    private CompletableFuture<Part> send(String object, String upload, int number, byte[] bytes) throws Exception {
        URI address = URI.create(store.getPresignedObjectUrl(GetPresignedObjectUrlArgs.builder()
                .method(io.minio.Http.Method.PUT)
                .bucket(bucket)
                .object(object)
                .expiry(3600)
                .extraQueryParams(Map.of("uploadId", upload, "partNumber", Integer.toString(number)))
                .build()));
        return http.sendAsync(
                        HttpRequest.newBuilder(address)
                                .PUT(BodyPublishers.ofByteArray(bytes))
                                .build(),
                        BodyHandlers.ofString())
                .thenApply(answer -> new Part(number, etag(number, answer)));
    }

    private static String etag(int number, HttpResponse<String> answer) {
        return answer.headers()
                .firstValue("ETag")
                .filter(etag -> answer.statusCode() == 200)
                .orElseThrow(() -> new IllegalStateException(
                        "part %d: HTTP %d: %s".formatted(number, answer.statusCode(), answer.body())));
    }
}
