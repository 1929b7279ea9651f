package io.mlaas.monitoring.action;

import io.mlaas.api.learning.LearningApi;
import io.mlaas.api.learning.LearningApi.Learned;
import io.mlaas.api.learning.LearningApi.RowsToLearn;
import io.mlaas.kit.client.ServiceClients;
import io.mlaas.kit.client.ServicesProperties;
import io.mlaas.monitoring.monitor.Datasets;
import io.mlaas.monitoring.monitor.Monitor;
import io.mlaas.monitoring.monitor.Retrain;
import io.mlaas.monitoring.rows.Rows;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Has learners learn rows, part by part. A part has an id that the learner knows it by, and is written down when the learner
 * has it: whoever goes on after a kill begins with the next one, and one that is sent again is not learned again.
 */
@Component
class RetrainedLearners {
    private static final int ROWS_AT_ONCE = 1000;
    private static final int VALUES_AT_ONCE = 200_000;

    private final LearningApi learners;
    private final Datasets datasets;
    private final LabelledRows windows;
    private final RetrainingRepository retrainings;
    private final RetrainingProperties properties;
    private final JsonMapper json;

    RetrainedLearners(
            ServiceClients clients,
            ServicesProperties services,
            Datasets datasets,
            LabelledRows windows,
            RetrainingRepository retrainings,
            RetrainingProperties properties,
            JsonMapper json) {
        this.learners = clients.create(LearningApi.class, services.onlineLearning());
        this.datasets = datasets;
        this.windows = windows;
        this.retrainings = retrainings;
        this.properties = properties;
        this.json = json;
    }

    /** Rows of a dataset, in its order. */
    RetrainingStep learn(RetrainingRepository.Due due, Monitor monitor, Retrain.LearnDataset wanted) {
        Sending sending = new Sending(due, wanted.learner());
        datasets.read(monitor, due.organization(), wanted.columns(), rowsAtOnce(monitor), block -> {
            LearnableRows part = new LearnableRows(monitor.document().layout());
            part.addAll(block);
            sending.send(part);
        });
        return sending.ended();
    }

    /**
     * Labelled rows of the latest windows. Which part a row belongs to is told by its id: a label that comes between two
     * attempts moves none of the others.
     */
    RetrainingStep learn(RetrainingRepository.Due due, Monitor monitor, Retrain.LearnWindows wanted) {
        Retraining retraining = due.retraining();
        LearnableRows all = new LearnableRows(monitor.document().layout());
        for (Rows rows : windows.latest(monitor, retraining.window(), wanted.windows())) {
            all.addAll(rows);
        }
        if (retraining.parts() == null && all.size() < wanted.minRows()) {
            return new RetrainingStep.NotYet("%d rows with labels and all values in %d windows (expected: at least %d)"
                    .formatted(all.size(), wanted.windows(), wanted.minRows()));
        }
        int atOnce = rowsAtOnce(monitor);
        int parts = retrainings.divide(retraining.id(), Math.max(1, (all.size() + atOnce - 1) / atOnce));
        Sending sending = new Sending(due, wanted.learner());
        for (int part = 0; part < parts; part++) {
            sending.send(all.part(part, parts));
        }
        return sending.ended();
    }

    private static int rowsAtOnce(Monitor monitor) {
        int features = Math.max(1, monitor.document().layout().featureCount());
        return Math.clamp(VALUES_AT_ONCE / features, 1, ROWS_AT_ONCE);
    }

    /** The parts of one retraining, one after another. */
    private final class Sending {
        private final RetrainingRepository.Due due;
        private final String learner;
        private int next;
        private long rows;
        private @Nullable JsonNode answer;

        Sending(RetrainingRepository.Due due, String learner) {
            this.due = due;
            this.learner = learner;
            this.rows = due.retraining().rows();
        }

        void send(LearnableRows part) {
            UUID id = due.retraining().id();
            int number = next++;
            if (number < due.retraining().sentParts()) {
                return;
            }
            if (part.size() > 0) {
                UUID partId = UUID.nameUUIDFromBytes((id + "/" + number).getBytes(StandardCharsets.UTF_8));
                Learned learned = learners.learn(
                        learner, partId, due.organization(), new RowsToLearn(part.instances(), part.targets()));
                answer = json.valueToTree(learned);
            }
            retrainings.sent(id, number, part.size(), part.leftOut(), properties.lease());
            rows += part.size();
        }

        RetrainingStep ended() {
            return rows == 0
                    ? new RetrainingStep.Ended(
                            Retraining.State.REFUSED, "there are no rows with a target and all values", null)
                    : new RetrainingStep.Ended(Retraining.State.SUCCEEDED, null, answer);
        }
    }
}
