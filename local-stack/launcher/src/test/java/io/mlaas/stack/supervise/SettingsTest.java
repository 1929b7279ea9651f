package io.mlaas.stack.supervise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {

    @TempDir
    Path folder;

    @Test
    void usesTheUsualPortsUnlessToldOtherwise() {
        Settings settings = new Settings(Map.of("gateway", 9999), Set.of());
        assertThat(settings.port("gateway")).isEqualTo(9999);
        assertThat(settings.port("postgres")).isEqualTo(15_432);
    }

    @Test
    void choosesAFreePortForZero() {
        Settings chosen = new Settings(Map.of("s3", 0), Set.of()).withFreePortsChosen();
        assertThat(chosen.port("s3")).isPositive();
        assertThat(chosen.port("kafka")).isEqualTo(19_092);
    }

    @Test
    void readsAFileThatOptionsOverride() throws IOException {
        Path file = Files.writeString(
                folder.resolve("stack.properties"), "port.gateway = 8888\nport.s3 = 0\nwithout = mqtt, translation\n");
        Settings settings = Settings.read(file).overriddenBy(new Settings(Map.of("gateway", 7777), Set.of("evm")));
        assertThat(settings.port("gateway")).isEqualTo(7777);
        assertThat(settings.ports()).containsEntry("s3", 0);
        assertThat(settings.without()).containsExactlyInAnyOrder("mqtt", "translation", "evm");
    }

    @Test
    void setsVariablesOfOneService() throws IOException {
        Path file = Files.writeString(
                folder.resolve("stack.properties"), "set.training.A_B = 1\nset.model-sharing.C = x=y\n");
        Settings settings = Settings.read(file)
                .overriddenBy(new Settings(Map.of(), Set.of(), Map.of("training.A_B", "2")))
                .withFreePortsChosen();
        assertThat(settings.environmentOf("training")).containsExactly(Map.entry("A_B", "2"));
        assertThat(settings.environmentOf("model-sharing")).containsExactly(Map.entry("C", "x=y"));
        assertThatThrownBy(() -> new Settings(Map.of(), Set.of(), Map.of("postgres.A", "1")))
                .hasMessageStartingWith("set: postgres (expected: one of ");
        assertThatThrownBy(() -> new Settings(Map.of(), Set.of(), Map.of("A", "1")))
                .hasMessage("set: A (expected: SERVICE.NAME)");
    }

    @Test
    void refusesWhatItDoesNotKnow() throws IOException {
        assertThatThrownBy(() -> new Settings(Map.of("gatway", 1), Set.of()))
                .hasMessageStartingWith("port: gatway (expected: one of ");
        assertThatThrownBy(() -> new Settings(Map.of("s3", 70_000), Set.of()))
                .hasMessage("port s3: 70000 (expected: 0..65535)");
        assertThatThrownBy(() -> new Settings(Map.of(), Set.of("postgre")))
                .hasMessageStartingWith("without: postgre (expected: one of ");
        Path wrong = Files.writeString(folder.resolve("wrong"), "port.s3 = nineteen\n");
        assertThatThrownBy(() -> Settings.read(wrong)).hasMessage("port.s3: nineteen (expected: a number)");
    }
}
