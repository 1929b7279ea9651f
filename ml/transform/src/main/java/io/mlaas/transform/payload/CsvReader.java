package io.mlaas.transform.payload;

import io.mlaas.transform.document.Fields;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Lines of separated values after RFC 4180: a tree with the declared columns for each line. What looks like a number is
 * one, an empty field is missing, everything else is text.
 */
record CsvReader(List<String> columns, char separator, boolean header, TreeReadings readings, Limits limits)
        implements PayloadReader {
    private static final Pattern NUMBER = Pattern.compile("-?\\d{1,30}(\\.\\d{1,30})?([eE][+-]?\\d{1,3})?");

    static CsvReader read(Fields fields, Limits limits) {
        List<String> columns = fields.texts("columns");
        if (new HashSet<>(columns).size() < columns.size()) {
            fields.bad("columns", columns + " (expected: each name once)");
        }
        String separator = fields.value("separator") == null
                ? ","
                : fields.node().get("separator").asString();
        if (separator.length() != 1 || "\"\r\n".contains(separator)) {
            fields.bad("separator", "\"" + separator + "\" (expected: one character)");
            separator = ",";
        }
        return new CsvReader(
                columns, separator.charAt(0), fields.flag("header", false), TreeReadings.read(fields, limits), limits);
    }

    @Override
    public List<Reading> read(Message message) throws BadPayloadException {
        JsonNode given = message.tree();
        if (given != null) {
            return readings.of(List.of(given), message);
        }
        if (message.payload().length > limits.bytes()) {
            throw new BadPayloadException(
                    "payload: " + message.payload().length + " bytes (expected: at most " + limits.bytes() + ")");
        }
        List<List<String>> lines = lines(new String(message.payload(), StandardCharsets.UTF_8));
        List<JsonNode> trees = new ArrayList<>();
        for (int i = header ? 1 : 0; i < lines.size(); i++) {
            trees.add(tree(lines.get(i), i + 1));
        }
        return readings.of(trees, message);
    }

    private ObjectNode tree(List<String> line, int number) throws BadPayloadException {
        if (line.size() != columns.size()) {
            throw new BadPayloadException(
                    "line " + number + ": " + line.size() + " fields (expected: " + columns.size() + ")");
        }
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        for (int i = 0; i < columns.size(); i++) {
            String field = line.get(i).strip();
            if (NUMBER.matcher(field).matches()) {
                tree.put(columns.get(i), new BigDecimal(field));
            } else if (!field.isEmpty()) {
                tree.put(columns.get(i), field);
            }
        }
        return tree;
    }

    private List<List<String>> lines(String text) throws BadPayloadException {
        List<List<String>> lines = new ArrayList<>();
        List<String> line = new ArrayList<>();
        StringBuilder field = new StringBuilder();
        int at = 0;
        while (at < text.length()) {
            char next = text.charAt(at);
            if (next == '"' && field.isEmpty()) {
                at = quoted(text, at + 1, field);
                continue;
            }
            at++;
            if (next == separator) {
                line.add(field.toString());
                field.setLength(0);
            } else if (next == '\n') {
                finish(lines, line, field);
                line = new ArrayList<>();
            } else if (next != '\r') {
                field.append(next);
            }
        }
        finish(lines, line, field);
        return lines;
    }

    private void finish(List<List<String>> lines, List<String> line, StringBuilder field) throws BadPayloadException {
        if (!line.isEmpty() || !field.isEmpty()) {
            line.add(field.toString());
            lines.add(line);
        }
        field.setLength(0);
        if (lines.size() > limits.readings() + 1) {
            throw new BadPayloadException("payload: more than " + limits.readings() + " lines");
        }
    }

    private static int quoted(String text, int from, StringBuilder field) throws BadPayloadException {
        for (int at = from; at < text.length(); at++) {
            if (text.charAt(at) != '"') {
                field.append(text.charAt(at));
            } else if (at + 1 < text.length() && text.charAt(at + 1) == '"') {
                field.append('"');
                at++;
            } else {
                return at + 1;
            }
        }
        throw new BadPayloadException("payload: a quotation mark is not closed");
    }
}
