package io.mlaas.learning.learner;

import io.mlaas.learning.interval.IntervalSettings;
import io.mlaas.learning.interval.ResidualIntervals;
import io.mlaas.learning.log.Delivery;
import io.mlaas.learning.log.LogEntry;
import io.mlaas.online.Batch;
import io.mlaas.online.BatchRefused;
import io.mlaas.online.Learner;
import io.mlaas.online.LearnerState;
import io.mlaas.transform.Outcome;
import io.mlaas.transform.Sample;
import io.mlaas.transform.Transformer;
import io.mlaas.transform.payload.Message;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A learner at work: what it becomes depends on its document and the entries of its log alone. One thread learns; any
 * number may ask {@link #serving()}.
 *
 * <p>Its state, big-endian: the version (int), the document (an int length and UTF-8), the progress, the rows held back, the model (int length and bytes of
 * {@link LearnerState}), then in the same form the stored model, the transformer's state, and the last answer, each of
 * length 0 where there is none; then what was answered to (an int length and doubles), which version 1 had not; the
 * intervals, where the document wants them; what it remembers of streams (in the same form as the model) and rows that wait, which
 * version 2 had not.
 */
final class ActiveLearner implements AutoCloseable {
    private static final int VERSION = 3;
    private static final int WITHOUT_STREAMS = 2;
    private static final int WITHOUT_INPUT = 1;

    private final HeldBack heldBack;
    private final Supplier<Learner> another;
    private final Contest contest;
    private final Effects effects = new Effects();
    private final Received received = new Received();
    private final Waiting waiting = new Waiting();
    private LearnerDocument document;
    private Progress progress = Progress.NONE;
    private final @Nullable Transformer transformer;
    private @Nullable ResidualIntervals intervals;
    /** Of whoever learns, or copies what was learned. */
    private final ReentrantLock lock = new ReentrantLock();

    private volatile @Nullable Serving serving;
    private volatile @Nullable Forecast forecast;
    private volatile boolean asked;
    private volatile boolean behind;
    private boolean closed;

    ActiveLearner(LearnerDocument document, CompanyAlgorithms algorithms) {
        this.document = document;
        this.heldBack = new HeldBack(document.schema(), document.update());
        JsonNode pipeline = document.transformer();
        this.transformer = pipeline == null ? null : TransformedRows.parse(pipeline);
        this.another = () -> this.document.create(algorithms);
        this.contest = new Contest(another.get(), heldBack, another);
        fitIntervals();
    }

    /**
     * What it answers with now: the next one takes its place at once. A copy is made for those who ask only: after each
     * batch for as long as somebody asks between two of them, else when somebody does. Empty if it is closed.
     */
    Optional<Serving> serving() {
        asked = true;
        if (behind || serving == null) {
            locked(() -> {
                if (!closed && (behind || serving == null)) {
                    publish();
                }
            });
        }
        return Optional.ofNullable(serving).map(now -> now.with(forecast));
    }

    private void locked(Runnable work) {
        lock.lock();
        try {
            work.run();
        } finally {
            lock.unlock();
        }
    }

    LearnerDocument document() {
        return document;
    }

    Progress progress() {
        return progress;
    }

    /** Goes on by other rules; algorithm, schema and what was learned stay. */
    void follow(LearnerDocument other) {
        locked(() -> {
            boolean adjusted = !document.isConfiguredAs(other);
            document = document.following(other);
            if (adjusted) {
                contest.goOnWith(another.get());
                changed();
            }
            heldBack.follow(other.update());
            if (other.streams().sources().isEmpty()) {
                received.forget();
            }
        });
    }

    /** @throws BatchRefused for rows that its schema does not allow; nothing is learned then */
    void learn(long offset, Batch batch) {
        locked(() -> learnLocked(offset, batch));
    }

    /** Learns them, unless they are to be learned once and were. */
    void learn(long offset, LogEntry.Rows rows) {
        locked(() -> {
            if (rows.once() && !received.isNewRequest(rows.id())) {
                progress = progress.duplicate();
            } else {
                learnLocked(offset, rows.batch());
            }
        });
    }

    private void learnLocked(long offset, Batch batch) {
        document.schema().check(batch);
        @Nullable Batch rest = heldBack.takeShare(batch);
        if (rest == null) {
            return;
        }
        for (Batch part : Batches.cut(rest, document.schema(), document.update().batchSize())) {
            progress = progress.learned(
                    contest.learner().learned() + part.rows(), contest.learner().loss(part));
            contest.learner().learn(part);
            if (progress.updates() % document.update().compareEvery() == 0) {
                if (heldBack.isFull()) {
                    progress = contest.compare(offset, progress, document.update());
                }
                fitIntervals();
            }
        }
        changed();
    }

    /** Learns the rows of messages that wait for others. */
    void flush(long offset) {
        locked(() -> {
            @Nullable Batch rows = waiting.take();
            if (rows != null) {
                learnLocked(offset, rows);
            }
        });
    }

    /** Whether rows have waited for others for longer than they are to. */
    boolean waitsTooLong(Instant now) {
        return waiting.isOverdue(document.update(), now);
    }

    boolean waits() {
        return !waiting.isEmpty();
    }

    /** Learns and predicts what is made of a message; what cannot be used is counted, what was there before left out. */
    void receive(long offset, LogEntry.Message message) {
        locked(() -> receiveLocked(offset, message));
    }

    private void receiveLocked(long offset, LogEntry.Message message) {
        Delivery delivery = message.delivery();
        if (delivery == null) {
            read(offset, message, Message.of(message.source(), message.received(), message.payload()));
        } else if (!received.isNew(delivery.identity())) {
            progress = progress.duplicate();
        } else if (delivery.refused() != null) {
            reject(message, message.source(), delivery.refused());
        } else if (delivery.toAnswer()) {
            answer(message);
        } else {
            Message sent = Message.of(message.source(), message.received(), message.payload(), delivery.topic());
            read(offset, message, delivery.format() == null ? sent : sent.inFormat(delivery.format()));
        }
    }

    private void read(long offset, LogEntry.Message message, Message sent) {
        Transformer pipeline = transformer;
        if (pipeline == null) {
            reject(message, message.source(), "the learner has no transformer that reads it");
            return;
        }
        Outcome outcome = pipeline.accept(sent, message.answers());
        outcome.rejections().forEach(rejection -> reject(message, rejection.source(), rejection.reason()));
        List<Sample> training =
                outcome.samples().stream().filter(Sample::training).toList();
        try {
            if (!training.isEmpty()) {
                Batch rows = Batches.of(training);
                document.schema().check(rows);
                waiting.add(rows, message.received());
            }
            @Nullable Batch due = waiting.due(document.update(), message.received());
            if (due != null) {
                learnLocked(offset, due);
            }
        } catch (BatchRefused refused) {
            reject(message, message.source(), String.valueOf(refused.getMessage()));
        }
        outcome.samples().stream()
                .filter(sample -> !sample.training())
                .reduce((earlier, later) -> later)
                .ifPresent(latest -> {
                    long began = System.nanoTime();
                    double[] prediction = contest.learner().predict(1, latest.input());
                    ObjectNode answer = pipeline.answer(sent, latest, prediction);
                    List<String> outputs = document.schema().target().names();
                    Forecasts.addIntervals(answer, pipeline, latest, prediction, intervals, outputs);
                    forecast = new Forecast(answer.toString(), latest.input());
                    answered(
                            message,
                            answer.toString(),
                            Predicted.since(began, 1, latest.input(), prediction, Occasion.at(latest.time())));
                });
    }

    private void answer(LogEntry.Message message) {
        try {
            Predicted predicted = PredictionRequest.answer(contest.learner(), message.payload());
            answered(message, PredictionRequest.toJson(document.schema(), predicted), predicted);
        } catch (BatchRefused refused) {
            reject(message, message.source(), String.valueOf(refused.getMessage()));
        }
    }

    private void answered(LogEntry.Message message, String json, Predicted predicted) {
        if (document.tellsPredictions()) {
            effects.predicted(message, predicted.within(intervals), progress);
        }
        effects.answered(message, json);
    }

    private void reject(LogEntry.Message message, String source, String reason) {
        Progress.Rejection rejection = Progress.Rejection.of(reason, source, message.received());
        progress = progress.rejected(rejection);
        effects.rejected(message, source, rejection);
    }

    /** What came of the entries since it was asked last. */
    List<Effect> takeEffects() {
        return effects.take();
    }

    /** What it predicted since, where that is to be told. */
    List<StreamedPrediction> takePredictions() {
        return effects.takePredictions();
    }

    /** Goes back to the stored model, if there is one. */
    void rollBack(long offset, String reason) {
        locked(() -> rollBackLocked(offset, reason));
    }

    private void rollBackLocked(long offset, String reason) {
        if (!contest.hasStored()) {
            return;
        }
        progress = contest.rollBack(offset, progress, reason);
        fitIntervals();
        changed();
    }

    private void changed() {
        behind = true;
        if (asked) {
            asked = false;
            publish();
        }
    }

    private void publish() {
        Serving before = serving;
        serving = snapshot();
        behind = false;
        if (before != null) {
            before.predictor().close();
        }
    }

    /** What it answers with now, for a caller who closes that. */
    Serving snapshot() {
        return new Serving(
                new SharedPredictor(contest.learner().snapshot(), progress.state()),
                forecast,
                heldBack.inputs(),
                intervals);
    }

    /** As often as it is compared: residuals of every state would be dear. */
    private void fitIntervals() {
        IntervalSettings wanted = document.intervals();
        if (wanted != null) {
            intervals = contest.residuals(wanted);
        }
    }

    /** What was decided and is in no checkpoint yet. */
    List<Comparison> decided() {
        return contest.decided();
    }

    void forgetDecided() {
        contest.forgetDecided();
    }

    byte[] state() {
        lock.lock();
        try {
            return stateLocked();
        } finally {
            lock.unlock();
        }
    }

    private byte[] stateLocked() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(VERSION);
            write(out, document.toJson().toString().getBytes(StandardCharsets.UTF_8));
            progress.write(out);
            heldBack.write(out);
            write(out, LearnerState.write(contest.learner()));
            write(out, contest.stored());
            write(out, transformer == null ? new byte[0] : transformer.writeState());
            Forecast.write(out, forecast);
            if (intervals != null) {
                intervals.write(out);
            }
            write(out, received.state(progress));
            waiting.write(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void write(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    /** A learner that goes on where the state was written. */
    static ActiveLearner resume(byte[] state, CompanyAlgorithms algorithms) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(state));
        int version = in.readInt();
        if (version < WITHOUT_INPUT || version > VERSION) {
            throw new IOException("version: " + version + " (expected: " + WITHOUT_INPUT + " to " + VERSION + ")");
        }
        String document = new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
        ActiveLearner active =
                new ActiveLearner(LearnerDocument.stored(JsonMapper.shared().readTree(document)), algorithms);
        boolean whole = false;
        try {
            active.read(in, version);
            whole = true;
            return active;
        } finally {
            if (!whole) {
                active.close();
            }
        }
    }

    private void read(DataInputStream in, int version) throws IOException {
        progress = Progress.read(in);
        heldBack.read(in);
        LearnerState.read(in.readNBytes(in.readInt()), contest.learner());
        contest.resume(in.readNBytes(in.readInt()));
        byte[] pipeline = in.readNBytes(in.readInt());
        if (transformer != null) {
            transformer.restore(pipeline);
        }
        forecast = Forecast.read(in, version > WITHOUT_INPUT);
        if (intervals != null) {
            intervals = ResidualIntervals.read(in);
        }
        if (version > WITHOUT_STREAMS) {
            progress = received.resume(in.readNBytes(in.readInt()), progress);
            waiting.read(in);
        }
    }

    @Override
    public void close() {
        locked(() -> {
            Serving last = serving;
            closed = true;
            serving = null;
            contest.learner().close();
            if (last != null) {
                last.predictor().close();
            }
        });
    }
}
