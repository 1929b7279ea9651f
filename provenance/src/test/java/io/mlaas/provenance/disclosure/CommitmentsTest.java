package io.mlaas.provenance.disclosure;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlaas.provenance.Flips;
import io.mlaas.provenance.InvalidEvidenceException;
import io.mlaas.provenance.intoto.ResourceDescriptor;
import io.mlaas.provenance.intoto.Statement;
import io.mlaas.provenance.json.StrictJson;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class CommitmentsTest {
    private static final Map<String, JsonNode> FACTS = Map.of(
            "dataset.sha256", StrictJson.tree("a1".repeat(32)),
            "parameters.epochs", StrictJson.tree(3),
            "seed", StrictJson.tree(Map.of("torch", 42)));
    private static final Commitments COMMITMENTS = Commitments.to(FACTS, "d4".repeat(32), new SecureRandom());
    private static final Statement STATEMENT = statement(COMMITMENTS.predicate());

    private static Statement statement(ObjectNode predicate) {
        return Statement.parse(new Statement(
                        List.of(ResourceDescriptor.sha256("model.pt", "c3".repeat(32))), Commitments.TYPE, predicate)
                .toJson());
    }

    // RFC 9901, sections 4.2.1 and 4.2.3.
    @Test
    void computesTheDigestOfTheStandardsExample() {
        Disclosure disclosure =
                Disclosure.parse("WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0");
        assertThat(disclosure.name()).isEqualTo("family_name");
        assertThat(disclosure.value().stringValue()).isEqualTo("Möbius");
        assertThat(disclosure.digest()).isEqualTo("X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0");
    }

    @Test
    void tellsOneFactAndNothingOfTheOthers() {
        String told = COMMITMENTS.disclosures().get("parameters.epochs").encoded();
        assertThat(Commitments.open(STATEMENT, List.of(told)))
                .containsExactlyEntriesOf(Map.of("parameters.epochs", StrictJson.tree(3)));
        assertThat(new String(STATEMENT.toJson(), UTF_8)).doesNotContain("epochs", "torch", "a1a1");
        assertThat(COMMITMENTS.digests()).hasSize(16).isSorted();
    }

    @Test
    void hidesEachFactBehind128BitsOfItsOwn() {
        String[] salts = COMMITMENTS.disclosures().values().stream()
                .map(disclosure -> StrictJson.parse(Base64.getUrlDecoder().decode(disclosure.encoded()), "disclosure")
                        .get(0)
                        .stringValue())
                .toArray(String[]::new);
        assertThat(salts).doesNotHaveDuplicates().allSatisfy(salt -> assertThat(
                        Base64.getUrlDecoder().decode(salt))
                .hasSize(16));
    }

    @Test
    void refusesEveryFlippedByteOfADisclosure() {
        byte[] encoded = COMMITMENTS.disclosures().get("seed").encoded().getBytes(US_ASCII);
        Flips.assertAllRefused(encoded, changed -> Commitments.open(STATEMENT, List.of(new String(changed, US_ASCII))));
    }

    @Test
    void refusesAFactThatIsNotCommittedTo() {
        Disclosure other = Disclosure.of("parameters.epochs", StrictJson.tree(4), new SecureRandom());
        assertThatThrownBy(() -> Commitments.open(STATEMENT, List.of(other.encoded())))
                .isInstanceOf(InvalidEvidenceException.class)
                .hasMessage("disclosure of parameters.epochs: not committed to (its digest " + other.digest()
                        + " is not in the statement)");
    }

    @Test
    void refusesAnotherAlgorithmAndReservedNames() {
        ObjectNode predicate = COMMITMENTS.predicate();
        predicate.put("_sd_alg", "md5");
        assertThatThrownBy(() -> Commitments.open(statement(predicate), List.of()))
                .hasMessage("statement.predicate._sd_alg: md5 (expected: sha-256)");
        assertThatThrownBy(() -> Disclosure.of("_sd", StrictJson.tree(1), new SecureRandom()))
                .hasMessageContaining("_sd (expected: not a reserved name)");
    }
}
