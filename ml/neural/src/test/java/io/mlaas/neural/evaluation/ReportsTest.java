package io.mlaas.neural.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import io.mlaas.neural.Fixtures;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Expected measures: scikit-learn 1.7.2 (make_data_fixtures.py). */
class ReportsTest {
    private static final JsonNode FIXTURE = Fixtures.json("evaluation.json");

    private static float[][] rows(JsonNode node) {
        float[][] rows = new float[node.size()][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = Fixtures.floats(node.get(i));
        }
        return rows;
    }

    @Test
    void measuresClassificationAsScikitLearnDoes() {
        JsonNode table = FIXTURE.get("probabilities");
        double[][] probabilities = new double[table.size()][4];
        for (int i = 0; i < probabilities.length; i++) {
            for (int j = 0; j < 4; j++) {
                probabilities[i][j] = table.get(i).get(j).doubleValue();
            }
        }
        ClassificationReport report = ClassificationReport.of(
                List.of("a", "b", "c", "d"), Fixtures.ints(FIXTURE.get("labels")), probabilities);
        assertThat(report.accuracy()).isEqualTo(FIXTURE.get("accuracy").doubleValue());
        assertThat(report.logLoss()).isCloseTo(FIXTURE.get("log_loss").doubleValue(), offset(1e-12));
        for (int c = 0; c < 4; c++) {
            assertThat(report.confusion()[c])
                    .containsExactly(Fixtures.ints(FIXTURE.get("confusion").get(c)));
            ClassificationReport.PerClass one = report.perClass().get(c);
            assertThat(one.precision())
                    .isCloseTo(FIXTURE.get("precision").get(c).doubleValue(), offset(1e-12));
            assertThat(one.recall()).isCloseTo(FIXTURE.get("recall").get(c).doubleValue(), offset(1e-12));
            assertThat(one.f1()).isCloseTo(FIXTURE.get("f1").get(c).doubleValue(), offset(1e-12));
            assertThat(one.support()).isEqualTo(FIXTURE.get("support").get(c).intValue());
        }
    }

    @Test
    void measuresRegressionAsScikitLearnDoes() {
        RegressionReport report = RegressionReport.of(rows(FIXTURE.get("truth")), rows(FIXTURE.get("predicted")));
        assertThat(report.mse()).isCloseTo(FIXTURE.get("mse").doubleValue(), offset(1e-7));
        assertThat(report.rmse()).isCloseTo(FIXTURE.get("rmse").doubleValue(), offset(1e-7));
        assertThat(report.mae()).isCloseTo(FIXTURE.get("mae").doubleValue(), offset(1e-7));
        assertThat(report.r2()).isCloseTo(FIXTURE.get("r2").doubleValue(), offset(1e-6));
    }

    @Test
    void printsTheConfusionMatrix() {
        ClassificationReport report =
                ClassificationReport.of(List.of("a", "b"), new int[] {0, 1}, new double[][] {{1, 0}, {1, 0}});
        assertThat(report.confusionText().lines())
                .containsExactly(" true\\as    a    b", "       a    1    .", "       b    1    .");
        assertThat(report.perClass().get(1).precision()).isZero();
    }
}
