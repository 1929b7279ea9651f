package io.mlaas.onnx.parity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlaas.onnx.ModelSource;
import io.mlaas.onnx.OnnxTranslation;
import io.mlaas.onnx.graph.Attribute;
import io.mlaas.onnx.graph.Dim;
import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.graph.OnnxGraph;
import io.mlaas.onnx.graph.Shape;
import io.mlaas.onnx.graph.Tensor;
import io.mlaas.onnx.parity.ParityCertificate.Explained;
import io.mlaas.onnx.runtime.NamedTensors;
import io.mlaas.onnx.runtime.TypedTensor;
import java.time.Clock;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The two largest of four numbers, and behind them in the same output their places. */
class TiedChoicesTest {
    private static final int WIDTH = 4;
    private static final int CHOSEN = 2;
    private static final ParityPlan PLAN = new ParityPlan(3, 50, List.of(1, 3), Optional.empty(), 1e-5, 1e-4, false);

    private final Tensor places;
    private final OnnxTranslation topTwo;

    TiedChoicesTest() {
        OnnxGraph graph = new OnnxGraph();
        Tensor x = graph.input("x", ElementType.FLOAT32, new Shape(List.of(Dim.symbol("batch"), Dim.of(WIDTH))));
        Shape shape = x.shape().with(1, Dim.of(CHOSEN));
        List<Tensor> top = graph.nodes(
                "TopK",
                List.of(new Tensor("", x.type(), shape), new Tensor("", ElementType.INT64, shape)),
                List.of(x, graph.size(Dim.of(CHOSEN))),
                Attribute.of("axis", 1));
        places = top.getLast();
        Tensor y = graph.node(
                "Concat",
                ElementType.FLOAT32,
                shape.with(1, Dim.of(2L * CHOSEN)),
                List.of(top.getFirst(), graph.cast(places, ElementType.FLOAT32)),
                Attribute.of("axis", 1));
        topTwo = translation(graph, y);
    }

    private static OnnxTranslation translation(OnnxGraph graph, Tensor y) {
        return OnnxTranslation.of(
                graph,
                "top",
                Map.of("y", y),
                new ModelSource("test", "1", "", "", "0".repeat(64)),
                new TreeMap<>(),
                List.of(),
                Map.of("x", InputDomain.of(List.of(WIDTH))),
                Optional.empty(),
                Optional.empty());
    }

    /** The source, which orders the places of each row in its own way. */
    private record Source(String name, UnaryOperator<double[]> order) implements Reference {
        @Override
        public NamedTensors run(NamedTensors inputs) {
            TypedTensor x = inputs.first();
            double[] all = new double[x.samples() * 2 * CHOSEN];
            for (int sample = 0; sample < x.samples(); sample++) {
                double[] row = x.sample(sample).doubles();
                double[] ordered = order.apply(row);
                for (int i = 0; i < CHOSEN; i++) {
                    all[(2 * sample) * CHOSEN + i] = row[(int) ordered[i]];
                    all[(2 * sample + 1) * CHOSEN + i] = ordered[i];
                }
            }
            return NamedTensors.of("y", TypedTensor.numbers(ElementType.FLOAT32, all, x.samples(), 2 * CHOSEN));
        }

        @Override
        public NamedTensors intermediates(NamedTensors inputs) {
            TypedTensor x = inputs.first();
            double[] all = IntStream.range(0, x.samples())
                    .mapToObj(sample -> order.apply(x.sample(sample).doubles()))
                    .flatMapToDouble(ordered -> Arrays.stream(ordered).limit(CHOSEN))
                    .toArray();
            return NamedTensors.of(name, TypedTensor.numbers(ElementType.INT64, all, x.samples(), CHOSEN));
        }

        @Override
        public String engine() {
            return "a source with an order of its own";
        }
    }

    private static double[] sorted(double[] row, Comparator<Integer> amongEqual) {
        return IntStream.range(0, row.length)
                .boxed()
                .sorted(Comparator.<Integer>comparingDouble(i -> -row[i]).thenComparing(amongEqual))
                .mapToDouble(Integer::doubleValue)
                .toArray();
    }

    private static double[] lastFirst(double[] row) {
        return sorted(row, Comparator.reverseOrder());
    }

    private ParityCertificate certify(UnaryOperator<double[]> order) {
        return new ParityCheck(PLAN, Clock.systemUTC()).certify(topTwo, new Source(places.name(), order));
    }

    @Test
    void otherPlacesOfEqualValuesPassAndAreTold() {
        ParityCertificate certificate = certify(TiedChoicesTest::lastFirst);
        assertThat(certificate.explained()).extracting(Explained::tiedInputs).isEqualTo(27);
        assertThat(certificate.toJson()).contains("\"explained\":{\"tied_inputs\":27,");
    }

    @Test
    void nothingIsExplainedWhereNothingDiffers() {
        ParityCertificate certificate = certify(row -> sorted(row, Comparator.naturalOrder()));
        assertThat(certificate.explained()).isNull();
    }

    @Test
    void aPlaceOfAnotherValueFails() {
        assertThatThrownBy(() -> certify(row -> {
                    double[] right = lastFirst(row);
                    return new double[] {right[0], right[2]};
                }))
                .isInstanceOf(ParityFailed.class);
    }

    /** A row with each value twice: one of the smaller ones is no largest. */
    @Test
    void aPlaceOfASmallerValueFailsAmongTies() {
        assertThatThrownBy(() -> certify(row -> {
                    boolean pairs = row[0] == row[2] && row[1] == row[3] && row[0] < row[1];
                    return pairs ? new double[] {3, 0} : lastFirst(row);
                }))
                .isInstanceOf(ParityFailed.class)
                .hasMessageContaining("alternating");
    }

    @Test
    void aPlaceTakenTwiceFails() {
        assertThatThrownBy(() -> certify(row -> {
                    boolean equal = row[0] == row[1] && row[1] == row[2] && row[2] == row[3];
                    return equal ? new double[] {1, 1} : lastFirst(row);
                }))
                .isInstanceOf(ParityFailed.class);
    }

    /** Both promise the first of equal numbers. */
    @Test
    void theLastPlaceOfTheLargestNumberFails() {
        OnnxGraph graph = new OnnxGraph();
        Tensor x = graph.input("x", ElementType.FLOAT32, new Shape(List.of(Dim.symbol("batch"), Dim.of(WIDTH))));
        Tensor largest = graph.node(
                "ArgMax", ElementType.INT64, x.shape().with(1, Dim.of(1)), List.of(x), Attribute.of("axis", 1));
        OnnxTranslation first = translation(graph, largest);
        Reference last = new Reference() {
            @Override
            public NamedTensors run(NamedTensors inputs) {
                TypedTensor x = inputs.first();
                double[] places = IntStream.range(0, x.samples())
                        .mapToDouble(sample -> lastFirst(x.sample(sample).doubles())[0])
                        .toArray();
                return NamedTensors.of("y", TypedTensor.numbers(ElementType.INT64, places, x.samples(), 1));
            }

            @Override
            public NamedTensors intermediates(NamedTensors inputs) {
                return NamedTensors.of(largest.name(), run(inputs).first());
            }

            @Override
            public String engine() {
                return "a source that takes the last";
            }
        };
        assertThatThrownBy(() -> new ParityCheck(PLAN, Clock.systemUTC()).certify(first, last))
                .isInstanceOf(ParityFailed.class)
                .hasMessageContaining("lowest");
    }
}
