package io.mlaas.ppfl.trainer;

import io.mlaas.federated.plan.Plan;
import io.mlaas.trainer.job.BadInputException;
import io.mlaas.trainer.job.JobFiles;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What the job was given.
 *
 * @param dataset under its original name; null: none, the plan means the built-in digits
 * @param metadata the dataset's, an empty object when there is none
 */
record JobInput(Plan plan, @Nullable Path dataset, JsonNode metadata) {
    private static final long LONGEST_PLAN = 4L << 20;

    static JobInput in(Path directory) throws IOException {
        Path file = JobFiles.only(directory.resolve("model"));
        if (file == null) {
            throw new BadInputException("model: no file in " + directory.resolve("model")
                    + " (expected: the plan of a federation, docs/federated.md)");
        }
        Plan plan = plan(file);
        if (plan.real() || plan.engine() == Plan.Engine.FLARE || plan.engine() == Plan.Engine.FLOWER) {
            throw new BadInputException("plan: engine " + plan.engine() + ", mode "
                    + plan.topology().mode() + " (expected: a simulation of engine fedavg or fedpate)");
        }
        Path dataset = JobFiles.only(directory.resolve("dataset"));
        if (dataset == null && plan.data().datasetId() != null) {
            throw new BadInputException("dataset: no file in " + directory.resolve("dataset") + " (expected: dataset "
                    + plan.data().datasetId() + ", which the plan names)");
        }
        return new JobInput(plan, dataset, JobFiles.metadata(directory.resolve("dataset.json")));
    }

    private static Plan plan(Path file) throws IOException {
        if (Files.size(file) > LONGEST_PLAN) {
            throw new BadInputException("model: " + file.getFileName() + " of " + Files.size(file)
                    + " bytes (expected: the plan of a federation)");
        }
        try {
            return Plan.parse(Files.readString(file));
        } catch (CharacterCodingException e) {
            throw new BadInputException(
                    "model: " + file.getFileName() + " is not text (expected: the plan of a federation)", e);
        }
    }

    /** The network's word on the data, else the dataset's metadata's, else none. */
    @Nullable
    JsonNode mapping() {
        JsonNode described = plan.model().description().data();
        if (described != null) {
            return described;
        }
        JsonNode data = metadata.get("data");
        if (data == null) {
            data = metadata.path("metadata").get("data");
        }
        return data == null || data.isNull() ? null : data;
    }
}
