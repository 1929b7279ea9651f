package io.mlaas.sharing.passport;

import io.mlaas.api.sharing.ReproductionVerdict;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A passport of a model that never was. */
final class SamplePassport {
    static final UUID MODEL = UUID.fromString("b2a30898-b72c-4b08-802b-7786425d01f9");
    static final UUID OWNER = UUID.fromString("5d066d58-06de-47ab-a2f6-c8f413e21947");
    static final String ADDRESS = "https://mlaas.example/model/" + MODEL;
    private static final Instant THEN = Instant.parse("2026-11-22T10:15:00Z");
    private static final JsonMapper JSON = JsonMapper.shared();

    private SamplePassport() {}

    static Passport of(String name, String description) {
        List<Passport.Document> evidence = List.of(
                document("file", "1", null, null),
                document("signature", "2", "a".repeat(64), "signature"),
                document("statement", "3", "b".repeat(64), null),
                document("commitments", "4", "b".repeat(64), "provenance?statement=commitments"),
                document("verdict", "5", "b".repeat(64), "reproductions/" + OWNER));
        List<Passport.Key> keys = List.of(key("a", OWNER), key("b", null));
        return new Passport(
                Passport.FORMAT,
                new Passport.Model(
                        MODEL,
                        name,
                        3,
                        description,
                        new TreeMap<>(Map.of("task", "image-classification", "license", "apache-2.0")),
                        "TRAINED",
                        "TRAINED",
                        "torchscript",
                        OWNER,
                        "model.pt",
                        123_456L,
                        "1".repeat(64),
                        "0x" + "9".repeat(40),
                        THEN.minusSeconds(900),
                        THEN),
                null,
                facts(),
                evidence,
                keys,
                Passport.Reproductions.of(List.of(
                        verdict(ReproductionVerdict.Outcome.REPRODUCED, "Two runs made the registered bytes."),
                        verdict(ReproductionVerdict.Outcome.FAILED, "The image could not be fetched."))),
                new Passport.Lineage(
                        null,
                        List.of(new Passport.Translation(
                                UUID.fromString("11111111-2222-4333-8444-555555555555"),
                                "onnx",
                                "7".repeat(64),
                                "8".repeat(64)))),
                Checks.of(ADDRESS, "model.pt", evidence, keys));
    }

    private static List<Passport.Fact> facts() {
        List<Passport.Fact> facts = new ArrayList<>();
        facts.add(hidden("dataset"));
        facts.add(told("dataset.sha256", "\"" + "d".repeat(64) + "\""));
        facts.add(told("image", "\"mlaas/trainer:1\""));
        facts.add(told("image.sha256", "\"" + "c".repeat(64) + "\""));
        facts.add(told("parameters.epochs", "\"10\""));
        facts.add(hidden("parameters"));
        facts.add(told("seeds.seed", "\"42\""));
        facts.add(told("threads", "2"));
        facts.add(told("metrics.accuracy", "0.97"));
        facts.add(told("platform.cpu_flags", "[\"avx2\",\"fma\"]"));
        facts.add(told("libraries.torch", "\"2.7.1\""));
        facts.add(hidden("logs.sha256"));
        facts.add(told("started_at", "\"2026-11-22T10:00:00Z\""));
        return facts;
    }

    private static Passport.Fact told(String name, String json) {
        return new Passport.Fact(name, JSON.readTree(json), true, "x".repeat(43));
    }

    private static Passport.Fact hidden(String name) {
        return new Passport.Fact(name, null, false, "oQ7Zc2b1mS0t" + "y".repeat(31));
    }

    private static Passport.Document document(String kind, String digit, @Nullable String key, @Nullable String path) {
        JsonNode proof = JSON.readTree("""
                {"format":"mlaas-inclusion-proof/1","digest":"%s","log_index":4,"tree_size":11,"hashes":[],"root":"%s",
                 "chain_id":31337,"registry":"0x5FbDB2315678afecb367f032d93F642f64180aa3","batch":7,
                 "transaction":"0x%s","block":1042,"block_time":"2026-11-22T10:15:07Z"}
                """.formatted(digit.repeat(64), "e".repeat(64), "f".repeat(64)));
        return new Passport.Document(
                kind, null, "ANCHORED", null, digit.repeat(64), key, path, key == null ? null : THEN, proof);
    }

    private static Passport.Key key(String digit, @Nullable UUID organization) {
        return new Passport.Key(
                digit.repeat(64),
                "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE" + "A".repeat(28) + "\n"
                        + "B".repeat(60) + "\n-----END PUBLIC KEY-----\n",
                organization);
    }

    static ReproductionVerdict verdict(ReproductionVerdict.Outcome outcome, String summary) {
        return new ReproductionVerdict(
                UUID.nameUUIDFromBytes(summary.getBytes(StandardCharsets.UTF_8)),
                MODEL,
                OWNER,
                OWNER,
                "somebody",
                outcome,
                summary,
                "1".repeat(64),
                "c".repeat(64),
                "process",
                List.of(),
                null,
                null,
                List.of(),
                List.of(),
                List.of("network access of the program"),
                THEN,
                THEN.plusSeconds(60));
    }
}
