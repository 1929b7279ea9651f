package io.mlaas.stack.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretsTest {
    @TempDir
    Path folder;

    @Test
    void keepsTheOlderKeysBelowANewOneUntilTheyAreDropped() throws Exception {
        Secrets secrets = new Secrets(folder);
        Path file = Path.of(secrets.keyFile("master"));
        String first = Files.readString(file).strip();

        secrets.addKey("master");

        List<String> both = Files.readAllLines(file);
        assertThat(both).hasSize(2).doesNotHaveDuplicates().endsWith(first);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(secrets.dropOlderKeys("master")).isEqualTo(1);
        assertThat(Files.readAllLines(file)).containsExactly(both.getFirst());
        assertThat(secrets.dropOlderKeys("master")).isZero();
    }
}
