package io.mlaas.training.workspace;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.json.JsonMapper;

/** What a program measured: its {@code metrics.json}, which is shown but is no part of the result. */
public final class Metrics {
    /** How a line of the log begins that brings them from where the program ran. */
    public static final String MARK = "metrics ";

    private static final long LARGEST = 256 * 1024;
    private static final JsonMapper LENIENT = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build();

    private Metrics() {}

    /** As JSON on one line, or null if the program wrote none that can be shown; of the latter, {@code log} is told. */
    public static @Nullable String read(Path output, Consumer<String> log) throws IOException {
        Path file = output.resolve(Result.METRICS);
        // a link would show whatever it points to
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) > LARGEST) {
            return null;
        }
        String metrics = parse(new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
        if (metrics == null) {
            log.accept(Result.METRICS + " is not JSON and is not shown");
        }
        return metrics;
    }

    /** As JSON that everybody can read, or null if it is none. */
    public static @Nullable String parse(String text) {
        try {
            return LENIENT.readTree(text).toString();
        } catch (JacksonException e) {
            return null;
        }
    }
}
