package io.mlaas.online.torch;

import ai.djl.engine.EngineException;
import io.mlaas.neural.training.EngineModule;
import io.mlaas.online.ArchiveAlgorithm;
import io.mlaas.online.Archives;
import io.mlaas.online.ConfigurationFields;
import io.mlaas.online.ConfigurationRefused;
import io.mlaas.online.Schema;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * {@code torch}: {@code {"network": {…}, "loss": "mse", "optimizer": {"type": "adam", "learning_rate": 0.005}, "batch_size":
 * 128, "epochs": 1, "shuffle": true, "freeze": ["gru_0"], "clip_norm": 1, "seed": 1}}, with {@code "archive": "<SHA-256>"}
 * instead of a network for one that is trained already; then {@code input_shape} and {@code output} ({@code values},
 * {@code logits}, {@code probabilities}, {@code log_probabilities}) say what the archive's card does not.
 */
public final class Torch implements ArchiveAlgorithm {
    private final Archives archives;

    /** For networks that are described; of archives it knows none. */
    public Torch() {
        this(Archives.NONE);
    }

    public Torch(Archives archives) {
        this.archives = archives;
    }

    @Override
    public String name() {
        return "torch";
    }

    @Override
    public Torch with(Archives others) {
        return new Torch(others);
    }

    @Override
    public TorchLearner create(Schema schema, JsonNode configuration) {
        return create(schema, configuration, "$");
    }

    @Override
    public TorchLearner create(Schema schema, JsonNode configuration, String path) {
        ConfigurationFields fields = new ConfigurationFields(configuration, path);
        long seed = fields.longInteger("seed", 1, Long.MIN_VALUE, Long.MAX_VALUE);
        SourceReader.Found found = new SourceReader(schema, fields, archives, seed).read();
        TorchSettings settings = TorchSettings.parse(fields, found.training());
        fields.done();
        Source source = found.source();
        List<String> trained = settings.trained(source.learning(), fields);
        RowEncoding encoding = new RowEncoding(schema, source.type());
        if (encoding.width() != source.input().elements()) {
            throw new ConfigurationRefused(
                    path,
                    "rows of " + encoding.width() + " numbers (expected: "
                            + source.input().elements() + ", as the network's input " + source.input() + " has)");
        }
        EngineModule module = module(source, trained, path);
        boolean right = false;
        try {
            Outputs outputs = new Outputs(schema, encoding, source.kind(), found.loss());
            outputs.require(module, path);
            right = true;
            return new TorchLearner(schema, fields.complete(), settings, source, outputs, trained, module, seed);
        } finally {
            if (!right) {
                module.close();
            }
        }
    }

    private static EngineModule module(Source source, List<String> trained, String path) {
        try {
            return source.forLearning(source.learning(), trained);
        } catch (EngineException | IllegalStateException e) {
            ConfigurationRefused refused =
                    new ConfigurationRefused(path, "PyTorch refuses the archive: " + firstLine(e));
            refused.initCause(e);
            throw refused;
        }
    }

    static String firstLine(RuntimeException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }
}
