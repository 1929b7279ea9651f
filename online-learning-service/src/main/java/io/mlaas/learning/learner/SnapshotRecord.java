package io.mlaas.learning.learner;

import io.mlaas.learning.learner.CheckpointRepository.Work;
import io.mlaas.learning.registry.SnapshotFile;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** How a snapshot came about, for the registry: its digest goes on the chain beside the file's. */
final class SnapshotRecord {
    private static final String TORCHSCRIPT = "torchscript";
    private static final String STATE = "learner-state";

    private SnapshotRecord() {}

    static SnapshotFile of(Work done, Comparison taken, byte[] file) {
        LearnerDocument document = done.document();
        ObjectNode record = JsonNodeFactory.instance
                .objectNode()
                .put("name", document.name())
                .put("learner_id", done.checkpoint().learner().toString())
                .put("snapshot", taken.number())
                .put("position", taken.logOffset())
                .put("learned", taken.learned())
                .put("loss", taken.loss())
                .put("stored_loss", taken.storedLoss())
                .put("reason", taken.reason())
                .put("state_sha256", taken.sha256())
                .put("algorithm", document.algorithm());
        if (document.modelId() != null) {
            record.put("source_model_id", document.modelId().toString());
            record.put("source_sha256", document.configuration().path("archive").asString());
        }
        record.set("learner", document.toJson());
        return new SnapshotFile(
                done.checkpoint().learner(),
                taken.number(),
                taken.isArchive() ? TORCHSCRIPT : STATE,
                file,
                record,
                document.toJson().toString());
    }
}
