package io.mlaas.training.runner;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The contract for runners over the job's directory. */
public abstract class DirectoryRunnerContract extends JobRunnerContract {

    @Override
    protected abstract DirectoryRunner runner();

    @Override
    protected void provide(Run run) throws IOException {
        Files.writeString(run.workspace().dataset().resolve("numbers.csv"), DATASET);
    }

    @Override
    protected Optional<String> output(String name) throws IOException {
        Path file = run().workspace().output().resolve(name);
        return Files.exists(file) ? Optional.of(Files.readString(file)) : Optional.empty();
    }

    @Override
    protected void put(String name) throws IOException {
        Files.createFile(run().workspace().output().resolve(name));
    }
}
