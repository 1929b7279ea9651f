package io.mlaas.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import io.mlaas.kit.problem.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Documents that must say what the code does: a difference fails the test and prints the line to write. */
public final class Documentation {
    private static final Path HOME = Path.of(System.getProperty("mlaas.home", ".."));
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    private Documentation() {}

    /** Every constant of every {@link Problem} enum among these classes has its row in {@code docs/errors.md}. */
    static void errorsAreDocumented(JavaClasses classes) {
        List<String> missing = new ArrayList<>();
        String documented = read(HOME.resolve("docs/errors.md"));
        for (JavaClass candidate : classes) {
            if (candidate.isEnum() && candidate.isAssignableTo(Problem.class)) {
                for (Object constant : candidate.reflect().getEnumConstants()) {
                    String row = row((Problem) constant);
                    if (!documented.contains(row)) {
                        missing.add(row);
                    }
                }
            }
        }
        assertThat(missing).as("rows that docs/errors.md lacks").isEmpty();
    }

    static String row(Problem problem) {
        return "| `%s` | %d | %s | %s | %s |"
                .formatted(
                        problem.name(),
                        problem.status().value(),
                        problem.category(),
                        problem.title(),
                        problem.remedy());
    }

    /**
     * The service's OpenAPI document is the one committed as {@code docs/openapi/<service>.json}; run the test with
     * {@code -Dmlaas.openapi.write} to write it.
     */
    public static void openApiIsCommitted(String service, String served) {
        Path file = HOME.resolve("docs/openapi").resolve(service + ".json");
        JsonNode document = JSON.readTree(served);
        ((ObjectNode) document).remove("servers");
        String text = JSON.writeValueAsString(JSON.treeToValue(document, Object.class)) + "\n";
        if (System.getProperty("mlaas.openapi.write") != null) {
            try {
                Files.createDirectories(file.getParent());
                Files.writeString(file, text);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        assertThat(text)
                .as("%s differs from what the service serves; write it with -Dmlaas.openapi.write", file)
                .isEqualTo(read(file));
    }

    /**
     * The service's section of {@code docs/authorization.md} is this table; run the test with {@code
     * -Dmlaas.openapi.write} to write it.
     */
    public static void authorizationIsPublished(String service, String table) {
        Path file = HOME.resolve("docs/authorization.md");
        String start = "<!-- " + service + " -->\n";
        String end = "<!-- /" + service + " -->\n";
        String page = read(file);
        if (System.getProperty("mlaas.openapi.write") != null && page.contains(start)) {
            String written =
                    page.substring(0, page.indexOf(start) + start.length()) + table + page.substring(page.indexOf(end));
            try {
                Files.writeString(file, written);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        assertThat(read(file))
                .as("the section of %s in %s; write it with -Dmlaas.openapi.write", service, file)
                .contains(start + table + end);
    }

    private static String read(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
