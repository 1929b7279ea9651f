package io.mlaas.training.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlaas.api.sharing.TrainingRequested;
import io.mlaas.training.workspace.Workspace;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RunTest {

    @Test
    void givesParametersAsVariables() {
        assertThat(run(Map.of("learning-rate", "0.1", "Seed", "7", "café", "1")).variables("/in", "/out"))
                .containsEntry("MLAAS_PARAM_LEARNING_RATE", "0.1")
                .containsEntry("MLAAS_PARAM_SEED", "7")
                .containsEntry("MLAAS_PARAM_CAF_", "1")
                .containsEntry("MLAAS_INPUT_DIR", "/in")
                .containsEntry("MLAAS_OUTPUT_DIR", "/out");
    }

    @Test
    void cannotReplaceTheVariablesOfThePlatform() {
        assertThat(run(Map.of("PATH=/evil", "x", "LD_PRELOAD", "evil.so")).variables("/in", "/out"))
                .containsOnlyKeys(
                        "MLAAS_PARAM_PATH__EVIL",
                        "MLAAS_PARAM_LD_PRELOAD",
                        "MLAAS_JOB_ID",
                        "MLAAS_MODEL_ID",
                        "MLAAS_INPUT_DIR",
                        "MLAAS_OUTPUT_DIR");
    }

    @Test
    void refusesParametersThatBecomeTheSameVariable() {
        assertThatThrownBy(() -> run(Map.of("a-b", "1", "a_b", "2")).variables("/in", "/out"))
                .hasMessageContaining("becomes MLAAS_PARAM_A_B, as another one does (expected: distinct names)");
    }

    @Test
    void refusesAValueThatNoVariableCanHold() {
        assertThatThrownBy(() -> run(Map.of("seed", "1\0")).variables("/in", "/out"))
                .hasMessage("params.seed: holds a NUL character (expected: text)");
    }

    private static Run run(Map<String, String> params) {
        UUID job = UUID.randomUUID();
        TrainingRequested order = new TrainingRequested(
                UUID.randomUUID(),
                job,
                job,
                job,
                "a/b:1",
                "0".repeat(64),
                params,
                "0".repeat(64),
                "data.csv",
                Map.of(),
                null,
                null);
        return new Run(job, 1, order, Workspace.of(Path.of("work"), job), Duration.ofMinutes(1));
    }
}
