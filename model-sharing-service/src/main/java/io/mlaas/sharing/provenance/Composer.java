package io.mlaas.sharing.provenance;

import io.mlaas.api.sharing.ReproductionVerdict;
import io.mlaas.api.sharing.TrainingRecord;
import io.mlaas.kit.seal.Seal;
import io.mlaas.provenance.disclosure.Commitments;
import io.mlaas.provenance.disclosure.Disclosure;
import io.mlaas.sharing.registry.Assets;
import io.mlaas.sharing.registry.ModelFacts;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * Composes what is to be signed. What was composed once is kept: the salts of commitments are drawn once, and sealed, so
 * that the facts behind a published statement can be told as long as the model is there.
 */
class Composer {
    private final Assets assets;
    private final EvidenceRepository evidence;
    private final TestimonyRepository testimony;
    private final Statements statements;
    private final Seal seal;
    private final JsonMapper json;
    private final SecureRandom random = new SecureRandom();

    Composer(
            Assets assets,
            EvidenceRepository evidence,
            TestimonyRepository testimony,
            Statements statements,
            Seal seal,
            JsonMapper json) {
        this.assets = assets;
        this.evidence = evidence;
        this.testimony = testimony;
        this.statements = statements;
        this.seal = seal;
        this.json = json;
    }

    /**
     * What is to be signed.
     *
     * @param sealedDisclosures of commitments: all of them
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Composed(byte[] payload, byte @Nullable [] sealedDisclosures) {
        private static Composed open(byte[] payload) {
            return new Composed(payload, null);
        }
    }

    Composed compose(Step step) {
        ModelFacts model = assets.findModel(step.assetId()).orElseThrow();
        return switch (step.kind()) {
            case SIGNATURE -> Composed.open(ModelSignatures.payload(model));
            case STATEMENT -> Composed.open(said(model).statement().toJson());
            case COMMITMENTS -> commitments(model);
            case VERDICT -> {
                ReproductionVerdict verdict =
                        testimony.verdict(UUID.fromString(step.part())).orElseThrow();
                yield Composed.open(statements.verdict(model, verdict).toJson());
            }
            case FILE, CERTIFICATE -> throw new IllegalStateException(step.kind() + " is no document");
        };
    }

    private Statements.Said said(ModelFacts model) {
        UUID id = model.status().modelId();
        return switch (model.status().origin()) {
            case TRAINED -> {
                TrainingRecord record = testimony.record(id).orElseThrow();
                yield statements.training(model, record);
            }
            case TRANSLATED -> {
                UUID source = Objects.requireNonNull(model.status().sourceModelId());
                yield statements.translation(
                        model, assets.findModel(source).orElseThrow(), assets.certificateSha256(id));
            }
            case LEARNED -> {
                UUID source = model.status().sourceModelId();
                yield statements.learning(
                        model, source == null ? null : assets.findModel(source).orElseThrow());
            }
            case IMPORTED -> throw new IllegalStateException("nothing is said of " + id + ", which was imported");
        };
    }

    private Composed commitments(ModelFacts model) {
        UUID id = model.status().modelId();
        String statement = evidence.find(id, EvidenceKind.STATEMENT, "")
                .map(Evidence::digest)
                .orElseThrow(() -> new IllegalStateException("the statement of " + id + " is not signed yet"));
        Commitments commitments = Commitments.to(said(model).facts(), statement, random);
        Map<String, String> disclosures = new LinkedHashMap<>();
        commitments.disclosures().forEach((name, disclosure) -> disclosures.put(name, disclosure.encoded()));
        return new Composed(
                statements
                        .commitments(model, commitments.predicate(), Commitments.TYPE)
                        .toJson(),
                seal.seal(id, json.writeValueAsString(disclosures).getBytes(StandardCharsets.UTF_8)));
    }

    /** The disclosures of a model's facts, by the facts' names; empty while nothing is committed to. */
    Optional<Map<String, Disclosure>> disclosures(UUID modelId) {
        return evidence.sealedDisclosures(modelId).map(bytes -> {
            Map<String, String> encoded = json.readValue(seal.open(modelId, bytes), new TypeReference<>() {});
            Map<String, Disclosure> disclosures = new LinkedHashMap<>();
            encoded.forEach((name, text) -> disclosures.put(name, Disclosure.parse(text)));
            return disclosures;
        });
    }
}
