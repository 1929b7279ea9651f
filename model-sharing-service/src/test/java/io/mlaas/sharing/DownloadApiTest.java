package io.mlaas.sharing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.mlaas.testkit.TestIdentity;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Parts of files, and files that the client has already. */
class DownloadApiTest extends RegistryServer {
    private final UUID company = UUID.randomUUID();
    private final String user = TestIdentity.user(UUID.randomUUID(), "ranges", company, "DATA_SCIENTIST");

    private Answer get(UUID dataset, String... headers) throws Exception {
        var request = request("/dataset/" + dataset, user).GET();
        return send(
                headers.length == 0 ? request.build() : request.headers(headers).build());
    }

    private Answer range(UUID dataset, String range) throws Exception {
        return get(dataset, "Range", range);
    }

    @Test
    void sendsRangesOfSmallAndLargeFiles() throws Exception {
        for (int size : new int[] {100_000, 3_000_000}) {
            byte[] content = random(size);
            UUID id = registerDataset(user, content);
            check(id, content, "bytes=0-0", 0, 1);
            check(id, content, "bytes=10-", 10, size);
            check(id, content, "bytes=-7", size - 7, size);
            check(id, content, "bytes=50000-70000", 50_000, 70_001);
            check(id, content, "bytes=" + (size / 2) + "-" + size * 2L, size / 2, size);
            Answer whole = range(id, "bytes=0-1,5-6").expect(200);
            assertThat(whole.body()).isEqualTo(content);
            assertThat(whole.header("Accept-Ranges")).isEqualTo("bytes");
            Answer behind = range(id, "bytes=" + size + "-").expect(416);
            assertThat(behind.code()).isEqualTo("RANGE_NOT_SATISFIABLE");
            assertThat(behind.header("Content-Range")).isEqualTo("bytes */" + size);
        }
    }

    private void check(UUID id, byte[] content, String range, int from, int to) throws Exception {
        Answer answer = range(id, range).expect(206);
        assertThat(answer.body()).isEqualTo(Arrays.copyOfRange(content, from, to));
        assertThat(answer.header("Content-Range")).isEqualTo("bytes %d-%d/%d".formatted(from, to - 1, content.length));
        assertThat(answer.header("Content-Length")).isEqualTo(Integer.toString(to - from));
        assertThat(answer.header("Repr-Digest")).isEqualTo(FileUploadApiTest.digest(content));
    }

    @Test
    void aTrainedModelIsSentInRangesToo() throws Exception {
        byte[] artifact = random(2_000_000);
        UUID model = trainedModel(user, artifact);
        Answer part = send(request("/model/" + model, user)
                .header("Range", "bytes=1000000-1000999")
                .GET()
                .build());
        assertThat(part.expect(206).body()).isEqualTo(Arrays.copyOfRange(artifact, 1_000_000, 1_001_000));
    }

    @Test
    void aBrokenOffDownloadIsContinued() throws Exception {
        byte[] content = random(5_000_000);
        UUID id = registerDataset(user, content);
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        String etag;
        var response = http.send(
                request("/dataset/" + id, user).GET().build(), java.net.http.HttpResponse.BodyHandlers.ofInputStream());
        try (var body = response.body()) {
            received.write(body.readNBytes(2_000_001));
            etag = response.headers().firstValue("ETag").orElseThrow();
        }
        Answer rest = get(id, "Range", "bytes=2000001-", "If-Range", etag).expect(206);
        received.write(rest.body());
        assertThat(received.toByteArray()).isEqualTo(content);
        assertThat(get(id, "Range", "bytes=2000001-", "If-Range", "\"other\"")
                        .expect(200)
                        .body())
                .isEqualTo(content);
        assertThat(get(id, "Range", "bytes=1-2", "If-Range", "Sat, 21 Nov 2026 07:00:00 GMT")
                        .expect(200)
                        .body())
                .hasSize(5_000_000);
    }

    @Test
    void sendsNothingThatTheClientHas() throws Exception {
        UUID id = registerDataset(user, random(1000));
        String etag = get(id).header("ETag");
        Answer same = get(id, "If-None-Match", "\"x\", W/" + etag).expect(304);
        assertThat(same.body()).isEmpty();
        assertThat(same.header("ETag")).isEqualTo(etag);
        get(id, "If-None-Match", "*").expect(304);
        get(id, "If-None-Match", "\"x\"").expect(200);
        get(id, "If-Match", etag).expect(200);
        assertThat(get(id, "If-Match", "\"x\"").expect(412).code()).isEqualTo("OTHER_CONTENT");
        chain.down(true);
        get(id, "If-None-Match", etag).expect(503);
    }

    @Test
    void aHeadRequestIsAnsweredWithoutABody() throws Exception {
        UUID id = registerDataset(user, random(3_000_000));
        Answer head = send(request("/dataset/" + id, user)
                        .header("Range", "bytes=0-1")
                        .HEAD()
                        .build())
                .expect(200);
        assertThat(head.header("Content-Length")).isEqualTo("3000000");
        assertThat(head.header("Accept-Ranges")).isEqualTo("bytes");
    }

    @Test
    void noRangeIsSentOfAFileThatIsWrongElsewhere() throws Exception {
        byte[] content = random(3_000_000);
        UUID id = registerDataset(user, content);
        flipOneByte(stored(company, content));
        assertThat(range(id, "bytes=0-9").expect(409).code()).isEqualTo("ASSET_QUARANTINED");
        assertThat(range(id, "bytes=0-9").expect(409).code()).isEqualTo("ASSET_QUARANTINED");
    }

    @Test
    void noRangeIsSentThatWasChangedAfterTheFileWasVerified() throws Exception {
        byte[] content = random(3_000_000);
        UUID id = registerDataset(user, content);
        range(id, "bytes=0-9").expect(206);
        Path object = stored(company, content);
        var time = Files.getLastModifiedTime(object);
        flipOneByte(object);
        Files.setLastModifiedTime(object, time);
        range(id, "bytes=0-9").expect(206);
        assertThat(range(id, "bytes=1500000-1500001").expect(409).code()).isEqualTo("ASSET_QUARANTINED");

        byte[] other = random(3_000_000);
        UUID second = registerDataset(user, other);
        range(second, "bytes=0-9").expect(206);
        flipOneByte(stored(company, other));
        assertThatThrownBy(() -> get(second)).isInstanceOf(IOException.class);
        await().untilAsserted(() -> assertThat(get(second).code()).isEqualTo("ASSET_QUARANTINED"));

        byte[] truncated = random(3_000_000);
        UUID third = registerDataset(user, truncated);
        range(third, "bytes=0-9").expect(206);
        Files.write(stored(company, truncated), Arrays.copyOf(truncated, 1_000_000));
        assertThat(range(third, "bytes=2000000-2000001").expect(409).code()).isEqualTo("ASSET_QUARANTINED");
    }

    @Test
    void manyWhoAskForRangesAtOnceGetTheirs() throws Exception {
        byte[] content = random(8_000_000);
        UUID id = registerDataset(user, content);
        List<Future<byte[]>> parts = new ArrayList<>();
        try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 16; i++) {
                String range = "bytes=%d-%d".formatted(i * 500_000, i * 500_000 + 499_999);
                parts.add(clients.submit(() -> range(id, range).expect(206).body()));
            }
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (Future<byte[]> part : parts) {
            all.write(part.get());
        }
        assertThat(all.toByteArray()).isEqualTo(content);
    }
}
