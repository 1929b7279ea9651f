package io.mlaas.ppfl.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.mlaas.ppfl.protocol.message.ProtocolException;
import io.mlaas.ppfl.protocol.v1.Phase;
import io.mlaas.ppfl.protocol.v1.Place;
import io.mlaas.ppfl.protocol.v1.Training;

/** Updates as they are: the server sees each. */
final class PlainAnswers implements RoundAnswers {
    private final LocalRounds rounds;

    PlainAnswers(LocalRounds rounds) {
        this.rounds = rounds;
    }

    @Override
    public ByteString answer(Place place, ByteString question, RoundMemory memory)
            throws InvalidProtocolBufferException {
        if (place.getPhase() != Phase.UPDATE) {
            throw new ProtocolException(
                    "phase " + place.getPhase() + " (expected: UPDATE, as the plan has no encryption)");
        }
        return LocalRounds.update(rounds.train(place.getRound(), Training.parseFrom(question)))
                .toByteString();
    }
}
