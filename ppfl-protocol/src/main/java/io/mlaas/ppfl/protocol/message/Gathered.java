package io.mlaas.ppfl.protocol.message;

import com.google.protobuf.ByteString;
import io.mlaas.ppfl.protocol.v1.Piece;
import io.mlaas.ppfl.protocol.v1.Place;
import org.jspecify.annotations.Nullable;

/** A message as its pieces come in. */
public final class Gathered {
    private final long most;
    private ByteString content = ByteString.EMPTY;
    private @Nullable Piece first;

    /** @param most bytes that are taken */
    public Gathered(long most) {
        this.most = most;
    }

    /** @throws ProtocolException if the piece does not belong to the ones before, or the message is too large */
    public void add(Piece piece) {
        if (first == null) {
            first = piece;
            if (piece.getTotal() < 0 || piece.getTotal() > most) {
                throw new ProtocolException(
                        "a message of " + piece.getTotal() + " bytes (expected: at most " + most + ")");
            }
        } else if (!piece.getPlace().equals(first.getPlace()) || piece.getTotal() != first.getTotal()) {
            throw new ProtocolException("a piece of another message (expected: one message at a time)");
        }
        if ((long) content.size() + piece.getData().size() > piece.getTotal()) {
            throw new ProtocolException("more bytes than the " + piece.getTotal() + " that were announced");
        }
        content = content.concat(piece.getData());
    }

    /** Of the first piece. */
    public Place place() {
        return complete().getPlace();
    }

    public ByteString content() {
        if (content.size() != complete().getTotal()) {
            throw new ProtocolException(
                    content.size() + " bytes (expected: " + complete().getTotal() + ", as was announced)");
        }
        return content;
    }

    private Piece complete() {
        if (first == null) {
            throw new ProtocolException("no pieces (expected: at least one)");
        }
        return first;
    }
}
