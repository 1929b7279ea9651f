package io.mlaas.observer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where there is no C compiler, all is built but the library, and the observer says so. */
class BuildTest {
    @TempDir
    Path directory;

    @Test
    void goesOnWithoutACompiler() throws Exception {
        ProcessBuilder builder = new ProcessBuilder("sh", "src/main/c/build.sh", "src/main/c", directory.toString())
                .redirectErrorStream(true);
        builder.environment().put("CC", "no-such-compiler");
        Process process = builder.start();

        assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo("observer: no C compiler (no-such-compiler), the library is left out\n");
        assertThat(process.waitFor()).isZero();
        try (var made = Files.list(directory)) {
            assertThat(made).isEmpty();
        }
    }

    @Test
    void saysWhatIsMissing() {
        Observer observer = Observer.lacking(directory, "the observer is not there");

        assertThat(observer.missing()).contains("the observer is not there");
        assertThat(observer.enforced()).isEmpty();
        assertThatThrownBy(() ->
                        observer.conditions(Set.of(), directory.resolve("log"), new Declared(List.of(), List.of())))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the observer is not there");
    }
}
