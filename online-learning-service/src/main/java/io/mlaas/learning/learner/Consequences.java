package io.mlaas.learning.learner;

import io.mlaas.learning.event.PredictionEvent;
import io.mlaas.learning.log.Delivery;
import io.mlaas.learning.log.LearningLog.Position;
import io.mlaas.learning.log.LogEntry;
import io.mlaas.learning.stream.Answer;
import io.mlaas.learning.stream.DeadLetter;
import io.mlaas.learning.stream.Outgoing;
import io.mlaas.learning.stream.Publication;
import io.mlaas.learning.stream.Topics;
import io.mlaas.learning.stream.Transport;
import io.mlaas.online.Schema;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.UUID;

/** What becomes of a learner's {@link Effect}s: answers and dead letters, the latest of which are kept until its checkpoint. */
final class Consequences {
    /** The latest dead letters of a learner that are kept for people to read. */
    static final int KEPT = 100;

    /** Bytes of an answer; with its frame, and every character escaped, it fits into a message of Kafka. */
    private static final int LONGEST_ANSWER = 400 * 1024;

    private final UUID organizationId;
    private final String learner;
    private final Deque<Kept> kept = new ArrayDeque<>();

    Consequences(UUID organizationId, String learner) {
        this.organizationId = organizationId;
        this.learner = learner;
    }

    /** @param part which one of its entry */
    record Kept(long offset, int part, DeadLetter letter) {}

    /** Sends what came of an entry. */
    void send(Position position, List<Effect> effects, List<Publication> publish, Outgoing outgoing) {
        for (int part = 0; part < effects.size(); part++) {
            switch (effects.get(part)) {
                case Effect.Rejected rejected -> reject(position, part, rejected, outgoing);
                case Effect.Answered answered
                when tooLong(answered) -> reject(position, part, tooLongToSend(answered), outgoing);
                case Effect.Answered answered -> answer(position, part, answered, publish, outgoing);
            }
        }
    }

    /** Tells of the predictions that an entry led to, each by the id of its answer. */
    void tell(Position position, List<StreamedPrediction> predictions, Schema schema, Outgoing outgoing) {
        for (StreamedPrediction each : predictions) {
            Predicted predicted = each.predicted();
            outgoing.send(new PredictionEvent(
                    id(position, each.part()),
                    new PredictionEvent.Model(each.message().learner(), organizationId, learner, schema),
                    each.state(),
                    each.message().source(),
                    predicted.rows(),
                    predicted.inputs(),
                    predicted.answer(),
                    predicted.nanos() / 1e6,
                    each.message().received(),
                    predicted.occasion().at(),
                    predicted.occasion().segments(),
                    predicted.ends()));
        }
    }

    private static boolean tooLong(Effect.Answered answered) {
        return answered.json().getBytes(StandardCharsets.UTF_8).length > LONGEST_ANSWER;
    }

    private static Effect.Rejected tooLongToSend(Effect.Answered answered) {
        return new Effect.Rejected(
                answered.message(),
                answered.message().source(),
                "answer: longer than " + LONGEST_ANSWER + " bytes (expected: one that can be sent)");
    }

    private void reject(Position position, int part, Effect.Rejected rejected, Outgoing outgoing) {
        DeadLetter letter = letter(position, part, rejected.message(), rejected.source(), rejected.reason());
        outgoing.send(letter);
        kept.addLast(new Kept(position.offset(), part, letter));
        if (kept.size() > KEPT) {
            kept.removeFirst();
        }
    }

    DeadLetter letter(Position position, int part, LogEntry.Message message, String source, String reason) {
        Delivery delivery = message.delivery();
        return new DeadLetter(
                id(position, part),
                organizationId,
                message.learner(),
                learner,
                source,
                delivery == null ? null : delivery.topic(),
                reason,
                message.received(),
                message.payload());
    }

    private void answer(
            Position position, int part, Effect.Answered answered, List<Publication> publish, Outgoing outgoing) {
        String id = id(position, part);
        UUID learnerId = answered.message().learner();
        if (!answered.failed()) {
            for (Publication to : publish) {
                outgoing.send(new Answer(id, learnerId, to.type(), to.address(organizationId), answered.json(), null));
            }
        }
        Delivery delivery = answered.message().delivery();
        if (delivery != null && delivery.responseTopic() != null) {
            String topic = Topics.mqttPrefix(organizationId) + delivery.responseTopic();
            outgoing.send(new Answer(id, learnerId, Transport.MQTT, topic, answered.json(), delivery.correlation()));
        }
    }

    private static String id(Position position, int part) {
        return position.partition() + "-" + position.offset() + "-" + part;
    }

    /** The latest dead letters that are in no checkpoint yet, the oldest first. */
    List<Kept> kept() {
        return List.copyOf(kept);
    }

    void forgetKept() {
        kept.clear();
    }
}
