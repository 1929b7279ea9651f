package io.mlaas.stack.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.minio.ListObjectsArgs;
import io.minio.MakeBucketArgs;
import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.gaul.s3proxy.S3Proxy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files are made as the store leaves them when it is killed while it writes: empty, in part, or whole. */
class LeftoversTest {
    private static final String DIGEST = "sha256/" + "5".repeat(64);
    private static final String LARGE = "files/1763754000-" + UUID.randomUUID();
    private static final String UPLOADED = "uploads/" + UUID.randomUUID() + "/object";

    @TempDir
    Path data;

    @Test
    void areGoneAfterAStartAndObjectsAreNot() throws Exception {
        List<String> objects = List.of(DIGEST, LARGE, UPLOADED, "notes-" + UUID.randomUUID());
        S3Proxy server = S3ServerMain.serve(data, 0, "admin", "admin-secret");
        client(server).makeBucket(MakeBucketArgs.builder().bucket("files").build());
        for (String object : objects) {
            put(client(server), object);
        }
        server.stop();
        Path bucket = data.resolve("files");
        for (String object : List.of(DIGEST, LARGE, UPLOADED)) {
            Files.copy(
                    bucket.resolve(object),
                    bucket.resolve(object + "-" + UUID.randomUUID()),
                    StandardCopyOption.COPY_ATTRIBUTES);
            Files.createFile(bucket.resolve(object + "-" + UUID.randomUUID()));
        }
        Files.writeString(bucket.resolve("notes-" + UUID.randomUUID()), "half of wh");

        S3Proxy again = S3ServerMain.serve(data, 0, "admin", "admin-secret");
        try {
            assertThat(names(client(again))).containsExactlyInAnyOrderElementsOf(objects);
        } finally {
            again.stop();
        }
    }

    private static MinioClient client(S3Proxy server) {
        return MinioClient.builder()
                .endpoint("http://127.0.0.1:" + server.getPort())
                .credentials("admin", "admin-secret")
                .region("us-east-1")
                .build();
    }

    private static void put(MinioClient client, String key) throws Exception {
        byte[] content = "whole".getBytes(StandardCharsets.UTF_8);
        client.putObject(PutObjectArgs.builder().bucket("files").object(key).stream(
                        new ByteArrayInputStream(content), (long) content.length, -1L)
                .build());
    }

    private static List<String> names(MinioClient client) throws Exception {
        List<String> names = new ArrayList<>();
        for (var item : client.listObjects(
                ListObjectsArgs.builder().bucket("files").recursive(true).build())) {
            names.add(item.get().objectName());
        }
        return names;
    }
}
