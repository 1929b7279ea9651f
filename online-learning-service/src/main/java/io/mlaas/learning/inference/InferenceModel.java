package io.mlaas.learning.inference;

import io.mlaas.learning.learner.Asking;
import io.mlaas.learning.learner.Predictions;
import io.mlaas.learning.learner.ServedLearner;
import io.mlaas.online.Input;
import io.mlaas.online.Schema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** A learner as a model of the protocol, whatever it is asked by: the tensors that it takes, and those that it gives. */
final class InferenceModel {
    private static final Pattern INTEGER = Pattern.compile("-?(0|[1-9][0-9]{0,8})");
    private static final String LABEL = "label";
    private static final String PROBABILITIES = "probabilities";

    private final ServedLearner learner;
    private final Schema schema;
    private final List<TensorMetadata> outputs;

    InferenceModel(ServedLearner learner) {
        this.learner = learner;
        this.schema = learner.predictor().schema();
        this.outputs = outputs(schema);
    }

    /** @param shape -1 for the batch */
    record TensorMetadata(String name, DataType datatype, List<Integer> shape) {}

    String name() {
        return learner.name();
    }

    String platform() {
        return "mlaas_" + learner.algorithm();
    }

    /** How many rows it has learned: of another state there is another answer. */
    String version() {
        return String.valueOf(learner.predictor().learned());
    }

    /** @throws VersionGoneException if it is another one */
    void require(String version) {
        String current = version();
        if (!version.equals(current)) {
            throw new VersionGoneException(version, current);
        }
    }

    List<TensorMetadata> inputs() {
        List<TensorMetadata> inputs = new ArrayList<>();
        for (Input input : schema.inputs()) {
            List<Integer> shape = new ArrayList<>(List.of(-1));
            if (input instanceof Input.Tensor tensor) {
                shape.addAll(tensor.shape());
            }
            inputs.add(new TensorMetadata(
                    input.name(), input instanceof Input.Nominal ? DataType.BYTES : DataType.FP64, shape));
        }
        return inputs;
    }

    List<TensorMetadata> outputs() {
        return outputs;
    }

    private static List<TensorMetadata> outputs(Schema schema) {
        if (!schema.classifies()) {
            return schema.target().names().stream()
                    .map(name -> new TensorMetadata(name, DataType.FP64, List.of(-1)))
                    .toList();
        }
        return List.of(
                new TensorMetadata(LABEL, hasNumbersForClasses(schema) ? DataType.INT64 : DataType.BYTES, List.of(-1)),
                new TensorMetadata(PROBABILITIES, DataType.FP64, List.of(-1, schema.outputs())));
    }

    private static boolean hasNumbersForClasses(Schema schema) {
        return schema.target().names().stream()
                .allMatch(name -> INTEGER.matcher(name).matches());
    }

    /**
     * @param wanted names of outputs; none for all
     * @throws InferenceException saying what is wrong
     */
    List<InferenceTensor> infer(List<InferenceTensor> inputs, Set<String> wanted, Asking asking) {
        for (String name : wanted) {
            if (outputs.stream().noneMatch(output -> output.name().equals(name))) {
                throw new InferenceException("outputs: " + name + " (expected: one of "
                        + outputs.stream().map(TensorMetadata::name).toList() + ")");
            }
        }
        double[] rows = new TensorRows(schema).rows(inputs);
        int count = inputs.getFirst().rows();
        double[] predicted = learner.predict(count, rows, asking);
        return outputs.stream()
                .filter(output -> wanted.isEmpty() || wanted.contains(output.name()))
                .map(output -> tensor(output, count, predicted))
                .toList();
    }

    private InferenceTensor tensor(TensorMetadata output, int rows, double[] predicted) {
        if (!schema.classifies()) {
            int column = schema.target().names().indexOf(output.name());
            return InferenceTensor.of(
                    output.name(), DataType.FP64, List.of(rows), every(predicted, column, schema.outputs()));
        }
        if (output.name().equals(PROBABILITIES)) {
            return InferenceTensor.of(PROBABILITIES, DataType.FP64, List.of(rows, schema.outputs()), predicted);
        }
        List<String> labels = new Predictions(schema, rows, predicted).labels();
        return output.datatype() == DataType.BYTES
                ? InferenceTensor.of(LABEL, List.of(rows), labels)
                : InferenceTensor.of(
                        LABEL,
                        DataType.INT64,
                        List.of(rows),
                        labels.stream().mapToDouble(Double::parseDouble).toArray());
    }

    private static double[] every(double[] values, int from, int step) {
        if (step == 1) {
            return values;
        }
        double[] column = new double[values.length / step];
        Arrays.setAll(column, i -> values[from + i * step]);
        return column;
    }
}
