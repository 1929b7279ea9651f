package io.mlaas.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mlaas.transform.document.Problem;
import io.mlaas.transform.row.Unit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The README's tables tell of everything there is. */
class ReadmeTest {
    private final String readme = read();

    @Test
    void listsEveryUnit() {
        for (Unit unit : Unit.table().values()) {
            String row = "| " + unit.dimension() + " | ";
            int from = readme.indexOf(row);
            assertThat(from).as(unit.dimension()).isPositive();
            String cells = readme.substring(from + row.length(), readme.indexOf(" |\n", from));
            assertThat(cells.split(", ")).contains(unit.name());
        }
    }

    @Test
    void listsEveryStepWithItsFields() {
        Set<String> steps = expected("{\"steps\": [{\"step\": \"?\"}]}", "$.steps[0].step");
        steps.remove("accumulate");
        for (String step : steps) {
            int from = readme.indexOf("| `" + step + "` |");
            assertThat(from).as(step).isPositive();
            String row = readme.substring(from, readme.indexOf('\n', from));
            Set<String> fields = expected("""
                    {"steps": [{"step": "extract", "fields": []}, {"step": "%s", "?": 1}]}""".formatted(step), "$.steps[1].?");
            fields.remove("step");
            for (String field : fields) {
                assertThat(row).as(step).contains("`" + field + "`");
            }
        }
    }

    @Test
    void listsEveryLimit() {
        String section = readme.substring(readme.indexOf("### limits"), readme.indexOf("### steps"));
        for (String limit : expected("{\"limits\": {\"?\": 1}}", "$.limits.?")) {
            assertThat(section).contains("`" + limit + "`");
        }
    }

    /** What a message says was expected at a path. */
    private static Set<String> expected(String document, String path) {
        InvalidTransformerException invalid =
                catchThrowableOfType(InvalidTransformerException.class, () -> TransformerDocument.of(document));
        String message = invalid.problems().stream()
                .filter(problem -> problem.path().equals(path))
                .map(Problem::message)
                .findFirst()
                .orElseThrow();
        String list = message.substring(message.indexOf("one of ") + 7, message.lastIndexOf(')'));
        return Arrays.stream(list.split(", ")).collect(Collectors.toCollection(TreeSet::new));
    }

    private static String read() {
        try {
            return Files.readString(Path.of("README.md"));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
