package io.mlaas.onnx.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class TranslationTableTest {
    private static final Path PAGE = Path.of(System.getProperty("mlaas.home"), "docs", "translation.md");
    private static final String BEGIN = "<!-- operators: generated from the code -->\n";
    private static final String END = "<!-- end of operators -->\n";

    /** {@code -Dmlaas.write-docs=true} writes the table instead of comparing it. */
    @Test
    void documentationListsEveryOperator() throws IOException {
        String page = Files.readString(PAGE);
        int begin = page.indexOf(BEGIN) + BEGIN.length();
        int end = page.indexOf(END);
        if (Boolean.getBoolean("mlaas.write-docs")) {
            Files.writeString(PAGE, page.substring(0, begin) + table() + page.substring(end));
            return;
        }
        assertThat(page.substring(begin, end))
                .as("docs/translation.md; write it again with -Dmlaas.write-docs=true")
                .isEqualTo(table());
    }

    private static String table() {
        String tensors = OperatorTable.rows().stream()
                .filter(row -> !row.onnx().isEmpty())
                .map(row -> "| `" + row.operator() + "` | " + row.onnx() + " | `" + row.parameters() + "` |\n")
                .collect(Collectors.joining());
        String folded = OperatorTable.rows().stream()
                .filter(row -> row.onnx().isEmpty())
                .map(row -> "`" + row.operator() + "`")
                .collect(Collectors.joining(", "));
        return "\n| Operator | ONNX | Arguments |\n|---|---|---|\n" + tensors
                + "\nComputed while translating, nothing of them is left in the model: " + folded + ".\n\n";
    }
}
