package io.mlaas.trainer;

import io.mlaas.neural.network.InvalidDescriptionException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * What the job was given.
 *
 * @param dataset the dataset under its original name
 * @param metadata the dataset's metadata, an empty object when there is none
 * @param description text of the network description, or null when no model part was uploaded
 */
record JobInput(Path dataset, JsonNode metadata, @Nullable String description) {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final long LONGEST_DESCRIPTION = 4L << 20;

    static JobInput in(Path directory) throws IOException {
        Path dataset = only(directory.resolve("dataset"));
        if (dataset == null) {
            throw new BadInputException("dataset: no file in " + directory.resolve("dataset") + " (expected: one)");
        }
        Path model = only(directory.resolve("model"));
        return new JobInput(
                dataset, metadata(directory.resolve("dataset.json")), model == null ? null : description(model));
    }

    private static @Nullable Path only(Path place) throws IOException {
        if (Files.isRegularFile(place)) {
            return place;
        }
        if (!Files.isDirectory(place)) {
            return null;
        }
        List<Path> files;
        try (Stream<Path> listed = Files.list(place)) {
            files = listed.filter(Files::isRegularFile).sorted().toList();
        }
        if (files.size() > 1) {
            throw new BadInputException(place.getFileName() + ": " + files.size() + " files "
                    + files.stream().map(Path::getFileName).toList() + " (expected: one)");
        }
        return files.isEmpty() ? null : files.getFirst();
    }

    private static JsonNode metadata(Path file) throws IOException {
        if (!Files.exists(file)) {
            return JsonNodeFactory.instance.objectNode();
        }
        try {
            return JSON.readTree(Files.readString(file));
        } catch (JacksonException e) {
            throw new BadInputException(
                    "dataset metadata: not valid JSON: " + e.getOriginalMessage() + " (expected: an object)", e);
        }
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
