package io.mlaas.ppfl.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.mlaas.federated.secagg.Endorsement;
import io.mlaas.federated.secagg.SecAggClient;
import io.mlaas.federated.secagg.SecAggException;
import io.mlaas.federated.secagg.SecAggMessage;
import io.mlaas.federated.secagg.SecAggMessage.Begin;
import io.mlaas.federated.secagg.SecAggMessage.FromServer;
import io.mlaas.federated.secagg.SecAggParameters;
import io.mlaas.federated.secagg.SummedUpdates;
import io.mlaas.ppfl.protocol.identity.EnrolmentKit;
import io.mlaas.ppfl.protocol.message.ProtocolException;
import io.mlaas.ppfl.protocol.v1.Place;
import io.mlaas.ppfl.protocol.v1.SecureTraining;
import io.mlaas.ppfl.protocol.v1.SecureUpdate;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;

/**
 * Updates under masks: the server learns the sum of all and no single one. What this client's protocol knows is kept
 * before each answer, so that a restart goes on; shares of a round are revealed in one attempt only, because two sums over
 * different clients would differ by a single update.
 */
final class SecureAnswers implements RoundAnswers {
    private static final String PROTOCOL = "secure-aggregation";
    private static final String PARAMETERS = "secure-aggregation-parameters";
    private static final String REVEALED = "revealed-round";

    private final LocalRounds rounds;
    private final EnrolmentKit kit;
    private final int threshold;
    private final Endorsement endorsement;
    private final StateDirectory state;
    private final SecureRandom random = new SecureRandom();

    /** @param threshold of the plan: with a lower one fewer clients could undo the masks */
    SecureAnswers(LocalRounds rounds, EnrolmentKit kit, int threshold, Endorsement endorsement, StateDirectory state) {
        this.rounds = rounds;
        this.kit = kit;
        this.threshold = threshold;
        this.endorsement = endorsement;
        this.state = state;
    }

    @Override
    public ByteString answer(Place place, ByteString question, RoundMemory memory)
            throws InvalidProtocolBufferException {
        try {
            return switch (place.getPhase()) {
                case ADVERTISE_KEYS -> begin(place, message(question), memory);
                case SHARE_KEYS, CONSISTENCY_CHECK -> goOn(message(question), memory, new long[0]);
                case MASKED_INPUT -> train(place, SecureTraining.parseFrom(question), memory);
                case UNMASK -> reveal(place, message(question), memory);
                case UPDATE, ENCRYPTED_UPDATE, DEAL_KEY, DECRYPT, PHASE_UNSPECIFIED, UNRECOGNIZED ->
                    throw new ProtocolException(
                            "phase " + place.getPhase() + " (expected: of secure aggregation, as the plan says)");
            };
        } catch (SecAggException e) {
            throw new ProtocolException("secure aggregation: " + e.getMessage());
        }
    }

    private ByteString begin(Place place, FromServer question, RoundMemory memory) {
        if (!(question instanceof Begin begin)) {
            throw new ProtocolException("secure aggregation: message of " + question.step() + " (expected: Begin)");
        }
        SecAggParameters parameters = begin.parameters();
        String session = SummedUpdates.session(kit.federation(), place.getRound(), place.getAttempt());
        if (!parameters.session().equals(session)) {
            throw new ProtocolException("session: " + parameters.session() + " (expected: " + session + ")");
        }
        if (parameters.threshold() < threshold) {
            throw new ProtocolException(
                    "threshold: " + parameters.threshold() + " (expected: >= " + threshold + ", as the plan says)");
        }
        requireNotRevealed(place);
        SecAggClient client = new SecAggClient(parameters, kit.participant(), endorsement, () -> new long[0], random);
        byte[] answer = client.answer(begin).encode();
        memory.remember(PARAMETERS, begin.encode());
        memory.remember(PROTOCOL, client.save());
        return ByteString.copyFrom(answer);
    }

    private void requireNotRevealed(Place place) {
        String revealed = state.text(REVEALED).orElse("0");
        if (Integer.parseInt(revealed.strip()) >= place.getRound()) {
            throw new ProtocolException("round " + place.getRound() + ": this client has revealed shares of round "
                    + revealed.strip() + " already, and reveals none for another sum of the same updates");
        }
    }

    private ByteString train(Place place, SecureTraining question, RoundMemory memory)
            throws InvalidProtocolBufferException {
        SecAggParameters parameters = ((Begin) message(
                        ByteString.copyFrom(memory.remembered(PARAMETERS).orElseThrow(SecureAnswers::lost))))
                .parameters();
        LocalRounds.Trained trained = rounds.train(place.getRound(), question.getTraining());
        SummedUpdates sum = SummedUpdates.of(
                trained.change().length,
                parameters.clients().size(),
                question.getTraining().getClippingNorm());
        if (sum.quantisation().bits() != parameters.bits()) {
            throw new ProtocolException("bits: " + parameters.bits() + " (expected: "
                    + sum.quantisation().bits() + " for these updates)");
        }
        long[] vector = sum.vector(trained.change(), trained.samples(), trained.withinNorm());
        SecureUpdate.Builder update =
                SecureUpdate.newBuilder().setMessage(goOn(message(question.getMessage()), memory, vector));
        trained.measures().ifPresent(update::setMeasures);
        return update.build().toByteString();
    }

    /** Written down before a share leaves. */
    private ByteString reveal(Place place, FromServer question, RoundMemory memory) {
        ByteString answer = goOn(question, memory, new long[0]);
        state.write(REVEALED, Integer.toString(place.getRound()).getBytes(StandardCharsets.UTF_8));
        return answer;
    }

    private ByteString goOn(FromServer question, RoundMemory memory, long[] input) {
        byte[] saved = memory.remembered(PROTOCOL).orElseThrow(SecureAnswers::lost);
        SecAggClient client = SecAggClient.restore(saved, kit.participant(), endorsement, () -> input, random);
        byte[] answer = client.answer(question).encode();
        memory.remember(PROTOCOL, client.save());
        return ByteString.copyFrom(answer);
    }

    private static ProtocolException lost() {
        return new ProtocolException("secure aggregation: this client has no keys of this attempt any more");
    }

    private static FromServer message(ByteString bytes) {
        if (SecAggMessage.decode(bytes.toByteArray()) instanceof FromServer question) {
            return question;
        }
        throw new ProtocolException("secure aggregation: a client's message (expected: the server's)");
    }
}
