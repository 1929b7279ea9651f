package io.mlaas.training.workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.UUID;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultTest {
    @TempDir
    Path directory;

    private Workspace workspace;

    @BeforeEach
    void make() throws IOException {
        workspace = Workspace.of(directory, UUID.randomUUID());
        workspace.reset();
    }

    @Test
    void isTheOnlyFileBesideTheMetrics() throws Exception {
        write("model.pt", "weights");
        write("metrics.json", "{}");
        Result result = Result.collect(workspace);
        assertThat(result.name()).isEqualTo("model.pt");
        assertThat(result.size()).isEqualTo(7);
        // printf weights | sha256sum
        assertThat(result.sha256()).isEqualTo("9a129038d9a00aed0cf6a7ea059ca50a813449061ab87848cf1a13eafdf33b2c");
    }

    @Test
    void isAnArchiveOfSeveralFilesWithTheSameBytesEachTime() throws Exception {
        write("saved_model.pb", "graph");
        write("variables/data", "numbers");
        write("metrics.json", "{\"seconds\":1}");
        Result first = Result.collect(workspace);
        Files.setLastModifiedTime(workspace.output().resolve("saved_model.pb"), FileTime.from(Instant.EPOCH));
        write("metrics.json", "{\"seconds\":2}");
        Result second = Result.collect(workspace);

        assertThat(first.name()).isEqualTo("model.zip");
        assertThat(second.sha256()).isEqualTo(first.sha256());
        try (ZipFile zip = new ZipFile(second.file().toFile())) {
            assertThat(zip.stream().map(ZipEntry::getName)).containsExactly("saved_model.pb", "variables/data");
            assertThat(zip.stream().map(ZipEntry::getMethod)).containsOnly(ZipEntry.STORED);
        }
    }

    @Test
    void isMissingWhenTheProgramWroteNothing() throws Exception {
        write("metrics.json", "{}");
        assertThatThrownBy(() -> Result.collect(workspace))
                .isInstanceOf(Result.Missing.class)
                .hasMessageContaining("output: empty");
    }

    @Test
    void registersNothingThatALinkPointsTo() throws Exception {
        Files.createSymbolicLink(workspace.output().resolve("model.pt"), Path.of("/etc/hostname"));
        assertThatThrownBy(() -> Result.collect(workspace))
                .isInstanceOf(Result.Missing.class)
                .hasMessageContaining("model.pt is not a regular file");
    }

    @Test
    void leavesOnlyTheLogWhenTheWorkspaceIsCleaned() throws Exception {
        write("model.pt", "weights");
        workspace.note("hello");
        Files.setPosixFilePermissions(workspace.output(), PosixFilePermissions.fromString("r-xr-xr-x"));
        workspace.clean();
        assertThat(workspace.root()).isDirectoryContaining("glob:**/logs");
        assertThat(workspace.output()).doesNotExist();
        assertThat(workspace.log()).hasContent("[mlaas] hello");
    }

    @Test
    void startsAnewWithoutTheOutputOfAnEarlierAttempt() throws Exception {
        write("model.pt", "half");
        workspace.reset();
        assertThat(workspace.output()).isEmptyDirectory();
    }

    private void write(String name, String content) throws IOException {
        Path file = workspace.output().resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }
}
