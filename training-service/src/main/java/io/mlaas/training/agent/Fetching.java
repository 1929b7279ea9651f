package io.mlaas.training.agent;

import io.mlaas.training.registry.RegistryException;
import io.mlaas.training.registry.RegistryFiles;
import io.mlaas.training.workspace.Result;
import io.mlaas.training.workspace.SafeName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/** Puts everything that the program may read into its input directory, and makes sure that it is what was registered. */
final class Fetching {
    private static final String METADATA = "dataset.json";

    private final Settings settings;
    private final RegistryFiles registry;
    private final Patience patience;
    private final Consumer<String> log;

    Fetching(Settings settings, RegistryFiles registry, Patience patience, Consumer<String> log) {
        this.settings = settings;
        this.registry = registry;
        this.patience = patience;
        this.log = log;
    }

    void run() throws Refusal, RegistryException, IOException, InterruptedException {
        Path datasets = Files.createDirectories(settings.input().resolve("dataset"));
        Set<String> names = new HashSet<>();
        for (Settings.Dataset dataset : settings.datasets()) {
            String name = SafeName.of(dataset.fileName(), "dataset");
            if (!names.add(name)) {
                throw new Refusal("MLAAS_DATASETS: two files named " + name + " (expected: distinct names)");
            }
            Path target = datasets.resolve(name);
            if (!isThere(target, dataset.sha256())) {
                patience.ask(credential ->
                        registry.dataset(dataset.id(), credential, target, dataset.sha256(), () -> false));
            }
            log.accept("dataset " + name + ": sha256 " + dataset.sha256() + ", as registered");
        }
        Settings.Definition definition = settings.definition();
        if (definition != null) {
            Path target = Files.createDirectories(settings.input().resolve("model"))
                    .resolve(SafeName.of(definition.fileName(), "model"));
            if (!isThere(target, definition.sha256())) {
                patience.ask(credential ->
                        registry.definition(settings.modelId(), credential, target, definition.sha256(), () -> false));
            }
        }
        Path metadata = settings.credentialFile().resolveSibling(METADATA);
        if (Files.exists(metadata)) {
            Files.copy(metadata, settings.input().resolve(METADATA), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** An earlier attempt may have fetched it. */
    private static boolean isThere(Path file, String sha256) throws IOException {
        return Files.isRegularFile(file) && Result.digestOf(file).equals(sha256);
    }
}
