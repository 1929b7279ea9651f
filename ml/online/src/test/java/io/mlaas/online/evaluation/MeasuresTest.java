package io.mlaas.online.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class MeasuresTest {
    private static final int[] ACTUAL = {0, 0, 1, 2, 2, 1, 0, 2, 1, 1};
    private static final int[] PREDICTED = {0, 1, 1, 2, 0, 1, 0, 2, 2, 1};

    /** scikit-learn 1.9.1: accuracy_score, cohen_kappa_score; of the last four rows too. */
    @Test
    void hasTheNumbersOfScikitLearn() {
        ClassificationMeasures measures = new ClassificationMeasures(3, 4);
        for (int i = 0; i < ACTUAL.length; i++) {
            measures.add(ACTUAL[i], PREDICTED[i]);
        }
        assertThat(measures.accuracy()).isCloseTo(0.7, within(1e-12));
        assertThat(measures.kappa()).isCloseTo(0.5454545454545454, within(1e-12));
        assertThat(measures.recentAccuracy()).isCloseTo(0.75, within(1e-12));
        assertThat(measures.recentKappa()).isCloseTo(0.6363636363636364, within(1e-12));
    }

    @Test
    void classificationGoesOnFromItsState() throws IOException {
        ClassificationMeasures first = new ClassificationMeasures(3, 4);
        ClassificationMeasures second = new ClassificationMeasures(3, 4);
        for (int i = 0; i < ACTUAL.length; i++) {
            if (i == 6) {
                second.readState(new DataInputStream(new ByteArrayInputStream(state(first))));
            }
            first.add(ACTUAL[i], PREDICTED[i]);
            if (i >= 6) {
                second.add(ACTUAL[i], PREDICTED[i]);
            }
        }
        assertThat(state(second)).isEqualTo(state(first));
        assertThat(second.recentKappa()).isEqualTo(first.recentKappa());
    }

    private static byte[] state(ClassificationMeasures measures) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        measures.writeState(new DataOutputStream(bytes));
        return bytes.toByteArray();
    }

    @Test
    void measuresErrorsOfNumbersAndGoesOnFromItsState() throws IOException {
        RegressionMeasures first = new RegressionMeasures(2);
        first.add(1, 2);
        first.add(1, -1);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        first.writeState(new DataOutputStream(bytes));
        RegressionMeasures second = new RegressionMeasures(2);
        second.readState(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
        second.add(0, 4);
        assertThat(second.rows()).isEqualTo(3);
        assertThat(second.meanAbsoluteError()).isCloseTo(7.0 / 3, within(1e-12));
        assertThat(second.meanSquaredError()).isCloseTo(7, within(1e-12));
        assertThat(second.recentMeanAbsoluteError()).isCloseTo(3, within(1e-12));
        assertThat(second.recentMeanSquaredError()).isCloseTo(10, within(1e-12));
    }
}
