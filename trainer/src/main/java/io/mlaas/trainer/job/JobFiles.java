package io.mlaas.trainer.job;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/** The files that a job is given: {@code dataset/FILE}, {@code dataset.json}, {@code model/FILE}. */
public final class JobFiles {
    private static final JsonMapper JSON = JsonMapper.shared();

    private JobFiles() {}

    /** The one file at this place, or in it; null when there is none. */
    public static @Nullable Path only(Path place) throws IOException {
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

    /** What the platform says of a dataset, an empty object when it says nothing. */
    public static JsonNode metadata(Path file) throws IOException {
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
}
