package io.mlaas.online;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The JSON form of a {@link Schema}. */
final class SchemaJson {
    private enum InputType {
        NUMERIC,
        NOMINAL,
        TENSOR
    }

    private enum TargetType {
        CLASSIFICATION,
        REGRESSION
    }

    private SchemaJson() {}

    static Schema parse(JsonNode json, String path) {
        ConfigurationFields fields = new ConfigurationFields(json, path);
        List<Input> inputs = new ArrayList<>();
        for (JsonNode element : fields.list("inputs")) {
            inputs.add(input(element, fields.path("inputs") + "[" + inputs.size() + "]"));
        }
        JsonNode target = fields.raw("target");
        if (target == null) {
            throw fields.refused("target", "missing", "a JSON object");
        }
        Target parsed = target(target, fields.path("target"));
        fields.done();
        return at(path, () -> new Schema(inputs, parsed));
    }

    private static Input input(JsonNode json, String path) {
        ConfigurationFields fields = new ConfigurationFields(json, path);
        String name = fields.text("name");
        Input input =
                switch (fields.choice("type", InputType.NUMERIC)) {
                    case NUMERIC -> new Input.Numeric(name);
                    case NOMINAL -> {
                        List<String> values = fields.texts("values");
                        yield at(path, () -> new Input.Nominal(name, values));
                    }
                    case TENSOR -> {
                        List<Integer> shape = shape(fields);
                        yield at(path, () -> new Input.Tensor(name, shape));
                    }
                };
        fields.done();
        return input;
    }

    private static List<Integer> shape(ConfigurationFields fields) {
        List<Integer> shape = new ArrayList<>();
        for (JsonNode length : fields.list("shape")) {
            if (!length.isIntegralNumber() || !length.canConvertToInt()) {
                throw fields.refused("shape[" + shape.size() + "]", length, "an integer >= 1");
            }
            shape.add(length.intValue());
        }
        return shape;
    }

    private static Target target(JsonNode json, String path) {
        ConfigurationFields fields = new ConfigurationFields(json, path);
        TargetType type = fields.choice("type", TargetType.CLASSIFICATION);
        List<String> names = fields.texts(type == TargetType.CLASSIFICATION ? "classes" : "outputs");
        fields.done();
        return at(
                path,
                () -> type == TargetType.CLASSIFICATION
                        ? new Target.Classification(names)
                        : new Target.Regression(names));
    }

    private static <T> T at(String path, Supplier<T> made) {
        try {
            return made.get();
        } catch (ConfigurationRefused refused) {
            throw refused;
        } catch (IllegalArgumentException wrong) {
            throw new ConfigurationRefused(path, String.valueOf(wrong.getMessage()));
        }
    }

    static ObjectNode write(Schema schema) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        ArrayNode inputs = json.putArray("inputs");
        for (Input input : schema.inputs()) {
            ObjectNode node = inputs.addObject().put("name", input.name());
            switch (input) {
                case Input.Numeric _ -> node.put("type", "numeric");
                case Input.Nominal nominal -> {
                    ArrayNode values = node.put("type", "nominal").putArray("values");
                    nominal.values().forEach(values::add);
                }
                case Input.Tensor tensor -> {
                    ArrayNode shape = node.put("type", "tensor").putArray("shape");
                    tensor.shape().forEach(shape::add);
                }
            }
        }
        ObjectNode target = json.putObject("target");
        boolean classifies = schema.classifies();
        ArrayNode names = target.put("type", classifies ? "classification" : "regression")
                .putArray(classifies ? "classes" : "outputs");
        schema.target().names().forEach(names::add);
        return json;
    }
}
