package io.mlaas.observer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.mlaas.observer.Cause.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ObservationsTest {
    private static final String PROGRAM = "/opt/image/bin/train";

    @TempDir
    Path directory;

    private Declared declared() {
        return new Declared(
                List.of(Path.of("/opt/image"), directory.resolve("input")), List.of(directory.resolve("run")));
    }

    private List<Undeclared> undeclared(String... lines) {
        return Observations.read(List.of(lines)).undeclared(declared());
    }

    private static String line(String kind, Object what) {
        return kind + "\t" + what + "\t" + PROGRAM;
    }

    @Test
    void letsAProgramReadTheSystemItsImageItsInputAndWhatItWrote() {
        assertThat(undeclared(
                        line("PROGRAM", PROGRAM),
                        line("READ", "/usr/lib/libm.so.6"),
                        line("READ", "/etc/localtime"),
                        line("READ", "/proc/self/maps"),
                        line("READ", directory.resolve("input/dataset.csv")),
                        line("READ", directory.resolve("run/output/model")),
                        line("READ", directory),
                        line("MAKE", "/tmp/scratch"),
                        line("READ", "/tmp/scratch"),
                        line("READ", "/tmp/hsperfdata_root/17"),
                        line("MISS", "/root/.config/nothing-of-that-name"),
                        line("CLOCK", "date"),
                        line("ENTROPY", "getrandom")))
                .isEmpty();
    }

    @Test
    void namesWhatElseItReadsOrLooksForOnce() throws Exception {
        Path there = Files.writeString(directory.resolve("secret"), "7");

        assertThat(undeclared(
                        line("READ", "/opt/other/data"),
                        line("READ", "/opt/imagery/data"),
                        line("START", "/opt/other/data"),
                        line("MISS", there)))
                .containsExactly(
                        new Undeclared(Kind.FILE, "/opt/other/data", PROGRAM),
                        new Undeclared(Kind.FILE, "/opt/imagery/data", PROGRAM),
                        new Undeclared(Kind.FILE, there.toString(), PROGRAM));
    }

    @Test
    void namesAddressesButNotTheJobsOwn() {
        assertThat(undeclared(
                        line("LISTEN", "127.0.0.1:4001"),
                        line("CONNECT", "127.0.0.1:4001"),
                        line("CONNECT", "[::ffff:127.0.0.1]:4001"),
                        line("CONNECT", "203.0.113.5:4001"),
                        line("CONNECT", "127.0.0.1:5432"),
                        line("SEND", "[2001:db8::1]:53"),
                        line("CONNECT", "unix:/run/docker.sock"),
                        line("RESOLVE", "localhost"),
                        line("RESOLVE", "192.0.2.1"),
                        line("RESOLVE", "api.example.com")))
                .extracting(Undeclared::kind, Undeclared::what)
                .containsExactly(
                        tuple(Kind.NETWORK, "203.0.113.5:4001"),
                        tuple(Kind.NETWORK, "127.0.0.1:5432"),
                        tuple(Kind.NETWORK, "[2001:db8::1]:53"),
                        tuple(Kind.NETWORK, "unix:/run/docker.sock"),
                        tuple(Kind.NETWORK, "api.example.com"));
    }

    @Test
    void readsNamesOfAnyBytesAndNoHalfLine() throws Exception {
        Path log = Files.writeString(
                directory.resolve("log"), "READ\t/data/a\\x0ab\\x5cc\t" + PROGRAM + "\nREAD\t/data/hal");

        assertThat(Observations.read(log).events())
                .containsExactly(new Observations.Event(Observations.Kind.READ, "/data/a\nb\\c", PROGRAM));
        assertThat(Observations.read(directory.resolve("none")).any()).isFalse();
    }

    @Test
    void takesWhatAnImageNamesForItsOwn() throws Exception {
        Path jar = Files.createFile(directory.resolve("a.jar"));
        Path cache = Files.createDirectories(directory.resolve("cache"));
        Path installation = directory.toRealPath().resolve("jdk");
        Path java = Files.createFile(
                Files.createDirectories(installation.resolve("bin")).resolve("java"));

        Declared declared = Declared.of(
                List.of(java.toString(), "-cp", jar + ":/none.jar", "Main"),
                Map.of("CACHE", cache.toString(), "LEVEL", "3"),
                List.of(),
                List.of(directory.resolve("input")),
                List.of());

        assertThat(declared.readOnly())
                .containsExactlyInAnyOrder(directory.resolve("input"), java, jar, cache, installation);
        assertThat(declared.places().cover(installation.resolve("lib/modules"))).isTrue();
        assertThat(declared.places().cover(directory.resolve("b.jar"))).isFalse();
    }
}
