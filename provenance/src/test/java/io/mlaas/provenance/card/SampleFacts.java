package io.mlaas.provenance.card;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Facts of models that never were. */
public final class SampleFacts {
    public static final UUID MODEL = UUID.fromString("b2a30898-b72c-4b08-802b-7786425d01f9");
    public static final UUID OWNER = UUID.fromString("5d066d58-06de-47ab-a2f6-c8f413e21947");
    public static final UUID DATASET = UUID.fromString("3a8ac1a4-9c1f-4d4e-b1d2-4f8bdb3c0b11");
    public static final UUID SOURCE = UUID.fromString("11111111-2222-4333-8444-555555555555");

    private SampleFacts() {}

    /** Trained here, all told. */
    public static ModelFacts trained() {
        return trained("digits", List.of());
    }

    public static ModelFacts trained(String name, List<String> withheld) {
        return new ModelFacts(
                MODEL,
                1,
                name,
                3,
                "Reads handwritten digits: \"0\" to \"9\"",
                Map.of("task", "image-classification", "license", "apache-2.0", "architecture", "LeNet-5"),
                "TRAINED",
                "torchscript",
                OWNER,
                new ModelFacts.File("model.pt", 123_456L, "a".repeat(64)),
                new ModelFacts.File("network.json", 321L, "b".repeat(64)),
                new ModelFacts.Image("mlaas/trainer:1", "c".repeat(64)),
                List.of(new ModelFacts.Dataset(DATASET, "digits.csv", "d".repeat(64))),
                null,
                Map.of("epochs", "10", "seed", "42", "learning_rate", "0.01"),
                Map.of("os", "Linux", "cpu_model", "x86-64"),
                Map.of("ai.djl:api", "0.35.1", "torch", "2.7.1"),
                Map.of("accuracy", "0.97", "loss", "0.11", "note", "best of three"),
                Instant.parse("2026-11-22T10:00:00Z"),
                new ModelFacts.Reproductions(2, 2),
                withheld);
    }

    /** Nothing but what everybody may know. */
    public static ModelFacts translated() {
        return new ModelFacts(
                MODEL,
                2,
                null,
                null,
                null,
                Map.of(),
                "TRANSLATED",
                "onnx",
                OWNER,
                new ModelFacts.File(null, null, "a".repeat(64)),
                null,
                null,
                List.of(),
                SOURCE,
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of(),
                Instant.parse("2026-11-22T10:00:00Z"),
                ModelFacts.Reproductions.NONE,
                List.of());
    }
}
