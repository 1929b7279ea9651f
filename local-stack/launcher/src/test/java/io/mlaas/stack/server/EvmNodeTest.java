package io.mlaas.stack.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlaas.stack.process.Home;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of the chain's state when anvil is killed while it writes it. */
class EvmNodeTest {

    private static final String WHOLE = "{\"block\": {\"number\": \"0x7\"}, \"accounts\": {}}";
    private static final String HALF = WHOLE.substring(0, 20);

    @TempDir
    private Path folder;

    private EvmNode node;
    private Path state;
    private Path copy;

    @BeforeEach
    void place() throws IOException {
        Place place = Place.in(Home.find(), folder, "evm");
        place.create();
        node = new EvmNode(new EvmNode.Config(place, 0));
        state = place.data().resolve("state.json");
        copy = place.data().resolve("state.copy.json");
    }

    @Test
    void startsWithTheCopyWhenTheStateIsHalf() throws IOException {
        Files.writeString(state, HALF);
        Files.writeString(copy, WHOLE);
        node.prepare();
        assertThat(state).hasContent(WHOLE);
        assertThat(copy).hasContent(WHOLE);
    }

    @Test
    void keepsTheOldCopyWhenTheStateIsHalf() throws IOException {
        Files.writeString(state, HALF);
        Files.writeString(copy, WHOLE);
        Files.setLastModifiedTime(copy, FileTime.from(Instant.now().minusSeconds(60)));
        node.keepCopy();
        assertThat(copy).hasContent(WHOLE);
    }

    @Test
    void copiesAWholeState() throws IOException {
        Files.writeString(state, WHOLE);
        node.keepCopy();
        assertThat(copy).hasContent(WHOLE);
    }

    @Test
    void beginsAgainWhenItsFirstStateIsHalf() throws IOException {
        Files.writeString(state, HALF);
        node.prepare();
        assertThat(state).doesNotExist();
        assertThat(state.resolveSibling("state.broken.json")).hasContent(HALF);
    }

    @Test
    void saysSoWhenNeitherIsWhole() throws IOException {
        Files.writeString(state, HALF);
        Files.writeString(copy, HALF);
        assertThatThrownBy(node::prepare)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("state.copy.json: not a whole state");
        assertThatThrownBy(node::prepare).isInstanceOf(IOException.class);
    }

    /** anvil truncates the file and writes it again while the copy is taken: what is kept must be whole all the same. */
    @Test
    void neverKeepsHalfOfAStateThatIsBeingWritten() throws Exception {
        String large = "{\"accounts\": {" + "\"0x1\": \"00\", ".repeat(100_000) + "\"0x2\": \"00\"}}";
        Files.writeString(state, large);
        Thread anvil = Thread.ofPlatform().start(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                try {
                    Files.writeString(state, large);
                } catch (IOException e) {
                    return; // interrupted in the middle of writing, as a killed process is
                }
            }
        });
        try {
            for (int i = 0; i < 20; i++) {
                Files.deleteIfExists(copy);
                node.keepCopy();
                if (Files.exists(copy)) {
                    assertThat(Files.readString(copy)).hasSameSizeAs(large);
                }
            }
        } finally {
            anvil.interrupt();
            anvil.join();
        }
    }
}
