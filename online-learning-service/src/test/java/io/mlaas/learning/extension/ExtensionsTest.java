package io.mlaas.learning.extension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlaas.online.Algorithms;
import io.mlaas.online.Learner;
import io.mlaas.online.Schema;
import io.mlaas.online.Target;
import io.mlaas.transform.Transformer;
import io.mlaas.transform.payload.Message;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.JsonNodeFactory;

class ExtensionsTest {
    private static final String DOUBLING = """
            import io.mlaas.transform.document.Fields;
            import io.mlaas.transform.row.Schema;
            import io.mlaas.transform.step.*;

            public class Doubling implements StepProvider {
                public String name() { return "%s"; }

                public Step read(Fields fields, Schema input) {
                    int column = input.index(fields.text("field"));
                    return new Step(input, input) {
                        public Processor start() {
                            return (row, next) -> {
                                Object[] values = row.values(row.size());
                                values[column] = 2 * row.number(column);
                                next.pass(row.with(values));
                            };
                        }
                    };
                }
            }
            """;

    private static final String OTHER_NAME = """
            import io.mlaas.online.*;
            import tools.jackson.databind.JsonNode;

            public class OtherName implements Algorithm {
                public String name() { return "own_linear"; }

                public Learner create(Schema schema, JsonNode configuration, String path) {
                    return Algorithms.named("linear", path).create(schema, configuration, path);
                }
            }
            """;

    @TempDir
    Path directory;

    @Test
    void addStepsAndAlgorithms() throws Exception {
        jar(
                "own.jar",
                Map.of("Doubling", DOUBLING.formatted("twice"), "OtherName", OTHER_NAME),
                Map.of(
                        "io.mlaas.transform.step.StepProvider", "Doubling",
                        "io.mlaas.online.Algorithm", "OtherName"));
        Files.writeString(directory.resolve("readme.txt"), "no jar");
        Extensions extensions = new Extensions(new ExtensionProperties(directory));

        Transformer transformer = Transformer.of("""
                {"version": 1, "payload": {"format": "json"}, "steps": [
                  {"step": "extract", "fields": [{"name": "x", "path": "$.x"}]},
                  {"step": "twice", "field": "x"},
                  {"step": "sample", "inputs": ["x"]}]}
                """);
        double[] input = transformer
                .accept(Message.of("meter", Instant.EPOCH, "{\"x\": 21}".getBytes(StandardCharsets.UTF_8)))
                .samples()
                .getFirst()
                .input();
        assertThat(input).containsExactly(42);
        Schema schema = Schema.numeric(1, new Target.Regression(List.of("y")));
        try (Learner learner =
                Algorithms.named("own_linear", "$.algorithm").create(schema, JsonNodeFactory.instance.objectNode())) {
            assertThat(learner.predict(1, new double[] {1})).containsExactly(0);
        }
        extensions.destroy();
    }

    @Test
    void stopTheServiceWhereTheyAreWrong() throws Exception {
        jar(
                "window.jar",
                Map.of("Doubling", DOUBLING.formatted("window")),
                Map.of("io.mlaas.transform.step.StepProvider", "Doubling"));
        assertThatThrownBy(() -> new Extensions(new ExtensionProperties(directory)))
                .hasMessageContainingAll("mlaas.learning.extensions: " + directory, "two steps are named window");

        jar("window.jar", Map.of(), Map.of("io.mlaas.transform.step.StepProvider", "Missing"));
        assertThatThrownBy(() -> new Extensions(new ExtensionProperties(directory)))
                .hasMessageContainingAll("mlaas.learning.extensions", "Missing");
        assertThatThrownBy(() -> new Extensions(new ExtensionProperties(directory.resolve("elsewhere"))))
                .hasMessageContaining("elsewhere (expected: a directory of jars)");
    }

    /** @param sources of classes, by name */
    private void jar(String name, Map<String, String> sources, Map<String, String> services) throws IOException {
        Path classes = Files.createDirectories(directory.resolve("classes"));
        for (Map.Entry<String, String> source : sources.entrySet()) {
            Path file = Files.writeString(classes.resolve(source.getKey() + ".java"), source.getValue());
            int failed = ToolProvider.getSystemJavaCompiler()
                    .run(null, null, null, "-proc:none", "-d", classes.toString(), file.toString());
            assertThat(failed).isZero();
        }
        try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(directory.resolve(name)))) {
            try (var files = Files.list(classes)) {
                for (Path file :
                        files.filter(each -> each.toString().endsWith(".class")).toList()) {
                    entry(jar, file.getFileName().toString(), Files.readAllBytes(file));
                }
            }
            for (Map.Entry<String, String> service : services.entrySet()) {
                entry(
                        jar,
                        "META-INF/services/" + service.getKey(),
                        service.getValue().getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    private static void entry(JarOutputStream jar, String name, byte[] bytes) throws IOException {
        jar.putNextEntry(new JarEntry(name));
        jar.write(bytes);
        jar.closeEntry();
    }
}
