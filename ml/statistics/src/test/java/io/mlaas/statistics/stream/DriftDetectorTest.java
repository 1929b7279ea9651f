package io.mlaas.statistics.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.mlaas.statistics.stream.PageHinkley.Mode;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Detections beside those of River 0.21.2 on the same numbers (0.26 cuts some buckets sooner), and Page–Hinkley of River 0.10 too. */
class DriftDetectorTest {
    private static double[] stream(String name) throws IOException {
        try (InputStream in = DriftDetectorTest.class.getResourceAsStream("/fixtures/drift-streams.json")) {
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
    void pageAndHinkleysTestFindsTheChangesThatRiverFinds() throws IOException {
        PageHinkley.Settings settings = PageHinkley.Settings.DEFAULT;
        assertThat(drifts(new PageHinkley(settings), stream("stream1"))).containsExactly(1020, 1991);
        assertThat(drifts(new PageHinkley(settings.with(Mode.UP)), stream("stream1")))
                .containsExactly(1020, 1990);
        assertThat(drifts(new PageHinkley(settings.with(Mode.DOWN)), stream("stream1")))
                .isEmpty();
        assertThat(drifts(new PageHinkley(settings.with(Mode.BOTH)), stream("stream1")))
                .containsExactly(1020, 1397, 1548, 1988);
        assertThat(drifts(new PageHinkley(settings.with(Mode.BOTH)), stream("stream2")))
                .containsExactly(1081);
    }

    @Test
    void kswinFindsTheChangeThatRiverFinds() throws IOException {
        assertThat(drifts(new Kswin(new Kswin.Settings(1e-4, 200, 100, 42)), stream("stream1")))
                .containsExactly(1042);
        assertThat(drifts(new Kswin(new Kswin.Settings(1e-4, 100, 30, 42)), stream("stream1"))
                        .getFirst())
                .isBetween(1005, 1040);
    }

    @Test
    void goesOnFromItsState() throws IOException {
        assertGoesOn(new Adwin(0.002), movingMean());
        assertGoesOn(new Ddm(), stream("stream2"));
        for (Mode mode : Mode.values()) {
            double[] stream = mode == Mode.DOWN
                    ? Arrays.stream(stream("stream1")).map(x -> -x).toArray()
                    : stream("stream1");
            assertGoesOn(new PageHinkley(PageHinkley.Settings.DEFAULT.with(mode)), stream);
        }
        assertGoesOn(new Kswin(new Kswin.Settings(0.01, 60, 20, 7)), stream("stream1"));
    }

    private static void assertGoesOn(DriftDetector first, double[] stream) throws IOException {
        int half = stream.length / 2;
        drifts(first, Arrays.copyOf(stream, half));
        DriftDetector second = DetectorState.read(DetectorState.write(first));
        assertThat(DetectorState.write(second)).isEqualTo(DetectorState.write(first));
        double[] rest = Arrays.copyOfRange(stream, half, stream.length);
        assertThat(drifts(second, rest)).isNotEmpty().isEqualTo(drifts(first, rest));
        assertThat(DetectorState.write(second)).isEqualTo(DetectorState.write(first));
    }

    @Test
    void refusesAStateThatIsNone() {
        byte[] state = DetectorState.write(new Kswin(Kswin.Settings.DEFAULT));
        assertThatThrownBy(() -> DetectorState.read(new byte[0])).hasMessageStartingWith("state: 0 bytes, damaged");
        assertThatThrownBy(() -> DetectorState.read(Arrays.copyOf(state, state.length - 1)))
                .hasMessageContaining("damaged");
        assertThatThrownBy(() -> DetectorState.read(Arrays.copyOf(state, state.length + 1)))
                .hasMessage("state: 1 bytes too many");
        assertThatThrownBy(() -> DetectorState.read(new byte[] {2, 1})).hasMessage("version: 2 (expected: 1)");
        assertThatThrownBy(() -> DetectorState.read(new byte[] {1, 9})).hasMessage("kind: 9 (expected: 1 to 4)");
        byte[] overfull = state.clone();
        overfull[overfull.length - 2] = 127;
        assertThatThrownBy(() -> DetectorState.read(overfull)).hasMessage("state: 32512 numbers (expected: 0 to 100)");
    }

    @Test
    void refusesNumbersThatAreNone() {
        Adwin adwin = new Adwin(0.002);
        assertThatThrownBy(() -> adwin.update(Double.NaN)).hasMessage("value: NaN (expected: a finite number)");
        assertThat(adwin.width()).isZero();
        assertThatThrownBy(() -> new Ddm().update(2)).hasMessage("error: 2.0 (expected: from 0, right, to 1, wrong)");
        assertThatThrownBy(() -> new Kswin.Settings(0.005, 100, 51, 1))
                .hasMessage("sample: 51 (expected: from 2 to 50, half the window)");
    }
}
