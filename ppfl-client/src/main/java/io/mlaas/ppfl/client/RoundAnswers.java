package io.mlaas.ppfl.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.mlaas.ppfl.protocol.v1.Place;

/** How a client answers the phases of a round. */
interface RoundAnswers {
    /**
     * An answer to keep, so that the same is said again after a restart.
     *
     * @param memory of this attempt at the round
     * @throws InvalidProtocolBufferException if the question cannot be read
     * @throws io.mlaas.ppfl.protocol.message.ProtocolException if it does not belong there
     */
    ByteString answer(Place place, ByteString question, RoundMemory memory) throws InvalidProtocolBufferException;
}
