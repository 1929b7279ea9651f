package io.mlaas.transform;

import io.mlaas.transform.Description.Feature;
import io.mlaas.transform.Description.Tensor;
import io.mlaas.transform.payload.BadPayloadException;
import io.mlaas.transform.payload.Limits.WhenFull;
import io.mlaas.transform.payload.Message;
import io.mlaas.transform.payload.Reading;
import io.mlaas.transform.row.Column;
import io.mlaas.transform.row.Row;
import io.mlaas.transform.row.Times;
import io.mlaas.transform.step.Elsewhere;
import io.mlaas.transform.step.Layout;
import io.mlaas.transform.step.Output;
import io.mlaas.transform.step.RowRejectedException;
import io.mlaas.transform.step.Step.Scope;
import io.mlaas.transform.step.TransformerUnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

/**
 * A pipeline at work. {@link #accept} takes messages and gives samples; {@link #inverse} takes a prediction back;
 * {@link #writeState} and {@link #restore} make it go on elsewhere as if it had never stopped. One thread at a time.
 */
public final class Transformer {
    private static final int LONGEST_SOURCE = 1000;

    private final TransformerDocument document;
    private final ColumnPaths inputs;
    private final ColumnPaths targets;
    private final TheWayBack wayBack;
    private final List<Output> outputs = new ArrayList<>();
    private final List<Output> preparing = new ArrayList<>();

    /** How many steps come before the first that keeps a state. */
    private final int prefix;

    private Readers readers;
    private Sources sources;
    private TreeMap<String, Long> dropped = new TreeMap<>();

    // what the message at hand has yielded so far
    private final List<Sample> samples = new ArrayList<>();
    private final List<Rejection> rejections = new ArrayList<>();
    private final List<Row> ready = new ArrayList<>();
    private final List<String> endedEarly = new ArrayList<>();

    private Transformer(TransformerDocument document) {
        this.document = document;
        this.inputs = new ColumnPaths(document.layout().inputs(), document.steps());
        this.targets = new ColumnPaths(document.layout().targets(), document.steps());
        this.wayBack = new TheWayBack(document.layout(), targets);
        this.readers = new Readers(document);
        this.sources = new Sources(document.steps());
        for (int i = 0; i < document.steps().size(); i++) {
            outputs.add(new To(i + 1));
            preparing.add(new Preparing(i + 1));
        }
        this.prefix = (int) document.steps().stream()
                .takeWhile(step -> step.scope() == Scope.NONE)
                .count();
    }

    /** @throws InvalidTransformerException with every mistake in the document */
    public static Transformer of(String json) {
        return of(TransformerDocument.of(json));
    }

    public static Transformer of(TransformerDocument document) {
        return new Transformer(document);
    }

    /**
     * Never fails for what a device sent: that comes back as a rejection. The steps before the first that keeps a state
     * are done for the whole message first.
     *
     * @throws TransformerUnavailableException where an http step was not answered; then nothing has changed, and the same
     *     message may be given again
     */
    public Outcome accept(Message message) {
        prepare(message);
        return finish();
    }

    /**
     * As {@link #accept(Message)}, and asks nobody: http steps are given what they were answered before.
     *
     * @param answers as {@link #ask} gave them
     */
    public Outcome accept(Message message, List<String> answers) {
        Elsewhere.replay(answers, () -> prepare(message));
        return finish();
    }

    /**
     * Has the http steps ask for a message, and remembers nothing of it. What only a state can read, as of {@link
     * TransformerDocument#readsWithState()}, they do not see.
     *
     * @param most characters of their answers together; what is asked after that is rejected
     * @return what they were answered, in their order
     * @throws TransformerUnavailableException where one was not answered
     */
    public List<String> ask(Message message, long most) {
        Readers before = readers;
        readers = new Readers(document);
        try {
            return Elsewhere.record(most, () -> prepare(message));
        } finally {
            readers = before;
            forget();
        }
    }

    private void prepare(Message message) {
        try {
            long latest = Times.nanoseconds(message.received())
                    + document.limits().ahead().toNanos();
            for (Reading reading : readers.read(message)) {
                prepare(reading, latest);
            }
        } catch (BadPayloadException | IllegalArgumentException | ArithmeticException | JacksonException e) {
            reject(message.source(), Objects.requireNonNullElse(e.getMessage(), "cannot be read"));
        } catch (TransformerUnavailableException e) {
            forget();
            throw e;
        }
    }

    private Outcome finish() {
        endedEarly.forEach(this::count);
        for (Row row : ready) {
            if (admit(row.source())) {
                push(prefix, row);
            }
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
     * A sample from what a client holds ready: rows of the input columns as they are before scaling ({@link
     * Description#givens}), and for training rows of the target columns. Nothing is remembered of it.
     *
     * @throws IllegalArgumentException where they are not as long as input and target
     */
    public Sample sample(String source, Instant time, double[] input, double @Nullable [] target) {
        Layout layout = document.layout();
        expect("input", input, layout.inputSize());
        Sources.Chain chain = sources.findOrStart(source);
        double[] scaling = targets.parameters(chain.processors());
        double[] scaled = inputs.forth(input, inputs.parameters(chain.processors()));
        if (target == null) {
            return new Sample(source, time, scaled, null, scaling);
        }
        expect("target", target, layout.targetSize());
        return new Sample(source, time, scaled, targets.forth(target, scaling), scaling);
    }

    private static void expect(String name, double[] numbers, int size) {
        if (numbers.length != size) {
            throw new IllegalArgumentException(name + ": " + numbers.length + " numbers (expected: " + size + ")");
        }
    }

    /**
     * The prediction that a learner made from this sample, in the units of the use case.
     *
     * @throws IllegalArgumentException where it is not as long as the target
     */
    public Prediction inverse(Sample sample, double[] prediction) {
        return wayBack.of(sample, prediction);
    }

    /**
     * The answer for a client: the prediction taken back and put through the document's {@code post} steps, as
     * {@code {"predictions": [{"name", "unit", "times", "values", "labels"}]}} and what those steps add.
     *
     * @param original the message that the sample came from, which boxes are drawn into
     * @throws IllegalArgumentException where prediction or message do not fit the document
     * @throws TransformerUnavailableException where an http step was not answered
     */
    public ObjectNode answer(Message original, Sample sample, double[] prediction) {
        return new Answers(document, wayBack).of(original, sample, prediction);
    }

    /** What a learner gets and gives. */
    public Description describe() {
        Layout layout = document.layout();
        return new Description(
                tensor(layout.inputs(), layout.inputRows(), layout.period() > 0 || layout.inputRows() > 1),
                tensor(layout.targets(), layout.targetRows(), layout.period() > 0 || layout.targetRows() > 1),
                inputs.features(),
                targets.features(),
                Duration.ofNanos(layout.period()));
    }

    /** How many rows ended on the way as the document says, by reason. */
    public Map<String, Long> dropped() {
        return Map.copyOf(dropped);
    }

    /** The state, the same bytes for the same state: see {@link StateFile}. */
    public byte[] writeState() {
        return StateFile.write(document, readers, sources, dropped);
    }

    /** @throws IllegalArgumentException where the bytes are not a state of this document; then nothing has changed */
    public void restore(byte[] state) {
        Readers freshReaders = new Readers(document);
        Sources freshSources = new Sources(document.steps());
        TreeMap<String, Long> freshDropped = new TreeMap<>();
        StateFile.read(state, document, freshReaders, freshSources, freshDropped);
        readers = freshReaders;
        sources = freshSources;
        dropped = freshDropped;
    }

    private void prepare(Reading reading, long latest) {
        if (reading.source().isEmpty() || reading.source().length() > LONGEST_SOURCE) {
            reject("", "source: " + reading.source().length() + " characters (expected: 1 to " + LONGEST_SOURCE + ")");
            return;
        }
        if (reading.time() > latest) {
            reject(
                    reading.source(),
                    "time: " + Times.instant(reading.time()) + " (expected: " + Times.instant(latest) + " or before, "
                            + document.limits().ahead() + " after its receipt)");
            return;
        }
        prepare(0, new Row(reading.source(), reading.time(), false, new @Nullable Object[] {reading.tree()}));
    }

    private void prepare(int step, Row row) {
        if (step == prefix) {
            ready.add(row);
            return;
        }
        try {
            sources.shared(step).accept(row, preparing.get(step));
        } catch (RowRejectedException e) {
            reject(row.source(), Objects.requireNonNullElse(e.getMessage(), "rejected"));
        }
    }

    private boolean admit(String source) {
        if (sources.isNew(source) && sources.count() >= document.limits().sources()) {
            if (document.limits().whenFull() == WhenFull.REJECT) {
                reject(
                        source,
                        "source: " + source + " (expected: one of the "
                                + document.limits().sources() + " known, since there is no room for more)");
                return false;
            }
            sources.forgetTheMostSilent();
            count("source forgotten");
        }
        sources.use(source);
        return true;
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
                targets.parameters(chain.processors()));
    }

    private void reject(String source, String reason) {
        rejections.add(new Rejection(source, reason));
    }

    private void count(String reason) {
        dropped.merge(reason, 1L, Long::sum);
    }

    private Outcome outcome() {
        Outcome outcome = new Outcome(samples, rejections);
        forget();
        return outcome;
    }

    private void forget() {
        samples.clear();
        rejections.clear();
        ready.clear();
        endedEarly.clear();
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

    /** The same before the first step that keeps a state. */
    private final class Preparing implements Output {
        private final int step;

        private Preparing(int step) {
            this.step = step;
        }

        @Override
        public void pass(Row row) {
            prepare(step, row);
        }

        @Override
        public void drop(String reason) {
            endedEarly.add(reason);
        }
    }
}
