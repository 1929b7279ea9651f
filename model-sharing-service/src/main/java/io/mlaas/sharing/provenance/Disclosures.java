package io.mlaas.sharing.provenance;

import io.mlaas.provenance.disclosure.Disclosure;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Tells single facts of a model, each provably one of those that were committed to. */
@Component
public class Disclosures {
    private final Attestations attestations;
    private final Composer composer;
    private final JsonMapper json;

    Disclosures(Attestations attestations, Composer composer, JsonMapper json) {
        this.attestations = attestations;
        this.composer = composer;
        this.json = json;
    }

    /**
     * Facts that are told, with what proves them.
     *
     * @param envelope the signed commitments
     * @param disclosures the facts with their salts, as RFC 9901 writes them
     */
    public record Disclosed(JsonNode envelope, List<String> disclosures) {}

    /**
     * A fact of the statement.
     *
     * @param commitment its digest among the published commitments
     */
    public record Fact(String name, JsonNode value, String commitment) {}

    /** All facts of a model, in the order of their names; none while nothing is committed to. */
    public List<Fact> facts(UUID modelId) {
        return composer.disclosures(modelId).orElseGet(Map::of).values().stream()
                .map(disclosure -> new Fact(disclosure.name(), disclosure.value(), disclosure.digest()))
                .sorted(Comparator.comparing(Fact::name))
                .toList();
    }

    /** Names of the facts that can be told. */
    List<String> names(UUID modelId) {
        return all(modelId).keySet().stream().sorted().toList();
    }

    /** Tells facts to whoever the owner gives this to; the problem names a fact that there is none of. */
    public Disclosed of(UUID modelId, List<String> names) {
        Map<String, Disclosure> all = all(modelId);
        List<String> told = new ArrayList<>();
        for (String name : names.stream().distinct().toList()) {
            Disclosure disclosure = all.get(name);
            if (disclosure == null) {
                throw ProvenanceProblem.UNKNOWN_FACT.because(
                        "fields: %s (expected: of %s)".formatted(name, String.join(", ", all.keySet())));
            }
            told.add(disclosure.encoded());
        }
        Evidence commitments = attestations.signed(modelId, EvidenceKind.COMMITMENTS, "");
        return new Disclosed(json.readTree(commitments.content()), told);
    }

    private Map<String, Disclosure> all(UUID modelId) {
        attestations.signed(modelId, EvidenceKind.COMMITMENTS, "");
        return composer.disclosures(modelId).orElseThrow();
    }
}
