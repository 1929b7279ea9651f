package io.mlaas.ppfl.server;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.mlaas.federated.secagg.SecAggException;
import io.mlaas.federated.secagg.SecAggMessage;
import io.mlaas.federated.secagg.SecAggMessage.FromClient;
import io.mlaas.federated.secagg.SecAggMessage.MaskedInput;
import io.mlaas.federated.secagg.SecAggServer;
import io.mlaas.federated.secagg.SummedUpdates;
import io.mlaas.ppfl.protocol.identity.ParticipantSignatures;
import io.mlaas.ppfl.protocol.v1.Measures;
import io.mlaas.ppfl.protocol.v1.Phase;
import io.mlaas.ppfl.protocol.v1.SecureTraining;
import io.mlaas.ppfl.protocol.v1.SecureUpdate;
import io.mlaas.ppfl.protocol.v1.Training;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/**
 * Secure aggregation in five phases: of each client the server has a masked vector, and of all together the sum. The
 * protocol's state is made again from what was answered, each time that it is needed.
 */
final class SecureRound implements RoundProtocol {
    private static final List<Phase> PHASES =
            List.of(Phase.ADVERTISE_KEYS, Phase.SHARE_KEYS, Phase.MASKED_INPUT, Phase.CONSISTENCY_CHECK, Phase.UNMASK);
    private static final int BEGINNING = 4;

    private final RunPlan plan;
    private final int threshold;

    SecureRound(RunPlan plan, int threshold) {
        this.plan = plan;
        this.threshold = threshold;
    }

    @Override
    public List<Phase> phases() {
        return PHASES;
    }

    @Override
    public Phase updates() {
        return Phase.MASKED_INPUT;
    }

    @Override
    public int quorum() {
        return plan.quorum();
    }

    /** Once the vectors are there, it takes the threshold to unmask their sum, and no more. */
    @Override
    public int quorum(Phase phase) {
        return phase == Phase.CONSISTENCY_CHECK || phase == Phase.UNMASK ? threshold : quorum();
    }

    @Override
    public ByteString question(Phase phase, String name, RoundRecord record) {
        ByteString message =
                ByteString.copyFrom(before(phase, record).question(name).encode());
        if (phase != Phase.MASKED_INPUT) {
            return message;
        }
        Training training = Training.newBuilder()
                .setWeights(ByteString.copyFrom(record.run().model()))
                .setClippingNorm(record.run().clippingNorm())
                .build();
        return SecureTraining.newBuilder()
                .setTraining(training)
                .setMessage(message)
                .build()
                .toByteString();
    }

    @Override
    public void check(Phase phase, String name, ByteString answer, RoundRecord record) {
        try {
            boolean unused = before(phase, record).receive(name, message(phase, answer));
        } catch (SecAggException e) {
            throw new AnswerRefused("secure aggregation: " + e.getMessage(), e);
        }
        if (phase == Phase.MASKED_INPUT) {
            PlainRound.requireMeasures(update(answer).getMeasures());
        }
    }

    @Override
    public RoundResult aggregate(RoundRecord record) {
        try {
            SecAggServer session = begin(record);
            PHASES.forEach(phase -> replay(session, phase, record));
            SummedUpdates.Total total =
                    updates(record).total(session.sum(), session.survivors().size());
            Map<String, Measures> measures = new LinkedHashMap<>();
            record.answers(Phase.MASKED_INPUT).forEach((name, answer) -> {
                SecureUpdate update = update(ByteString.copyFrom(answer));
                if (update.hasMeasures()) {
                    measures.put(name, update.getMeasures());
                }
            });
            return new RoundResult(
                    total.mean(), new LinkedHashSet<>(session.survivors()), Map.of(), measures, total.withinNorm());
        } catch (SecAggException e) {
            throw new AnswerRefused("secure aggregation: " + e.getMessage(), e);
        }
    }

    private SecAggServer before(Phase phase, RoundRecord record) {
        SecAggServer session = begin(record);
        PHASES.stream().takeWhile(earlier -> earlier != phase).forEach(earlier -> replay(session, earlier, record));
        return session;
    }

    private SecAggServer begin(RoundRecord record) {
        Run run = record.run();
        ParticipantSignatures signatures =
                new ParticipantSignatures(run.federation().toString(), record.authority());
        String session = SummedUpdates.session(run.federation().toString(), run.round(), run.attempt());
        return new SecAggServer(
                updates(record).parameters(session, record.asked(Phase.ADVERTISE_KEYS), threshold), signatures::verify);
    }

    private SummedUpdates updates(RoundRecord record) {
        return SummedUpdates.of(
                plan.layout().size(),
                record.asked(Phase.ADVERTISE_KEYS).size(),
                record.run().clippingNorm());
    }

    private static void replay(SecAggServer session, Phase phase, RoundRecord record) {
        record.answers(phase).forEach((name, answer) -> {
            boolean unused = session.receive(name, message(phase, ByteString.copyFrom(answer)));
        });
        session.close();
    }

    private static FromClient message(Phase phase, ByteString answer) {
        ByteString bytes = phase == Phase.MASKED_INPUT ? update(answer).getMessage() : answer;
        if (SecAggMessage.decode(bytes.toByteArray()) instanceof FromClient message) {
            return message;
        }
        throw new AnswerRefused("secure aggregation: a server's message (expected: a client's)");
    }

    private static SecureUpdate update(ByteString answer) {
        try {
            return SecureUpdate.parseFrom(answer);
        } catch (InvalidProtocolBufferException e) {
            throw new AnswerRefused("not a SecureUpdate message (expected: one, as the phase says)", e);
        }
    }

    @Override
    public SeenUpdates.Seen seen(int round, String name, byte[] answer) {
        ByteString bytes = update(ByteString.copyFrom(answer)).getMessage();
        MaskedInput masked = (MaskedInput) SecAggMessage.decode(bytes.toByteArray());
        String beginning = Arrays.toString(Arrays.copyOf(masked.values(), Math.min(BEGINNING, masked.values().length)));
        return new SeenUpdates.Seen(
                round, name, "MASKED", bytes.size(), Digests.sha256(bytes.toByteArray()), beginning);
    }
}
