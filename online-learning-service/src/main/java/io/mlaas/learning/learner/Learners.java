package io.mlaas.learning.learner;

import io.mlaas.kit.problem.ProblemException;
import io.mlaas.kit.security.Caller;
import io.mlaas.learning.interval.Intervals;
import io.mlaas.learning.interval.ResidualIntervals;
import io.mlaas.learning.log.LearningLog;
import io.mlaas.learning.log.LogAwayException;
import io.mlaas.learning.log.LogEntry;
import io.mlaas.online.Batch;
import io.mlaas.online.BatchRefused;
import io.mlaas.online.ConfigurationFields;
import io.mlaas.online.ConfigurationRefused;
import io.mlaas.online.Schema;
import io.mlaas.transform.payload.Message;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/** What can be asked of the learners of a company, whatever the protocol. */
@Component
public class Learners {
    private static final int LONGEST_SOURCE = 1000;

    private final LearnerRepository repository;
    private final KnownLearners known;
    private final LearningLog log;
    private final Outcomes outcomes;
    private final Predictors predictors;
    private final Changes changes;
    private final LatestPredictions latest;
    private final TransformersElsewhere elsewhere;
    private final Telling telling;
    private final LearningProperties properties;

    Learners(
            LearnerRepository repository,
            KnownLearners known,
            LearningLog log,
            Outcomes outcomes,
            Predictors predictors,
            Changes changes,
            LatestPredictions latest,
            TransformersElsewhere elsewhere,
            Telling telling,
            LearningProperties properties) {
        this.repository = repository;
        this.known = known;
        this.log = log;
        this.outcomes = outcomes;
        this.predictors = predictors;
        this.changes = changes;
        this.latest = latest;
        this.elsewhere = elsewhere;
        this.telling = telling;
        this.properties = properties;
    }

    /** @param intervals around the predictions, where the document wants them */
    record Answered(Predictions predictions, @Nullable Intervals intervals) {}

    StoredLearner find(String name, Caller caller) {
        return found(name, valid -> repository.find(caller.organizationId(), valid));
    }

    /** For a prediction: what another instance changed may not be seen yet. */
    StoredLearner findToAsk(String name, Caller caller) {
        return found(name, valid -> known.find(caller.organizationId(), valid));
    }

    private static StoredLearner found(String name, Function<String, Optional<StoredLearner>> named) {
        return Optional.of(name)
                .filter(LearnerDocument::isName)
                .flatMap(named)
                .orElseThrow(() -> LearnerProblem.LEARNER_UNKNOWN.because(
                        "name: " + name + " (expected: a learner of your company)"));
    }

    /** A learner of the caller's company, as it is now. */
    public ServedLearner served(String name, Caller caller) {
        StoredLearner learner = findToAsk(name, caller);
        return new ServedLearner(learner, new AskedLearner(predictors, learner), telling, properties.rows());
    }

    /** @return what became of it, or empty if that takes longer than it is waited for; it is durable in any case */
    Optional<Progress> update(StoredLearner learner, JsonNode json) {
        return update(learner, json, (part, batch) -> new LogEntry.Rows(learner.id(), UUID.randomUUID(), batch));
    }

    /** The same; rows that come again under the same id are learned once. */
    Optional<Progress> update(StoredLearner learner, JsonNode json, UUID id) {
        return update(
                learner,
                json,
                (part, batch) -> new LogEntry.Rows(
                        learner.id(),
                        UUID.nameUUIDFromBytes((id + "/" + part).getBytes(StandardCharsets.UTF_8)),
                        batch,
                        true));
    }

    private Optional<Progress> update(
            StoredLearner learner, JsonNode json, BiFunction<Integer, Batch, LogEntry> entry) {
        requireRunning(learner);
        Batch batch = refusing(() -> new RowsJson(learner.document().schema()).batch(json));
        LearnerProblem.requireFew(batch.rows(), properties.rows());
        List<Batch> parts = entries(batch, learner);
        int last = parts.size() - 1;
        for (int part = 0; part < last; part++) {
            append(entry.apply(part, parts.get(part)));
        }
        return learn(entry.apply(last, parts.get(last)));
    }

    /** Takes what a device sent, as it came. */
    Optional<Progress> receive(StoredLearner learner, String source, byte[] payload) {
        requireRunning(learner);
        if (learner.document().transformer() == null) {
            throw LearnerProblem.ROWS_REFUSED.because(learner.name()
                    + " has no transformer (expected: rows, at /learners/" + learner.name() + "/update)");
        }
        if (source.isEmpty() || source.length() > LONGEST_SOURCE) {
            throw LearnerProblem.ROWS_REFUSED.because(
                    "source: " + source.length() + " characters (expected: 1 to " + LONGEST_SOURCE + ")");
        }
        if (payload.length > log.largestEntry()) {
            throw LearnerProblem.ROWS_TOO_MANY.because(
                    "message: " + payload.length + " bytes (expected: at most " + log.largestEntry() + ")");
        }
        Instant now = Instant.now();
        List<String> answers = elsewhere.ask(learner, Message.of(source, now, payload), log.largestEntry());
        LogEntry entry = new LogEntry.Message(learner.id(), UUID.randomUUID(), source, now, payload, null, answers);
        if (!answers.isEmpty() && entry.bytes().length > log.largestEntry()) {
            throw LearnerProblem.ROWS_TOO_MANY.because(
                    "message with the answers of the transformers that it is given to: " + entry.bytes().length
                            + " bytes (expected: at most " + log.largestEntry() + ")");
        }
        return learn(entry);
    }

    /** @throws ConfigurationRefused if its transformer wants to ask what it may not */
    void requireCallable(LearnerDocument document) {
        elsewhere.require(document);
    }

    /** The answer to the latest message that a prediction was to be made from. */
    Optional<String> answer(StoredLearner learner) {
        return Optional.ofNullable(predictors.of(learner).forecast()).map(Forecast::answer);
    }

    /** Appends, and waits until this instance has read it, if it does. */
    Optional<Progress> learn(LogEntry entry) {
        try (Outcomes.Waiter waiter = outcomes.waiter(entry.id())) {
            append(entry);
            return waiter.await(properties.patience());
        }
    }

    /** Waits until this instance follows the change, if it has the learner. */
    void change(StoredLearner learner, UnaryOperator<Change> change) {
        UUID entry = UUID.randomUUID();
        try (Outcomes.Waiter waiter = outcomes.waiter(entry)) {
            changes.make(learner, entry, change);
            waiter.await(properties.patience());
        }
    }

    private void append(LogEntry entry) {
        try {
            log.append(entry);
        } catch (LogAwayException e) {
            throw LearnerProblem.LEARNING_LOG_AWAY.because("the log cannot be written now", e);
        }
    }

    private List<Batch> entries(Batch batch, StoredLearner learner) {
        int width = learner.document().schema().width();
        int wide = learner.document().schema().target().width();
        int most = (int) Math.max(1, log.largestEntry() / ((long) Double.BYTES * (width + wide + 1)));
        List<Batch> entries = new ArrayList<>();
        for (int from = 0; from == 0 || from < batch.rows(); from += most) {
            int to = Math.min(batch.rows(), from + most);
            double @Nullable [] weights = batch.weights();
            entries.add(new Batch(
                    to - from,
                    Arrays.copyOfRange(batch.inputs(), from * width, to * width),
                    Arrays.copyOfRange(batch.targets(), from * wide, to * wide),
                    weights == null ? null : Arrays.copyOfRange(weights, from, to)));
        }
        return entries;
    }

    /**
     * Rows of a learner of the caller's company whose predictions are to be explained; no instances stand for the one that
     * was predicted last.
     *
     * @throws ConfigurationRefused naming the JSON path of what it is asked in vain
     */
    public Explainable explainable(String name, JsonNode json, Caller caller) {
        StoredLearner learner = find(name, caller);
        Schema schema = learner.document().schema();
        ConfigurationFields fields = new ConfigurationFields(json, "$");
        fields.raw("instances");
        ExplainerSettings settings = Optional.ofNullable(learner.document().explainer())
                .orElse(ExplainerSettings.DEFAULT)
                .with(fields, schema);
        fields.done();
        Serving serving = predictors.of(learner);
        JsonNode instances = instances(json.path("instances"));
        int rows = Math.max(1, instances.size());
        double[] inputs = instances.isEmpty()
                ? latestInput(learner, serving)
                : refusing(() -> new RowsJson(schema).inputs(instances, "$.instances"));
        return new Explainable(
                learner.id(),
                learner.document().algorithm(),
                serving.predictor().whole(),
                settings,
                rows,
                inputs,
                serving.heldBack());
    }

    private double[] latestInput(StoredLearner learner, Serving serving) {
        return Optional.ofNullable(serving.forecast())
                .map(Forecast::input)
                .or(() -> latest.find(learner.id()).map(LatestPredictions.Latest::input))
                .orElseThrow(() -> notAskedYet(learner));
    }

    /** What a request asks for; no instances ask for what was predicted last. */
    Answered predict(StoredLearner learner, JsonNode json, Asking asking) {
        JsonNode instances = instances(json.path("instances"));
        if (instances.isEmpty()) {
            return latest.find(learner.id())
                    .map(LatestPredictions.Latest::answer)
                    .map(answer -> predicted(
                            learner, new Predictions(learner.document().schema(), 1, answer)))
                    .orElseThrow(() -> notAskedYet(learner));
        }
        double[] inputs = refusing(() -> new RowsJson(learner.document().schema()).inputs(instances, "$.instances"));
        Occasion occasion = refusing(() -> Occasion.read(json));
        return predict(learner, instances.size(), inputs, asking, occasion);
    }

    private static ProblemException notAskedYet(StoredLearner learner) {
        return LearnerProblem.NO_PREDICTION_YET.because(learner.name() + " was not asked yet");
    }

    private JsonNode instances(JsonNode json) {
        if (!json.isArray()) {
            throw LearnerProblem.ROWS_REFUSED.because(
                    "$.instances: " + (json.isMissingNode() ? "missing" : "no list") + " (expected: a list)");
        }
        LearnerProblem.requireFew(json.size(), properties.rows());
        return json;
    }

    private Answered predict(StoredLearner learner, int rows, double[] inputs, Asking asking, Occasion occasion) {
        double[] last = Arrays.copyOfRange(inputs, inputs.length - inputs.length / rows, inputs.length);
        return predictors.ask(learner, (serving, predictor) -> {
            long began = System.nanoTime();
            Predicted told = Predicted.since(began, rows, inputs, predictor.predict(rows, inputs), occasion)
                    .within(serving.intervals());
            telling.tell(learner, predictor.schema(), serving.predictor().state(), asking, told);
            Predictions predictions = new Predictions(predictor.schema(), rows, told.answer());
            latest.put(learner.id(), last, predictions.last().values());
            return predicted(serving, predictions);
        });
    }

    private Answered predicted(StoredLearner learner, Predictions predictions) {
        return learner.document().intervals() == null
                ? new Answered(predictions, null)
                : predicted(predictors.of(learner), predictions);
    }

    private static Answered predicted(Serving serving, Predictions predictions) {
        ResidualIntervals known = serving.intervals();
        List<String> names = predictions.schema().target().names();
        return new Answered(predictions, known == null ? null : Intervals.around(known, names, predictions.values()));
    }

    private static void requireRunning(StoredLearner learner) {
        if (learner.state() == LearnerState.PAUSED) {
            throw LearnerProblem.LEARNER_PAUSED.because(learner.name() + " is PAUSED (expected: RUNNING)");
        }
    }

    private static <T> T refusing(java.util.function.Supplier<T> rows) {
        try {
            return rows.get();
        } catch (BatchRefused refused) {
            throw LearnerProblem.ROWS_REFUSED.because(String.valueOf(refused.getMessage()));
        }
    }

    void forget(UUID learner) {
        latest.forget(learner);
        predictors.forget(learner);
    }
}
