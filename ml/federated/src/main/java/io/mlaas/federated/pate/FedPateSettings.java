package io.mlaas.federated.pate;

import io.mlaas.neural.training.Loss;
import io.mlaas.neural.training.OptimizerSettings;
import io.mlaas.privacy.pate.VoteMechanism;
import org.jspecify.annotations.Nullable;

/**
 * What decides a student, together with network and data.
 *
 * @param mechanism how votes become a label; null: the plurality, without noise and without any privacy
 * @param queries labels that are asked for; each costs, and where there are fewer public samples they are asked again in
 *     turn
 * @param delta at which ε is told
 * @param seed decides every teacher and the student
 */
public record FedPateSettings(
        int teacherEpochs,
        int studentEpochs,
        int batch,
        OptimizerSettings optimizer,
        Loss loss,
        @Nullable VoteMechanism mechanism,
        int queries,
        double delta,
        long seed) {

    public FedPateSettings {
        requireAtLeastOne("teacher epochs", teacherEpochs);
        requireAtLeastOne("student epochs", studentEpochs);
        requireAtLeastOne("batch", batch);
        requireAtLeastOne("queries", queries);
        if (!loss.classification()) {
            throw new IllegalArgumentException(
                    "loss: " + loss + " (expected: one of classes, for which teachers vote)");
        }
    }

    private static void requireAtLeastOne(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: >= 1)");
        }
    }
}
