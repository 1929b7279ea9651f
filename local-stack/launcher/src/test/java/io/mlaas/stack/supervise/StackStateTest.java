package io.mlaas.stack.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlaas.stack.process.Child;
import io.mlaas.stack.supervise.StackState.Condition;
import io.mlaas.stack.supervise.StackState.MemberState;
import io.mlaas.stack.supervise.StackState.Phase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StackStateTest {

    @TempDir
    Path folder;

    @Test
    void readsWhatItWrote() throws IOException {
        StackState state = state(4711, Instant.parse("2026-01-02T03:04:05.060Z"));
        Files.createDirectories(folder.resolve("run"));
        state.write(folder);
        assertThat(StackState.read(folder)).contains(state);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(StackState.file(folder))))
                .isEqualTo("rw-------");
    }

    @Test
    void nothingWrittenOrHalfWrittenIsNothing() throws IOException {
        assertThat(StackState.read(folder)).isEmpty();
        Files.createDirectories(folder.resolve("run"));
        Files.writeString(StackState.file(folder), "{\"phase\": \"RUN");
        assertThat(StackState.read(folder)).isEmpty();
    }

    @Test
    void aStaleProcessNumberIsNobody() {
        Child self = Child.find(ProcessHandle.current().pid()).orElseThrow();
        assertThat(state(self.pid(), self.started()).supervisor()).isPresent();
        assertThat(state(self.pid(), self.started().minusSeconds(60)).supervisor())
                .isEmpty();
        assertThat(state(self.pid(), self.started().minusSeconds(60))
                        .members()
                        .getFirst()
                        .process())
                .isEmpty();
    }

    private static StackState state(long pid, Instant started) {
        MemberState member = new MemberState(
                "s3",
                Condition.RUNNING,
                pid,
                started,
                "abc",
                "4.1.0",
                Map.of("clients", 19_000),
                "http://127.0.0.1:19000",
                "/log",
                2,
                1500,
                null);
        return new StackState(Phase.RUNNING, pid, started, null, 0, List.of(member));
    }
}
