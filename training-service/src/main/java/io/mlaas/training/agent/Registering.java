package io.mlaas.training.agent;

import io.mlaas.training.registry.RegistryException;
import io.mlaas.training.registry.RegistryFiles;
import io.mlaas.training.workspace.Metrics;
import io.mlaas.training.workspace.Result;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import tools.jackson.databind.json.JsonMapper;

/**
 * Hands in what the program wrote. The registry takes it once, and a repetition of the same bytes for the same. The result of
 * a model that is trained again is only told: the registry is not asked for anything.
 */
final class Registering {
    private final Settings settings;
    private final RegistryFiles registry;
    private final Patience patience;
    private final Consumer<String> log;

    Registering(Settings settings, RegistryFiles registry, Patience patience, Consumer<String> log) {
        this.settings = settings;
        this.registry = registry;
        this.patience = patience;
        this.log = log;
    }

    /** @return what was registered, or would have been, as a line of JSON */
    String run() throws Refusal, RegistryException, IOException, InterruptedException {
        Result result;
        try {
            result = Result.collect(settings.output(), settings.result());
        } catch (Result.Missing e) {
            throw new Refusal(String.valueOf(e.getMessage()), e);
        }
        if (!settings.compareOnly()) {
            patience.ask(credential -> registry.put(settings.modelId(), credential, result.file(), result.name()));
        }
        String metrics = Metrics.read(settings.output(), log);
        if (metrics != null) {
            log.accept(Metrics.MARK + metrics);
        }
        Map<String, Object> said = new LinkedHashMap<>();
        said.put("fileName", result.name());
        said.put("sizeBytes", result.size());
        said.put("sha256", result.sha256());
        return JsonMapper.shared().writeValueAsString(said);
    }
}
