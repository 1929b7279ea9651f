package io.mlaas.training.runner.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageDigestTest {
    @TempDir
    Path directory;

    private final ImageDigest digest = new ImageDigest();

    @Test
    void coversNamesAndContents() throws IOException {
        Path program = write("program.sh", "echo hello\n");
        ImageDigest.Digests digests = digest.of(List.of(program));
        // h=$(printf 'echo hello\n' | sha256sum | cut -d' ' -f1); printf 'program.sh\0%s\n' $h | sha256sum; likewise
        // md5sum
        assertThat(digests.sha256()).isEqualTo("721e7e24803d7107e6a7152e01fb818068ffe3c9c8269420194e950d601745e1");
        assertThat(digests.md5()).isEqualTo("70cf453fd572d92ac6b31b36b796104f");
        assertThat(digest.of(List.of(write("renamed.sh", "echo hello\n")))).isNotEqualTo(digests);
        assertThat(digest.of(List.of(write("program.sh", "echo hallo!\n")))).isNotEqualTo(digests);
    }

    @Test
    void isTheSameWhereverTheImageIsInstalled() throws IOException {
        write("here/lib/a.jar", "a");
        write("here/lib/b.jar", "b");
        write("elsewhere/lib/b.jar", "b");
        write("elsewhere/lib/a.jar", "a");
        assertThat(digest.of(List.of(directory.resolve("here"))))
                .isEqualTo(digest.of(List.of(directory.resolve("elsewhere"))));
        assertThat(digest.of(List.of(directory.resolve("here/lib/a.jar"), directory.resolve("here/lib/b.jar"))))
                .isEqualTo(
                        digest.of(List.of(directory.resolve("here/lib/b.jar"), directory.resolve("here/lib/a.jar"))));
    }

    @Test
    void readsAFileAgainWhenItChanged() throws IOException {
        Path file = write("weights", "aaaa");
        ImageDigest.Digests before = digest.of(List.of(file));
        Files.writeString(file, "bbbb");
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(10)));
        assertThat(digest.of(List.of(file))).isNotEqualTo(before);
    }

    @Test
    void saysWhenAFileIsMissing() {
        assertThatThrownBy(() -> digest.of(List.of(directory.resolve("gone"))))
                .isInstanceOf(UncheckedIOException.class);
    }

    private Path write(String name, String content) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, content);
    }
}
