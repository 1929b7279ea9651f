package io.mlaas.stack.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlaas.stack.process.Home;
import io.mlaas.stack.process.StackProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupTest {
    @TempDir
    private Path folder;

    private Home home;
    private Path file;

    @BeforeEach
    void storeSomething() throws IOException {
        home = new Home(Files.createDirectories(folder.resolve("clone")));
        file = folder.resolve("backup.tar.gz");
        Files.createDirectories(data("s3"));
        Files.writeString(data("s3/object"), "the first");
        Files.createDirectories(data("postgres"));
        Files.writeString(data("postgres/postmaster.pid"), "4711");
        Path secrets = Files.createDirectories(home.state().resolve("secrets"));
        Files.writeString(secrets.resolve("master"), "secret");
        Files.setPosixFilePermissions(secrets.resolve("master"), PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void bringsBackWhatWasStored() throws IOException {
        Backup.Made made = make();
        assertThat(made.processes()).isZero();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        Tree.delete(home.state());

        assertThat(restore(false)).isEmpty();

        assertThat(data("s3/object")).hasContent("the first");
        assertThat(data("postgres/postmaster.pid")).doesNotExist();
        Path master = home.state().resolve("secrets/master");
        assertThat(master).hasContent("secret");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(master)))
                .isEqualTo("rw-------");
        assertThat(names(home.state())).containsExactlyInAnyOrder("data", "secrets");
        assertThat(names(folder)).containsExactlyInAnyOrder("clone", "backup.tar.gz");
    }

    @Test
    void keepsAsideWhatItReplacesAndReplacesOnlyWhenTold() throws IOException {
        make();
        Files.writeString(data("s3/object"), "the second");

        assertThatThrownBy(() -> restore(false))
                .isInstanceOf(StackProblem.class)
                .hasMessageContaining("holds data already");
        assertThat(data("s3/object")).hasContent("the second");

        Path aside = restore(true).orElseThrow();
        assertThat(data("s3/object")).hasContent("the first");
        assertThat(aside.resolve("data/s3/object")).hasContent("the second");
        assertThat(aside.resolve("secrets/master")).exists();
    }

    @Test
    void refusesHalfABackupAndChangesNothing() throws IOException {
        make();
        byte[] whole = Files.readAllBytes(file);
        for (int length : new int[] {0, 10, whole.length / 2, whole.length - 1}) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> restore(true))
                    .as("%d of %d bytes", length, whole.length)
                    .isInstanceOf(StackProblem.class)
                    .hasMessageContaining("is not a whole backup");
        }
        byte[] flipped = whole.clone();
        flipped[whole.length - 12] ^= 1;
        Files.write(file, flipped);
        assertThatThrownBy(() -> restore(true)).isInstanceOf(StackProblem.class);

        assertThat(data("s3/object")).hasContent("the first");
        assertThat(Backup.cutOff(home)).isFalse();
    }

    @Test
    void refusesAnArchiveThatIsNoBackup() throws Exception {
        Path other = Files.writeString(folder.resolve("other"), "text");
        Process tar = new ProcessBuilder(
                        "tar",
                        "-czf",
                        file.toString(),
                        "-C",
                        folder.toString(),
                        other.getFileName().toString())
                .start();
        assertThat(tar.waitFor()).isZero();

        assertThatThrownBy(() -> restore(true))
                .isInstanceOf(StackProblem.class)
                .hasMessageContaining("is no backup of mlaas");
        assertThat(data("s3/object")).hasContent("the first");
    }

    @Test
    void doesNotOverwriteAnEarlierBackup() throws IOException {
        make();

        assertThatThrownBy(this::make).isInstanceOf(StackProblem.class).hasMessageContaining("is there already");
    }

    @Test
    void completesARestoreThatWasCutOff() throws IOException {
        make();
        // killed between the two halves: the keys are in place, the data is not
        Files.createDirectories(home.state().resolve("restoring/data"));
        Tree.delete(home.state().resolve("data"));
        assertThat(Backup.cutOff(home)).isTrue();

        restore(true);

        assertThat(Backup.cutOff(home)).isFalse();
        assertThat(data("s3/object")).hasContent("the first");
    }

    private Backup.Made make() throws IOException {
        return Backup.make(home, file, line -> {});
    }

    private Optional<Path> restore(boolean replace) throws IOException {
        return Backup.restore(home, file, replace, line -> {});
    }

    private Path data(String name) {
        return home.state().resolve("data").resolve(name);
    }

    private static Stream<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(path -> path.getFileName().toString()).toList().stream();
        }
    }
}
