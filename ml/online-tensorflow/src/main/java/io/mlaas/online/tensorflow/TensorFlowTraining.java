package io.mlaas.online.tensorflow;

import io.mlaas.online.ArchiveAlgorithm;
import io.mlaas.online.Archives;
import io.mlaas.online.ConfigurationFields;
import io.mlaas.online.ConfigurationRefused;
import io.mlaas.online.Input;
import io.mlaas.online.Learner;
import io.mlaas.online.Schema;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/**
 * {@code tensorflow}: {@code {"archive": "<SHA-256>", "train_signature": "train", "infer_signature": "infer", "output":
 * "logits", "batch_size": 128, "epochs": 1}}. The archive is a zipped SavedModel with the signatures of TensorFlow's on-device
 * training: {@code train(x, y) → loss}, which makes one step of its own optimiser, and {@code infer(x) → output}. {@code output}
 * says what its answers are: {@code values} of a regression, {@code logits} or {@code probabilities} of classes.
 */
public final class TensorFlowTraining implements ArchiveAlgorithm {
    private final Archives archives;

    /** Knows no archives. */
    public TensorFlowTraining() {
        this(Archives.NONE);
    }

    public TensorFlowTraining(Archives archives) {
        this.archives = archives;
    }

    @Override
    public String name() {
        return "tensorflow";
    }

    @Override
    public TensorFlowTraining with(Archives others) {
        return new TensorFlowTraining(others);
    }

    @Override
    public Learner create(Schema schema, JsonNode configuration, String path) {
        ConfigurationFields fields = new ConfigurationFields(configuration, path);
        String digest = fields.text("archive");
        String train = text(fields, "train_signature", "train");
        String infer = text(fields, "infer_signature", "infer");
        Answers answers = fields.choice("output", schema.classifies() ? Answers.LOGITS : Answers.VALUES);
        int batchSize = fields.integer("batch_size", 128, 1, 100_000);
        int epochs = fields.integer("epochs", 1, 1, 10_000);
        fields.done();
        if (schema.classifies() == (answers == Answers.VALUES)) {
            throw fields.refused(
                    "output",
                    answers.name().toLowerCase(Locale.ROOT),
                    schema.classifies() ? "logits or probabilities of the classes" : "values of a regression");
        }
        requireNumbers(schema, path);
        byte[] bytes = archives.find(digest)
                .orElseThrow(() -> fields.refused("archive", digest, "the SHA-256 of a SavedModel that is there"));
        try {
            SavedModelArchive archive = SavedModelArchive.read(bytes);
            Rows rows = new Rows(schema, Signatures.of(archive.graph(), schema, train, infer), answers);
            TrainableModel model = load(archive, rows);
            return new SavedModelLearner(name(), schema, fields.complete(), rows, batchSize, epochs, archive, model);
        } catch (SavedModelRefused e) {
            ConfigurationRefused refused =
                    new ConfigurationRefused(fields.path("archive"), String.valueOf(e.getMessage()));
            refused.initCause(e);
            throw refused;
        }
    }

    private static TrainableModel load(SavedModelArchive archive, Rows rows) throws SavedModelRefused {
        TrainableModel model = TrainableModel.load(archive, rows.signatures());
        boolean right = false;
        try {
            rows.tryOut(model);
            right = true;
            return model;
        } finally {
            if (!right) {
                model.close();
            }
        }
    }

    private static String text(ConfigurationFields fields, String name, String absent) {
        if (fields.raw(name) == null) {
            fields.complete().put(name, absent);
            return absent;
        }
        return fields.text(name);
    }

    private static void requireNumbers(Schema schema, String path) {
        for (Input input : schema.inputs()) {
            if (input instanceof Input.Nominal) {
                throw new ConfigurationRefused(
                        path,
                        "tensorflow: input " + input.name()
                                + " is nominal (expected: numbers and tensors; one_hot makes them in a transformer)");
            }
        }
    }
}
