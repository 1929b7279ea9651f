package io.mlaas.provenance.intoto;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlaas.provenance.InvalidEvidenceException;
import io.mlaas.provenance.dsse.Envelope;
import io.mlaas.provenance.dsse.LocalSigner;
import io.mlaas.provenance.json.StrictJson;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class SlsaProvenanceTest {
    private static final SlsaProvenance PROVENANCE = new SlsaProvenance(
            new SlsaProvenance.BuildDefinition(
                    "https://mlaas.io/build-types/training/v1",
                    json("{\"parameters\":{\"epochs\":3}}"),
                    json("{\"seeds\":{\"torch\":42}}"),
                    List.of(ResourceDescriptor.sha256("train.csv", "a1".repeat(32))
                            .withUri("mlaas:dataset/1")
                            .withAnnotations(Map.of("role", json("\"dataset\""))))),
            new SlsaProvenance.RunDetails(
                    new SlsaProvenance.Builder("https://mlaas.example/builder", Map.of("mlaas", "0.1.0"), List.of()),
                    new SlsaProvenance.Metadata(
                            "job-1", Instant.parse("2026-01-31T12:00:00Z"), Instant.parse("2026-01-31T12:03:20.5Z")),
                    List.of(ResourceDescriptor.sha256("logs", "b2".repeat(32)))));
    private static final Statement STATEMENT =
            PROVENANCE.of(List.of(ResourceDescriptor.sha256("model.pt", "c3".repeat(32))));

    private static JsonNode json(String text) {
        return StrictJson.parse(text.getBytes(UTF_8), "test");
    }

    @Test
    void isWrittenAsTheSpecificationsHaveIt() {
        assertThat(new String(STATEMENT.toJson(), UTF_8))
                .isEqualTo("{\"_type\":\"https://in-toto.io/Statement/v1\",\"subject\":[{\"name\":\"model.pt\","
                        + "\"digest\":{\"sha256\":\"" + "c3".repeat(32) + "\"}}],"
                        + "\"predicateType\":\"https://slsa.dev/provenance/v1\",\"predicate\":{\"buildDefinition\":{"
                        + "\"buildType\":\"https://mlaas.io/build-types/training/v1\","
                        + "\"externalParameters\":{\"parameters\":{\"epochs\":3}},"
                        + "\"internalParameters\":{\"seeds\":{\"torch\":42}},\"resolvedDependencies\":[{"
                        + "\"name\":\"train.csv\",\"uri\":\"mlaas:dataset/1\",\"digest\":{\"sha256\":\""
                        + "a1".repeat(32) + "\"},\"annotations\":{\"role\":\"dataset\"}}]},\"runDetails\":{"
                        + "\"builder\":{\"id\":\"https://mlaas.example/builder\",\"version\":{\"mlaas\":\"0.1.0\"}},"
                        + "\"metadata\":{\"invocationId\":\"job-1\",\"startedOn\":\"2026-01-31T12:00:00Z\","
                        + "\"finishedOn\":\"2026-01-31T12:03:20.500Z\"},\"byproducts\":[{\"name\":\"logs\","
                        + "\"digest\":{\"sha256\":\"" + "b2".repeat(32) + "\"}}]}}}");
    }

    @Test
    void isReadBackFromItsEnvelope() {
        LocalSigner signer = new LocalSigner(LocalSigner.newKeyPair());
        Envelope envelope = Envelope.parse(STATEMENT.sign(signer).toJson());
        Statement read = Statement.verify(envelope, signer.key());
        assertThat(read).isEqualTo(STATEMENT);
        assertThat(SlsaProvenance.read(read)).isEqualTo(PROVENANCE);
    }

    @Test
    void refusesAnotherPredicate() {
        Statement other = new Statement(STATEMENT.subject(), "https://example.com/other", json("{}"));
        assertThatThrownBy(() -> SlsaProvenance.read(other))
                .isInstanceOf(InvalidEvidenceException.class)
                .hasMessage("statement.predicateType: https://example.com/other"
                        + " (expected: https://slsa.dev/provenance/v1)");
    }

    @Test
    void saysWhereAStatementIsWrong() {
        String text = new String(STATEMENT.toJson(), UTF_8);
        assertRefused(text.replace("\"epochs\":3}}", "\"epochs\":3}},\"x\":1"), "buildDefinition: x (expected: only");
        assertRefused(text.replace("Statement/v1", "Statement/v2"), "statement._type: https://in-toto.io/Statement/v2");
        assertRefused(text.replace("\"buildType\"", "\"buildtype\""), "buildDefinition.buildType: missing");
        assertRefused(text.replace("12:00:00Z", "noon"), "metadata.startedOn: 2026-01-31Tnoon (expected: a time");
        assertRefused(
                text.replaceFirst("\"digest\":\\{[^}]*}", "\"uri\":\"u\""), "statement.subject[0].digest: missing");
    }

    private static void assertRefused(String json, String message) {
        assertThatThrownBy(() -> SlsaProvenance.read(Statement.parse(json.getBytes(UTF_8))))
                .isInstanceOf(InvalidEvidenceException.class)
                .hasMessageContaining(message);
    }
}
