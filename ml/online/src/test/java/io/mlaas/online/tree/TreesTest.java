package io.mlaas.online.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.mlaas.online.Algorithm;
import io.mlaas.online.ConfigurationRefused;
import io.mlaas.online.RandomSource;
import io.mlaas.online.Schema;
import io.mlaas.online.Target;
import io.mlaas.online.contract.LearnerContract;
import io.mlaas.online.stream.Led;
import io.mlaas.online.stream.RowStream;
import io.mlaas.online.stream.Sea;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;

class TreesTest {

    @Nested
    class Tree extends LearnerContract {
        @Override
        protected Algorithm algorithm() {
            return new HoeffdingTree();
        }

        @Override
        protected String otherConfiguration() {
            return "{\"grace_period\": 100}";
        }

        @Override
        protected int rows() {
            return 1200;
        }
    }

    @Nested
    class TreeOfMajorities extends Tree {
        @Override
        protected String configuration() {
            return "{\"leaf_prediction\": \"majority\", \"grace_period\": 20, \"delta\": 0.1, \"max_leaves\": 9}";
        }
    }

    @Nested
    class Forest extends LearnerContract {
        @Override
        protected Algorithm algorithm() {
            return new AdaptiveRandomForest();
        }

        @Override
        protected String configuration() {
            return "{\"trees\": 3, \"warning_delta\": 0.9}";
        }

        @Override
        protected String otherConfiguration() {
            return "{\"seed\": 7}";
        }
    }

    @Test
    void refusesARegression() {
        Schema schema = Schema.numeric(2, new Target.Regression(List.of("y")));
        assertThatThrownBy(() -> new HoeffdingTree().create(schema, JsonNodeFactory.instance.objectNode(), "$.c"))
                .isInstanceOf(ConfigurationRefused.class)
                .hasMessage("$.c: hoeffding_tree: target of type regression (expected: a classification)");
    }

    /** Domingos and Hulten: ε = √(R² ln(1/δ) / 2n); SciPy 1.17: norm.cdf. */
    @Test
    void hasTheNumbersOfTheLiterature() {
        assertThat(SplitSearch.normal(0)).isCloseTo(0.5, within(1e-7));
        assertThat(SplitSearch.normal(1.96)).isCloseTo(0.9750021048517795, within(1e-7));
        assertThat(SplitSearch.normal(-3)).isCloseTo(0.0013498980316300933, within(1e-7));
        assertThat(SplitSearch.entropy(new double[] {9, 5})).isCloseTo(0.9402859586706311, within(1e-12));
        assertThat(SplitSearch.entropy(new double[] {7, 0})).isZero();
    }

    /** The weather of Quinlan (1986): outlook gains 0.247 bits, more than every other input. */
    @Test
    void splitsTheNominalInputOrValueThatGainsMost() {
        String[] days = {
            "0001-0", "0011-0", "1001-1", "2101-1", "2201-1", "2211-0", "1211-1", "0101-0", "0201-1", "2101-1",
            "0111-1", "1111-1", "1001-1", "2111-0"
        };
        Schema schema = new Schema(
                List.of(
                        new io.mlaas.online.Input.Nominal("outlook", List.of("sunny", "overcast", "rain")),
                        new io.mlaas.online.Input.Nominal("temperature", List.of("hot", "mild", "cool")),
                        new io.mlaas.online.Input.Nominal("wind", List.of("weak", "strong"))),
                new Target.Classification(List.of("no", "yes")));
        Leaf leaf = new Leaf(0, new LeafLayout(schema, new int[] {0, 1, 2}), 0, new double[2]);
        for (String day : days) {
            double[] row = {day.charAt(0) - '0', day.charAt(1) - '0', day.charAt(2) - '0'};
            leaf.learn(row, 0, day.charAt(5) - '0', 1);
        }
        SplitSearch.Candidate everyValue = new SplitSearch(leaf, NominalSplits.MULTIWAY).best();
        assertThat(everyValue).isNotNull();
        assertThat(everyValue.input()).isZero();
        assertThat(everyValue.gain()).isCloseTo(0.24674981977443899, within(1e-12));
        assertThat(everyValue.branches()).hasDimensions(3, 2);

        SplitSearch.Candidate overcast = new SplitSearch(leaf, NominalSplits.BINARY).best();
        assertThat(overcast).isNotNull();
        assertThat(overcast.input()).isZero();
        assertThat(overcast.threshold()).isEqualTo(1);
        assertThat(overcast.gain()).isCloseTo(0.9402859586706311 - 10.0 / 14, within(1e-12));
        assertThat(overcast.branches()).hasDimensions(2, 2);
    }

    @Test
    void growsNoFurtherThanItMay() {
        RowStream stream = new Sea(1, 0, 3);
        TreeSettings settings =
                new TreeSettings(20, 0.1, 0.05, LeafPrediction.MAJORITY, NominalSplits.MULTIWAY, 6, 3, 0);
        GrowingTree tree = new GrowingTree(stream.schema(), 2, settings, new RandomSource(1));
        double[] row = new double[3];
        for (int i = 0; i < 20_000; i++) {
            int label = stream.next(row);
            tree.learn(row, 0, label, 1);
        }
        assertThat(tree.leaves()).isBetween(4, 6);
    }

    @Test
    void watchesOnlyTheInputsOfItsSubspace() {
        RowStream stream = new Led(0.1, 0, 3);
        TreeSettings settings =
                new TreeSettings(20, 0.1, 0.05, LeafPrediction.MAJORITY, NominalSplits.BINARY, 100, 10, 5);
        GrowingTree tree = new GrowingTree(stream.schema(), 10, settings, new RandomSource(1));
        assertThat(tree.share().leafOf(new double[24], 0).layout.columns())
                .hasSize(5)
                .doesNotHaveDuplicates();
    }
}
