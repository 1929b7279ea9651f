package io.mlaas.online.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Detections beside those of River 0.21.2 on the same numbers (0.26 cuts some buckets sooner). */
class DriftTest {
    private static double[] stream(String name) throws IOException {
        try (InputStream in = DriftTest.class.getResourceAsStream("/fixtures/drift-streams.json")) {
            JsonNode streams = JsonMapper.shared().readTree(Objects.requireNonNull(in));
            return streams.get(name)
                    .valueStream()
                    .mapToDouble(JsonNode::asDouble)
                    .toArray();
        }
    }

    /** 20,000 uniform numbers from Knuth's linear congruential generator, whose mean moves every 4,000. */
    private static double[] movingMean() {
        double[] means = {0, 0.1, 0.05, 0.6, 0.61};
        double[] stream = new double[20_000];
        long state = 5;
        for (int i = 0; i < stream.length; i++) {
            state = state * 6364136223846793005L + 1442695040888963407L;
            stream[i] = (state >>> 11) * 0x1.0p-53 + means[i / 4000];
        }
        return stream;
    }

    private static List<Integer> drifts(DriftDetector detector, double[] stream) {
        List<Integer> drifts = new ArrayList<>();
        for (int i = 0; i < stream.length; i++) {
            if (detector.update(stream[i])) {
                drifts.add(i);
            }
        }
        return drifts;
    }

    @Test
    void adwinFindsTheChangesThatRiverFinds() throws IOException {
        assertThat(drifts(new Adwin(0.002), stream("stream1"))).containsExactly(1055);
        assertThat(drifts(new Adwin(0.002), stream("stream2"))).containsExactly(1119);
        assertThat(drifts(new Adwin(0.1), movingMean())).containsExactly(4415, 9023, 12095);
    }

    @Test
    void adwinHasTheWindowThatRiverHas() {
        Adwin adwin = new Adwin(0.002);
        assertThat(drifts(adwin, movingMean())).containsExactly(4575, 10719, 12127);
        assertThat(adwin.width()).isEqualTo(7872);
        assertThat(adwin.mean()).isCloseTo(1.1059732695373536, within(1e-12));
        assertThat(adwin.variance() * adwin.width()).isCloseTo(659.5888447075585, within(1e-9));
    }

    @Test
    void ddmFindsTheChangeThatRiverFinds() throws IOException {
        assertThat(drifts(new Ddm(), stream("stream2"))).containsExactly(1049);
    }

    @Test
    void goesOnFromItsState() throws IOException {
        assertGoesOn(new Adwin(0.002), new Adwin(0.002), movingMean());
        assertGoesOn(new Ddm(), new Ddm(), stream("stream2"));
    }

    private static void assertGoesOn(DriftDetector first, DriftDetector second, double[] stream) throws IOException {
        int half = stream.length / 2;
        drifts(first, Arrays.copyOf(stream, half));
        second.readState(new DataInputStream(new ByteArrayInputStream(state(first))));
        assertThat(state(second)).isEqualTo(state(first));
        double[] rest = Arrays.copyOfRange(stream, half, stream.length);
        assertThat(drifts(second, rest)).isNotEmpty().isEqualTo(drifts(first, rest));
        assertThat(state(second)).isEqualTo(state(first));
    }

    private static byte[] state(DriftDetector detector) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        detector.writeState(new DataOutputStream(bytes));
        return bytes.toByteArray();
    }
}
