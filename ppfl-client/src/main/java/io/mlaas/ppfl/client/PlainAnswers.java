package io.mlaas.ppfl.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.mlaas.ppfl.protocol.message.ProtocolException;
import io.mlaas.ppfl.protocol.message.Vectors;
import io.mlaas.ppfl.protocol.v1.Phase;
import io.mlaas.ppfl.protocol.v1.Place;
import io.mlaas.ppfl.protocol.v1.Training;
import io.mlaas.ppfl.protocol.v1.Update;

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
        LocalRounds.Trained trained = rounds.train(place.getRound(), Training.parseFrom(question));
        Update.Builder update = Update.newBuilder()
                .setChange(Vectors.bytes(trained.change()))
                .setSamples(trained.samples())
                .setWithinNorm(trained.withinNorm());
        trained.measures().ifPresent(update::setMeasures);
        return update.build().toByteString();
    }
}
