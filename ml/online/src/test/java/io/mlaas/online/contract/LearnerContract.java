package io.mlaas.online.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.mlaas.online.Algorithm;
import io.mlaas.online.Batch;
import io.mlaas.online.BatchRefused;
import io.mlaas.online.ConfigurationRefused;
import io.mlaas.online.Input;
import io.mlaas.online.Learner;
import io.mlaas.online.LearnerState;
import io.mlaas.online.Predictor;
import io.mlaas.online.Schema;
import io.mlaas.online.StateRefused;
import io.mlaas.online.Target;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What every learner keeps. A backend extends this with its algorithm; overrides what is particular to it.
 *
 * <p>The stream ({@link StreamOfRows}) can be learned from: its targets are linear in the inputs.
 */
public abstract class LearnerContract {
    private static final JsonMapper JSON = JsonMapper.shared();

    protected abstract Algorithm algorithm();

    /** The configuration under test, as JSON. */
    protected String configuration() {
        return "{}";
    }

    /** Another valid configuration of the same algorithm, whose states must be refused. */
    protected abstract String otherConfiguration();

    /** Overridden where an algorithm takes other inputs or targets. */
    protected Schema schema() {
        return new Schema(
                List.of(
                        new Input.Numeric("voltage"),
                        new Input.Nominal("phase", List.of("a", "b", "c")),
                        new Input.Numeric("current")),
                new Target.Classification(List.of("low", "middle", "high")));
    }

    /** Rows in each half of a stream. */
    protected int rows() {
        return 300;
    }

    /** How far predictions of the same rows may differ with the number of rows asked for at once. */
    protected double tolerance() {
        return 0;
    }

    /** Whether this learner learns the linear stream at all. */
    protected boolean learnsLinearTargets() {
        return true;
    }

    protected final Learner create() {
        return algorithm().create(schema(), JSON.readTree(configuration()));
    }

    protected final Batch batch(int rows, long seed) {
        return StreamOfRows.batch(schema(), rows, seed);
    }

    private static Batch withInput(Batch batch, int at, double value) {
        double[] inputs = batch.inputs().clone();
        inputs[at] = value;
        return new Batch(batch.rows(), inputs, batch.targets());
    }

    private static Batch withTarget(Batch batch, int at, double value) {
        double[] targets = batch.targets().clone();
        targets[at] = value;
        return new Batch(batch.rows(), batch.inputs(), targets);
    }

    private void assertRefused(Learner learner, Batch bad, String... parts) {
        String before = LearnerState.digest(learner);
        long learned = learner.learned();
        assertThatThrownBy(() -> learner.learn(bad))
                .isInstanceOf(BatchRefused.class)
                .hasMessageContainingAll(parts);
        assertThatThrownBy(() -> learner.loss(bad)).isInstanceOf(BatchRefused.class);
        assertThat(LearnerState.digest(learner)).isEqualTo(before);
        assertThat(learner.learned()).isEqualTo(learned);
    }

    @Test
    void countsWhatItLearned() {
        try (Learner learner = create()) {
            learner.learn(batch(20, 1));
            learner.learn(batch(7, 2));
            assertThat(learner.learned()).isEqualTo(27);
            assertThat(learner.algorithm()).isEqualTo(algorithm().name());
        }
    }

    @Test
    void learnsWithLessOfARateAndForgetsNothing() throws StateRefused {
        try (Learner learner = create()) {
            String rate = learner.adjustable().get("learning_rate");
            Assumptions.assumeTrue(rate != null, "it has no rate of learning");
            learner.learn(batch(rows(), 1));
            byte[] state = LearnerState.write(learner);
            ObjectNode configuration = learner.configuration();
            JsonPointer place = JsonPointer.compile(rate);
            ((ObjectNode) configuration.at(place.head()))
                    .put(
                            place.last().getMatchingProperty(),
                            configuration.at(place).doubleValue() / 10);
            try (Learner slower = algorithm().create(schema(), configuration);
                    Learner again = algorithm().create(schema(), configuration)) {
                assertThatThrownBy(() -> LearnerState.read(state, slower)).isInstanceOf(StateRefused.class);
                LearnerState.adjust(state, slower);
                LearnerState.adjust(state, again);
                Batch more = batch(20, 2);
                double[] before = learner.predict(20, more.inputs());
                assertThat(slower.predict(20, more.inputs())).containsExactly(before);
                assertThat(slower.learned()).isEqualTo(rows());
                learner.learn(more);
                slower.learn(more);
                again.learn(more);
                assertThat(distance(slower.predict(20, more.inputs()), before))
                        .isPositive()
                        .isLessThan(distance(learner.predict(20, more.inputs()), before) / 2);
                assertThat(LearnerState.digest(again)).isEqualTo(LearnerState.digest(slower));
            }
            try (Learner other = algorithm().create(schema(), JSON.readTree(otherConfiguration()))) {
                if (!otherConfiguration().contains("learning_rate")) {
                    assertThatThrownBy(() -> LearnerState.adjust(state, other)).isInstanceOf(StateRefused.class);
                }
            }
        }
    }

    private static double distance(double[] some, double[] others) {
        double sum = 0;
        for (int i = 0; i < some.length; i++) {
            sum += Math.abs(some[i] - others[i]);
        }
        return sum;
    }

    @Test
    void refusesRowsOfAnotherWidth() {
        try (Learner learner = create()) {
            learner.learn(batch(20, 1));
            Batch good = batch(2, 2);
            double[] tooMany = Arrays.copyOf(good.inputs(), good.inputs().length + 1);
            assertRefused(learner, new Batch(2, tooMany, good.targets()), "inputs", "expected: " + schema().width());
            double[] tooFew = Arrays.copyOf(good.targets(), good.targets().length - 1);
            assertRefused(learner, new Batch(2, good.inputs(), tooFew), "targets", "expected: ");
            assertRefused(learner, new Batch(2, good.inputs(), good.targets(), new double[] {1}), "weights");
            assertRefused(learner, new Batch(-1, good.inputs(), good.targets()), "-1 rows");
            assertThatThrownBy(() -> learner.predict(2, tooMany)).isInstanceOf(BatchRefused.class);
        }
    }

    @Test
    void refusesValuesThatAreNotFiniteBeforeAnythingIsLearned() {
        try (Learner learner = create()) {
            learner.learn(batch(20, 1));
            Batch good = batch(9, 2);
            for (double value : new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
                Batch bad = withInput(good, good.inputs().length - 1, value);
                assertRefused(learner, bad, "row 8", String.valueOf(value), "expected");
                assertRefused(learner, withTarget(good, good.targets().length - 1, value), "row 8", "target");
                assertThatThrownBy(() -> learner.predict(9, bad.inputs())).isInstanceOf(BatchRefused.class);
            }
        }
    }

    @Test
    void refusesWeightsBelowZeroOrNotFinite() {
        try (Learner learner = create()) {
            Batch good = batch(2, 2);
            for (double weight : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
                Batch bad = new Batch(2, good.inputs(), good.targets(), new double[] {1, weight});
                assertRefused(learner, bad, "row 1", "weight", String.valueOf(weight));
            }
        }
    }

    @Test
    void refusesALabelOutsideTheClasses() {
        Assumptions.assumeTrue(schema().classifies());
        try (Learner learner = create()) {
            for (double label : new double[] {-1, 0.5, schema().outputs()}) {
                assertRefused(learner, withTarget(batch(3, 2), 2, label), "row 2", String.valueOf(label), "class");
            }
        }
    }

    @Test
    void refusesAnIndexOutsideTheValuesOfANominalInput() {
        for (int column = 0; column < schema().width(); column++) {
            int values = schema().values(column);
            if (values == 0) {
                continue;
            }
            try (Learner learner = create()) {
                assertRefused(
                        learner, withInput(batch(3, 2), column, values), "row 0", "expected: the index of a value");
                assertRefused(learner, withInput(batch(3, 2), column, 0.5), "row 0", "0.5");
            }
        }
    }

    @Test
    void anEmptyBatchChangesNothing() {
        try (Learner learner = create()) {
            learner.learn(batch(20, 1));
            String before = LearnerState.digest(learner);
            learner.learn(batch(0, 1));
            assertThat(LearnerState.digest(learner)).isEqualTo(before);
            assertThat(learner.loss(batch(0, 1))).isZero();
            assertThat(learner.predict(0, new double[0])).isEmpty();
        }
    }

    @Test
    void askingChangesNothing() {
        try (Learner learner = create()) {
            learner.learn(batch(rows(), 1));
            String before = LearnerState.digest(learner);
            learner.predict(10, batch(10, 2).inputs());
            assertThat(learner.loss(batch(10, 2))).isFinite();
            learner.snapshot().close();
            assertThat(LearnerState.digest(learner)).isEqualTo(before);
        }
    }

    @Test
    void halfSavedRestoredAndHalfIsTheWhole() throws StateRefused {
        try (Learner whole = create();
                Learner first = create();
                Learner second = create()) {
            whole.learn(batch(rows(), 1));
            whole.learn(batch(rows(), 2));
            first.learn(batch(rows(), 1));
            LearnerState.read(LearnerState.write(first), second);
            assertThat(second.learned()).isEqualTo(rows());
            assertThat(LearnerState.digest(second)).isEqualTo(LearnerState.digest(first));
            second.learn(batch(rows(), 2));
            assertThat(LearnerState.digest(second)).isEqualTo(LearnerState.digest(whole));
            double[] inputs = batch(10, 3).inputs();
            assertThat(second.predict(10, inputs)).containsExactly(whole.predict(10, inputs));
        }
    }

    @Test
    void aStateReplacesWhatWasLearnedBefore() throws StateRefused {
        try (Learner first = create();
                Learner second = create()) {
            first.learn(batch(rows(), 1));
            second.learn(batch(rows(), 4));
            LearnerState.read(LearnerState.write(first), second);
            assertThat(LearnerState.digest(second)).isEqualTo(LearnerState.digest(first));
        }
    }

    @Test
    void twoRunsAreEqualBitForBit() {
        try (Learner one = create();
                Learner other = create()) {
            one.learn(batch(rows(), 1));
            other.learn(batch(rows(), 1));
            assertThat(LearnerState.write(one)).isEqualTo(LearnerState.write(other));
        }
    }

    @Test
    void aSnapshotStaysWhatItWas() {
        try (Learner learner = create()) {
            learner.learn(batch(rows(), 1));
            double[] inputs = batch(10, 3).inputs();
            double[] before = learner.predict(10, inputs);
            try (Predictor snapshot = learner.snapshot()) {
                assertThat(snapshot.learned()).isEqualTo(rows());
                assertThat(snapshot.predict(10, inputs)).containsExactly(before);
                learner.learn(batch(rows(), 2));
                assertThat(snapshot.learned()).isEqualTo(rows());
                assertThat(snapshot.predict(10, inputs)).containsExactly(before);
                assertThat(learner.predict(10, inputs)).isNotEqualTo(before);
            }
        }
    }

    @Test
    void staysUsableAfterTheLargestNumbersOrRefusesThem() {
        try (Learner learner = create()) {
            learner.learn(batch(rows(), 1));
            String before = LearnerState.digest(learner);
            for (double value : new double[] {Schema.LARGEST, -Schema.LARGEST, 1e20}) {
                Batch huge = batch(10, 5);
                for (int i = 0; i < huge.inputs().length; i++) {
                    if (schema().values(i % schema().width()) == 0) {
                        huge.inputs()[i] = i % 3 == 0 ? value : huge.inputs()[i];
                    }
                }
                try {
                    learner.learn(huge);
                } catch (BatchRefused refused) {
                    assertThat(LearnerState.digest(learner)).isEqualTo(before);
                }
                before = LearnerState.digest(learner);
                assertPredictions(learner);
            }
            assertThatThrownBy(() -> learner.learn(withInput(batch(1, 5), firstNumber(), 2 * Schema.LARGEST)))
                    .isInstanceOf(BatchRefused.class);
        }
    }

    private int firstNumber() {
        int column = 0;
        while (schema().values(column) != 0) {
            column++;
        }
        return column;
    }

    @Test
    void predictionsAreProbabilitiesOrFiniteNumbers() {
        try (Learner learner = create()) {
            assertPredictions(learner);
            learner.learn(batch(rows(), 1));
            assertPredictions(learner);
        }
    }

    private void assertPredictions(Learner learner) {
        int outputs = schema().outputs();
        double[] predictions = learner.predict(20, batch(20, 3).inputs());
        assertThat(predictions).hasSize(20 * outputs);
        for (int row = 0; row < 20; row++) {
            double sum = 0;
            for (double value : Arrays.copyOfRange(predictions, row * outputs, (row + 1) * outputs)) {
                assertThat(value).isFinite();
                if (schema().classifies()) {
                    assertThat(value).isBetween(0.0, 1.0);
                }
                sum += value;
            }
            if (schema().classifies()) {
                assertThat(sum).isCloseTo(1, within(1e-6));
            }
        }
    }

    @Test
    void rowsAskedAtOnceAreAnsweredAsOneByOne() {
        try (Learner learner = create()) {
            learner.learn(batch(rows(), 1));
            double[] inputs = batch(5, 3).inputs();
            double[] atOnce = learner.predict(5, inputs);
            int width = schema().width();
            int outputs = schema().outputs();
            for (int row = 0; row < 5; row++) {
                double[] one = learner.predict(1, Arrays.copyOfRange(inputs, row * width, (row + 1) * width));
                for (int k = 0; k < outputs; k++) {
                    assertThat(one[k]).isCloseTo(atOnce[row * outputs + k], within(tolerance()));
                }
            }
        }
    }

    @Test
    void theLossFallsOnAStreamThatCanBeLearned() {
        Assumptions.assumeTrue(learnsLinearTargets());
        try (Learner learner = create()) {
            Batch unseen = batch(200, 9);
            double before = learner.loss(unseen);
            for (int i = 0; i < 4; i++) {
                learner.learn(batch(rows(), 10 + i));
            }
            assertThat(learner.loss(unseen)).isLessThan(before);
        }
    }

    @Test
    void refusesStatesThatAreNotItsOwnAndStaysAsItWas() {
        try (Learner learner = create();
                Learner other = algorithm().create(schema(), JSON.readTree(otherConfiguration()));
                Learner receiver = create()) {
            learner.learn(batch(rows(), 1));
            receiver.learn(batch(20, 2));
            byte[] state = LearnerState.write(learner);
            String before = LearnerState.digest(receiver);
            byte[] damaged = state.clone();
            damaged[state.length - 40] ^= 1;
            byte[] newer = state.clone();
            newer[7]++;
            for (byte[] bad : List.of(
                    new byte[0], Arrays.copyOf(state, 10), Arrays.copyOf(state, state.length - 1), damaged, newer)) {
                assertThatThrownBy(() -> LearnerState.read(bad, receiver)).isInstanceOf(StateRefused.class);
            }
            assertThatThrownBy(() -> LearnerState.read(newer, receiver)).hasMessage("version: 2 (expected: 1)");
            assertThatThrownBy(() -> LearnerState.read(LearnerState.write(other), receiver))
                    .isInstanceOf(StateRefused.class)
                    .hasMessageStartingWith("configuration: ");
            assertThat(LearnerState.digest(receiver)).isEqualTo(before);
        }
    }

    @Test
    void refusesAnUnknownFieldWithItsPath() {
        ObjectNode configuration = (ObjectNode) JSON.readTree(configuration());
        configuration.put("no_such_field", 1);
        assertThatThrownBy(() -> algorithm().create(schema(), configuration, "$.learner.configuration"))
                .isInstanceOf(ConfigurationRefused.class)
                .hasMessageStartingWith("$.learner.configuration.no_such_field: unknown field (expected: one of ");
    }

    @Test
    void itsOwnConfigurationMakesTheSameLearner() {
        try (Learner learner = create()) {
            JsonNode configuration = JSON.readTree(learner.configuration().toString());
            try (Learner again = algorithm().create(schema(), configuration)) {
                assertThat(again.configuration()).isEqualTo(learner.configuration());
                learner.learn(batch(rows(), 1));
                again.learn(batch(rows(), 1));
                assertThat(LearnerState.digest(again)).isEqualTo(LearnerState.digest(learner));
            }
        }
    }

    @Test
    void takesANewClassWhereItCan() throws StateRefused {
        try (Learner learner = create()) {
            if (!learner.growsClasses()) {
                assertThatThrownBy(() -> learner.addClass("fire")).isInstanceOf(UnsupportedOperationException.class);
                return;
            }
            learner.learn(batch(rows(), 1));
            Predictor snapshot = learner.snapshot();
            learner.addClass("fire");
            int classes = schema().outputs() + 1;
            assertThat(learner.schema().target().names()).hasSize(classes).endsWith("fire");
            assertThat(snapshot.schema().outputs()).isEqualTo(classes - 1);
            assertThatThrownBy(() -> learner.addClass("fire")).isInstanceOf(IllegalArgumentException.class);
            Batch fires = batch(rows(), 2);
            Arrays.fill(fires.targets(), classes - 1);
            learner.learn(fires);
            assertThat(learner.predict(1, batch(1, 3).inputs())[classes - 1]).isGreaterThan(0.2);
            try (Learner restored = create()) {
                LearnerState.read(LearnerState.write(learner), restored);
                assertThat(LearnerState.digest(restored)).isEqualTo(LearnerState.digest(learner));
            }
        }
    }
}
