package io.mlaas.sharing.artifact;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlaas.sharing.RegistryServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

class TransferMemoryTest {
    private static final int PART = 5 << 20;
    private static final UUID ACME = UUID.randomUUID();
    private static final UUID GLOBEX = UUID.randomUUID();

    private static TransferMemory memory(int parts, long heap) {
        return new TransferMemory(
                new ArtifactProperties(
                        DataSize.ofBytes(0),
                        DataSize.ofBytes(PART),
                        parts,
                        DataSize.ofMegabytes(1),
                        DataSize.ofKilobytes(1),
                        Duration.ofSeconds(20),
                        Duration.ofHours(1),
                        Duration.ofHours(1)),
                heap);
    }

    @Test
    void aSmallUploadHoldsLittleMoreThanItsSize() throws IOException {
        TransferMemory memory = memory(4, 256 << 20);
        PartBuffer buffer = new PartBuffer(memory, ACME);
        byte[] content = RegistryServer.random(1000);
        buffer.fill(new ByteArrayInputStream(content));
        assertThat(buffer.bytes()).hasSize(16 * 1024).startsWith(content);
        assertThat(buffer.length()).isEqualTo(1000);
        assertThat(buffer.ended()).isTrue();
        assertThat(buffer.isFull()).isFalse();
    }

    @Test
    void anUploadGrowsToAPartAndNoFurther() throws IOException {
        TransferMemory memory = memory(4, 256 << 20);
        byte[] content = RegistryServer.random(PART + 5);
        ByteArrayInputStream in = new ByteArrayInputStream(content);
        try (PartBuffer buffer = new PartBuffer(memory, ACME)) {
            buffer.fill(in);
            assertThat(buffer.isFull()).isTrue();
            assertThat(buffer.ended()).isFalse();
            assertThat(buffer.bytes()).hasSize(PART);
            buffer.clear();
            buffer.fill(in);
            assertThat(buffer.length()).isEqualTo(5);
            assertThat(buffer.ended()).isTrue();
        }
    }

    @Test
    void oneCompanyGetsAtMostHalfOfTheParts() {
        TransferMemory memory = memory(4, 256 << 20);
        List<TransferMemory.Share> shares = new ArrayList<>(List.of(memory.part(ACME), memory.part(ACME)));
        assertThat(memory.sparePart(ACME)).isNull();
        shares.add(memory.part(GLOBEX));
        TransferMemory.Share last = memory.sparePart(GLOBEX);
        assertThat(last).isNotNull();
        assertThat(memory.sparePart(UUID.randomUUID())).isNull();
        shares.forEach(TransferMemory.Share::close);
        assertThat(memory.sparePart(ACME)).isNotNull();
    }

    @Test
    void allTransfersTogetherTakeLessThanTwoThirdsOfTheHeap() {
        long heap = 288L << 20;
        TransferMemory memory = memory(0, heap);
        long parts = 0;
        while (memory.sparePart(UUID.randomUUID()) != null) {
            parts++;
        }
        assertThat(parts).isEqualTo(23);
        assertThat(parts * PART + heap / 10 + heap / 10).isLessThan(heap * 2 / 3);
        assertThat(memory.download(heap / 10 - 1024)).isNotNull();
        assertThat(memory.download(1024 * 1024)).isNull();
    }
}
