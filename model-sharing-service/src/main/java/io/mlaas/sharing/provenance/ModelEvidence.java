package io.mlaas.sharing.provenance;

import io.mlaas.api.sharing.TrainingRecord;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Everything that can be shown of a model.
 *
 * @param trainingRecord null unless the model was trained here and its record has come
 * @param reproductions newest first
 */
public record ModelEvidence(
        List<Evidence> pieces, @Nullable TrainingRecord trainingRecord, List<Reproduction> reproductions) {

    /** What there is one of. */
    public Optional<Evidence> piece(EvidenceKind kind) {
        return pieces.stream().filter(piece -> piece.kind() == kind).findFirst();
    }
}
