package io.mlaas.sharing.passport;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.mlaas.api.sharing.ReproductionVerdict;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What may be told of a model to whom it is for.
 *
 * @param publication how it is published; told to the owner's people only
 * @param evidence every document about the model, signed or to be signed, and the proof that its digest is on the chain
 * @param keys that signed any of it
 * @param checks commands that check it without the platform
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Passport(
        String format,
        Model model,
        @Nullable Publication publication,
        List<Fact> facts,
        List<Document> evidence,
        List<Key> keys,
        Reproductions reproductions,
        Lineage lineage,
        List<Check> checks) {
    static final String FORMAT = "mlaas-passport/1";

    /** @param completedAt when its training ended, or it was registered */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Model(
            UUID id,
            @Nullable String name,
            @Nullable Integer version,
            @Nullable String description,
            Map<String, String> tags,
            String origin,
            String state,
            @Nullable String fileFormat,
            UUID organizationId,
            @Nullable String fileName,
            @Nullable Long sizeBytes,
            @Nullable String sha256,
            @Nullable String contractAddress,
            Instant createdAt,
            @Nullable Instant completedAt) {

        @JsonIgnore
        String title() {
            String base = name == null ? "Model " + id.toString().substring(0, 8) : name;
            return version == null ? base : base + ", version " + version;
        }
    }

    /**
     * A fact of the model's provenance.
     *
     * @param name as the signed statement has it; of a fact that is not disclosed, where its name itself would tell
     *     something, only the group that it belongs to
     * @param value null if it is not disclosed
     * @param commitment the digest by which the signed commitments stand for it; null if there are none yet
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Fact(
            String name,
            @Nullable JsonNode value,
            boolean disclosed,
            @Nullable String commitment) {

        @JsonIgnore
        String group() {
            int dot = name.indexOf('.');
            return dot < 0 ? name : name.substring(0, dot);
        }

        @JsonIgnore
        String text() {
            if (value == null) {
                return "not disclosed";
            }
            return value.isString() ? value.asString() : value.toString();
        }
    }

    /**
     * @param kind {@code file}, {@code signature}, {@code statement}, {@code commitments}, {@code certificate} or {@code verdict}
     * @param part which of several
     * @param path where its bytes are, beside the passport
     * @param proof as {@code …/proof} serves it
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Document(
            String kind,
            @Nullable String part,
            String state,
            @Nullable String reason,
            @Nullable String digest,
            @Nullable String keyId,
            @Nullable String path,
            @Nullable Instant signedAt,
            @Nullable JsonNode proof) {}

    /** @param organizationId null for the platform */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Key(String keyId, String publicKey, @Nullable UUID organizationId) {}

    /** @param tried how often the training was repeated, but for times that came to no verdict */
    record Reproductions(int tried, int reproduced, List<Verdict> verdicts) {

        static Reproductions of(List<ReproductionVerdict> verdicts) {
            int reproduced = 0;
            int tried = 0;
            for (ReproductionVerdict verdict : verdicts) {
                switch (verdict.outcome()) {
                    case REPRODUCED, REPRODUCED_WITHIN_TOLERANCE -> {
                        reproduced++;
                        tried++;
                    }
                    case NOT_REPRODUCED, UNDECLARED_INPUT -> tried++;
                    case FAILED -> {}
                }
            }
            return new Reproductions(
                    tried, reproduced, verdicts.stream().map(Verdict::of).toList());
        }
    }

    /** What came of repeating the training; who asked for it is nobody else's business. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Verdict(
            UUID reproductionId,
            ReproductionVerdict.Outcome outcome,
            String summary,
            List<ReproductionVerdict.Run> runs,
            ReproductionVerdict.@Nullable Difference difference,
            List<ReproductionVerdict.Metric> metrics,
            List<ReproductionVerdict.Cause> causes,
            List<String> limits,
            Instant finishedAt) {

        static Verdict of(ReproductionVerdict verdict) {
            return new Verdict(
                    verdict.reproductionId(),
                    verdict.outcome(),
                    verdict.summary(),
                    verdict.runs(),
                    verdict.difference(),
                    verdict.metrics(),
                    verdict.causes(),
                    verdict.limits(),
                    verdict.finishedAt());
        }
    }

    /**
     * @param sourceModel what it was translated from, or what its learner began with
     * @param translations of it, as far as whom this is for may see them
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Lineage(@Nullable UUID sourceModel, List<Translation> translations) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Translation(
            UUID modelId,
            @Nullable String fileFormat,
            @Nullable String sha256,
            @Nullable String certificateSha256) {}

    /** @param what it shows, in a sentence */
    record Check(String what, String command) {}

    /** @param disclose names of facts, {@code name.*} for all of a group, or {@code *} */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Publication(
            boolean published,
            List<String> disclose,
            int revision,
            @Nullable String changedBy,
            @Nullable Instant changedAt) {}

    Optional<Document> document(String kind) {
        return evidence.stream().filter(piece -> piece.kind().equals(kind)).findFirst();
    }

    Optional<Key> key(@Nullable String keyId) {
        return keys.stream().filter(key -> key.keyId().equals(keyId)).findFirst();
    }
}
