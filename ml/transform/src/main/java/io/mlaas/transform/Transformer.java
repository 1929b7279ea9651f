package io.mlaas.transform;

import io.mlaas.transform.Description.Feature;
import io.mlaas.transform.Description.Tensor;
import io.mlaas.transform.payload.BadPayloadException;
import io.mlaas.transform.payload.Limits.WhenFull;
import io.mlaas.transform.payload.Message;
import io.mlaas.transform.payload.PayloadReader;
import io.mlaas.transform.payload.Reading;
import io.mlaas.transform.row.Column;
import io.mlaas.transform.row.Row;
import io.mlaas.transform.row.Times;
import io.mlaas.transform.step.Layout;
import io.mlaas.transform.step.Output;
import io.mlaas.transform.step.RowRejectedException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * A pipeline at work. {@link #accept} takes messages and gives samples; {@link #inverse} takes a prediction back;
 * {@link #writeState} and {@link #restore} make it go on elsewhere as if it had never stopped. One thread at a time.
 */
public final class Transformer {
    private static final int LONGEST_SOURCE = 1000;

    private final TransformerDocument document;
    private final TheWayBack wayBack;
    private final List<Output> outputs = new ArrayList<>();
    private PayloadReader reader;
    private Sources sources;
    private TreeMap<String, Long> dropped = new TreeMap<>();

    // what the message at hand has yielded so far
    private List<Sample> samples = new ArrayList<>();
    private List<Rejection> rejections = new ArrayList<>();

    private Transformer(TransformerDocument document) {
        this.document = document;
        this.wayBack = new TheWayBack(document.layout(), document.steps());
        this.reader = document.reader();
        this.sources = new Sources(document.steps());
        for (int i = 0; i < document.steps().size(); i++) {
            outputs.add(new To(i + 1));
        }
    }

    /** @throws InvalidTransformerException with every mistake in the document */
    public static Transformer of(String json) {
        return of(TransformerDocument.of(json));
    }

    public static Transformer of(TransformerDocument document) {
        return new Transformer(document);
    }

    /** Never fails for what a device sent: that comes back as a rejection. */
    public Outcome accept(Message message) {
        try {
            for (Reading reading : reader.read(message)) {
                accept(reading, message);
            }
        } catch (BadPayloadException | IllegalArgumentException | ArithmeticException | JacksonException e) {
            reject(message.source(), Objects.requireNonNullElse(e.getMessage(), "cannot be read"));
        }
        return outcome();
    }

    /** Event time has come so far although no message says so: closes what a silent device has left open. */
    public Outcome advance(Instant time) {
        long now = Times.nanoseconds(time);
        for (Sources.Chain chain : sources.all()) {
            for (int i = 0; i < outputs.size(); i++) {
                chain.processor(i).advance(now, outputs.get(i));
            }
        }
        return outcome();
    }

    /**
     * The prediction that a learner made from this sample, in the units of the use case.
     *
     * @throws IllegalArgumentException where it is not as long as the target
     */
    public Prediction inverse(Sample sample, double[] prediction) {
        return wayBack.of(sample, prediction);
    }

    /** What a learner gets and gives. */
    public Description describe() {
        Layout layout = document.layout();
        return new Description(
                tensor(layout.inputs(), layout.inputRows(), layout.period() > 0 || layout.inputRows() > 1),
                tensor(layout.targets(), layout.targetRows(), layout.period() > 0 || layout.targetRows() > 1),
                wayBack.features(),
                Duration.ofNanos(layout.period()));
    }

    /** How many rows ended on the way as the document says, by reason. */
    public Map<String, Long> dropped() {
        return Map.copyOf(dropped);
    }

    /** The state, the same bytes for the same state: see {@link StateFile}. */
    public byte[] writeState() {
        return StateFile.write(document, reader, sources, dropped);
    }

    /** @throws IllegalArgumentException where the bytes are not a state of this document; then nothing has changed */
    public void restore(byte[] state) {
        PayloadReader freshReader = document.reader();
        Sources freshSources = new Sources(document.steps());
        TreeMap<String, Long> freshDropped = new TreeMap<>();
        StateFile.read(state, document, freshReader, freshSources, freshDropped);
        reader = freshReader;
        sources = freshSources;
        dropped = freshDropped;
    }

    private void accept(Reading reading, Message message) {
        if (reading.source().isEmpty() || reading.source().length() > LONGEST_SOURCE) {
            reject("", "source: " + reading.source().length() + " characters (expected: 1 to " + LONGEST_SOURCE + ")");
            return;
        }
        Duration ahead = document.limits().ahead();
        if (Times.instant(reading.time()).isAfter(message.received().plus(ahead))) {
            reject(
                    reading.source(),
                    "time: " + Times.instant(reading.time()) + " (expected: at most " + ahead + " after its receipt, "
                            + message.received() + ")");
            return;
        }
        if (sources.isNew(reading.source())
                && sources.count() >= document.limits().sources()) {
            if (document.limits().whenFull() == WhenFull.REJECT) {
                reject(
                        reading.source(),
                        "source: " + reading.source() + " (expected: one of the "
                                + document.limits().sources() + " known, since there is no room for more)");
                return;
            }
            sources.forgetTheMostSilent();
            count("source forgotten");
        }
        sources.use(reading.source());
        push(0, new Row(reading.source(), reading.time(), false, new @Nullable Object[] {reading.tree()}));
    }

    private void push(int step, Row row) {
        Sources.Chain chain = sources.find(row.source());
        if (chain == null) {
            count("source forgotten before");
            return;
        }
        if (step == outputs.size()) {
            samples.add(sample(row, chain));
            return;
        }
        try {
            chain.processor(step).accept(row, outputs.get(step));
        } catch (RowRejectedException e) {
            reject(row.source(), Objects.requireNonNullElse(e.getMessage(), "rejected"));
        }
    }

    private Sample sample(Row row, Sources.Chain chain) {
        double[] input = (double[]) Objects.requireNonNull(row.value(0));
        return new Sample(
                row.source(),
                Times.instant(row.time()),
                input,
                (double[]) row.value(1),
                wayBack.parameters(chain.processors()));
    }

    private void reject(String source, String reason) {
        rejections.add(new Rejection(source, reason));
    }

    private void count(String reason) {
        dropped.merge(reason, 1L, Long::sum);
    }

    private Outcome outcome() {
        Outcome outcome = new Outcome(samples, rejections);
        samples = new ArrayList<>();
        rejections = new ArrayList<>();
        return outcome;
    }

    private static Tensor tensor(List<Column> columns, int rows, boolean series) {
        List<Feature> features = columns.stream()
                .map(column -> new Feature(column.name(), column.unit(), column.shape()))
                .toList();
        int width = columns.stream().mapToInt(Column::size).sum();
        boolean one = columns.size() == 1 && !columns.getFirst().shape().isEmpty();
        List<Integer> shape = new ArrayList<>();
        if (series) {
            shape.add(rows);
        }
        shape.addAll(one ? columns.getFirst().shape() : List.of(rows == 0 ? 0 : width));
        return new Tensor(shape, features);
    }

    /** Where a step's rows go: into the next one. */
    private final class To implements Output {
        private final int step;

        private To(int step) {
            this.step = step;
        }

        @Override
        public void pass(Row row) {
            push(step, row);
        }

        @Override
        public void drop(String reason) {
            count(reason);
        }
    }
}
