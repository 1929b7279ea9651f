package io.mlaas.ppfl.protocol.message;

import com.google.protobuf.ByteString;
import io.grpc.stub.CallStreamObserver;
import io.mlaas.ppfl.protocol.v1.Piece;
import io.mlaas.ppfl.protocol.v1.Place;

/**
 * A message that may be larger than a gRPC message should be. The sender waits for the network: what is not sent yet is not
 * held twice in memory.
 */
public final class Pieces {
    /** Bytes of one piece. */
    public static final int SIZE = 1 << 20;

    private final Place place;
    private final ByteString content;
    private int sent;
    private boolean ended;

    private Pieces(Place place, ByteString content) {
        this.place = place;
        this.content = content;
    }

    /** Sends all as fast as it is taken, and completes the observer; returns at once. */
    public static void send(Place place, ByteString content, CallStreamObserver<? super Piece> to) {
        Pieces pieces = new Pieces(place, content);
        to.setOnReadyHandler(() -> pieces.sendMore(to));
        pieces.sendMore(to);
    }

    /** As {@link #send}, where {@code setOnReadyHandler} was called already: to be called by that handler. */
    public static Pieces of(Place place, ByteString content) {
        return new Pieces(place, content);
    }

    /** Sends as much as is taken now. An empty message is one empty piece. */
    public synchronized void sendMore(CallStreamObserver<? super Piece> to) {
        while (!ended && to.isReady()) {
            int end = Math.min(content.size(), sent + SIZE);
            to.onNext(Piece.newBuilder()
                    .setPlace(place)
                    .setTotal(content.size())
                    .setData(content.substring(sent, end))
                    .build());
            sent = end;
            if (sent == content.size()) {
                ended = true;
                to.onCompleted();
            }
        }
    }
}
