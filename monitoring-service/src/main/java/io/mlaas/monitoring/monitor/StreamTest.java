package io.mlaas.monitoring.monitor;

import io.mlaas.statistics.stream.Adwin;
import io.mlaas.statistics.stream.Ddm;
import io.mlaas.statistics.stream.DriftDetector;
import io.mlaas.statistics.stream.Kswin;
import io.mlaas.statistics.stream.PageHinkley;
import java.util.List;
import java.util.function.Supplier;

/**
 * A detector that goes through the rows of a window in the order of time.
 *
 * @param on error, or the name of a numeric feature
 * @param standardised whether it gets numbers in terms of the reference's mean and standard deviation
 * @param makes the detector, as it is set
 */
public record StreamTest(Kind kind, String on, boolean standardised, Supplier<DriftDetector> makes) {
    private static final String ERROR = "error";

    /** Which detector. */
    public enum Kind {
        ADWIN,
        PAGE_HINKLEY,
        KSWIN,
        DDM
    }

    public DriftDetector detector() {
        return makes.get();
    }

    public boolean ofError() {
        return on.equals(ERROR);
    }

    static StreamTest read(Fields fields, Task task, Schema schema) {
        Kind kind = fields.choice("detector", Kind.class, null);
        List<String> numeric = schema.features().stream()
                .filter(feature -> feature.type() == Schema.Type.NUMERIC)
                .map(Schema.Feature::name)
                .toList();
        String on = fields.required(
                "on", "error, or the name of a numeric feature", text -> text.equals(ERROR) || numeric.contains(text));
        if (kind == Kind.DDM && (task.numeric() || !on.equals(ERROR))) {
            fields.wrong("detector", "another one, since ddm counts wrong classes (on: error)");
        }
        boolean classes = !task.numeric() && on.equals(ERROR);
        boolean standardised = !classes && fields.flag("standardised", true);
        return new StreamTest(kind, on, standardised, maker(kind, fields, on.equals(ERROR)));
    }

    private static Supplier<DriftDetector> maker(Kind kind, Fields fields, boolean error) {
        return switch (kind) {
            case ADWIN -> {
                double delta = fields.number("delta", 0.002, Double.MIN_NORMAL, 0.5);
                yield () -> new Adwin(delta);
            }
            case PAGE_HINKLEY -> {
                PageHinkley.Settings usual = PageHinkley.Settings.DEFAULT;
                PageHinkley.Settings settings = new PageHinkley.Settings(
                        (int) fields.integer("instances", usual.instances(), 1, 1_000_000),
                        fields.number("delta", usual.delta(), 0, Double.MAX_VALUE),
                        fields.number("threshold", usual.threshold(), Double.MIN_NORMAL, Double.MAX_VALUE),
                        fields.number("alpha", usual.alpha(), Double.MIN_NORMAL, 1),
                        fields.choice(
                                "mode", PageHinkley.Mode.class, error ? PageHinkley.Mode.UP : PageHinkley.Mode.BOTH));
                yield () -> new PageHinkley(settings);
            }
            case KSWIN -> {
                int window = (int) fields.integer("window", Kswin.Settings.DEFAULT.window(), 4, 1_000);
                int sample =
                        (int) fields.integer("sample", Math.min(Kswin.Settings.DEFAULT.sample(), window / 2), 2, 500);
                if (sample > window / 2) {
                    fields.wrong("sample", "at most half the window");
                }
                Kswin.Settings settings = new Kswin.Settings(
                        fields.number("alpha", Kswin.Settings.DEFAULT.alpha(), Double.MIN_NORMAL, 0.5),
                        window,
                        Math.min(sample, window / 2),
                        Kswin.Settings.DEFAULT.seed());
                yield () -> new Kswin(settings);
            }
            case DDM -> Ddm::new;
        };
    }
}
