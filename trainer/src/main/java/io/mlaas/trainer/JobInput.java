package io.mlaas.trainer;

import io.mlaas.neural.network.InvalidDescriptionException;
import io.mlaas.trainer.job.BadInputException;
import io.mlaas.trainer.job.JobFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What the job was given.
 *
 * @param dataset the dataset under its original name
 * @param metadata the dataset's metadata, an empty object when there is none
 * @param description text of the network description, or null when no model part was uploaded
 */
record JobInput(Path dataset, JsonNode metadata, @Nullable String description) {
    private static final long LONGEST_DESCRIPTION = 4L << 20;

    static JobInput in(Path directory) throws IOException {
        Path dataset = JobFiles.only(directory.resolve("dataset"));
        if (dataset == null) {
            throw new BadInputException("dataset: no file in " + directory.resolve("dataset") + " (expected: one)");
        }
        Path model = JobFiles.only(directory.resolve("model"));
        return new JobInput(
                dataset,
                JobFiles.metadata(directory.resolve("dataset.json")),
                model == null ? null : description(model));
    }

    /** The text of the model part; it is parsed and never executed, so programs and weights are refused. */
    private static String description(Path model) throws IOException {
        String name = String.valueOf(model.getFileName());
        String taken = " (expected: a JSON network description, see docs/network-description.md; the built-in trainer "
                + "parses its model part and never executes code: to run your own program, name your own train_image)";
        if (name.toLowerCase(Locale.ROOT).matches(".*\\.(py|ipynb|pt|pth|pkl|onnx|h5|keras|zip|tar|gz|sh|jar)")) {
            throw new BadInputException("model: " + name + taken);
        }
        if (Files.size(model) > LONGEST_DESCRIPTION) {
            throw new BadInputException("model: " + name + " of " + Files.size(model) + " bytes" + taken);
        }
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(Files.readAllBytes(model)))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new BadInputException("model: " + name + " is not text" + taken, e);
        }
        if (!text.stripLeading().startsWith("{")) {
            throw new InvalidDescriptionException("model: " + name + " does not start with {" + taken);
        }
        return text;
    }
}
