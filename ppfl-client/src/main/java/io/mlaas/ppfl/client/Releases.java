package io.mlaas.ppfl.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.mlaas.ppfl.protocol.message.ProtocolException;
import io.mlaas.ppfl.protocol.v1.Training;
import io.mlaas.ppfl.protocol.v1.Update;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Updates that this client has covered with noise of its own: one in each round, and no more rounds than the plan has, as
 * that is what the accountant counts. The latest is kept before it leaves, so that whoever asks again, in whichever attempt
 * or after a crash, gets the same; whoever asks the same round with other weights gets nothing.
 */
final class Releases {
    private static final String FILE = "released-update";
    private static final int DIGEST = 32;
    private static final int BEGINNING = Integer.BYTES + DIGEST;

    private final StateDirectory state;
    private final int rounds;

    /** @param rounds of the plan */
    Releases(StateDirectory state, int rounds) {
        this.state = state;
        this.rounds = rounds;
    }

    /**
     * @param made trains and draws noise; asked only if there is no update of this round yet
     * @throws ProtocolException if a second update of the round, or one more than planned, would be told
     */
    Update of(int round, Training question, Supplier<Update> made) {
        if (round < 1 || round > rounds) {
            throw new ProtocolException("round " + round + " (expected: 1 to " + rounds
                    + ", as the plan says: each round's noisy update costs privacy)");
        }
        byte[] asked = digest(question);
        Optional<ByteBuffer> before = state.bytes(FILE).map(ByteBuffer::wrap);
        int latest = before.map(kept -> kept.getInt(0)).orElse(0);
        if (latest == round && Arrays.equals(asked, digest(before.orElseThrow()))) {
            return update(before.orElseThrow());
        }
        if (latest >= round) {
            throw new ProtocolException("round " + round + ": this client has told a noisy update of round " + latest
                    + " already; another one, of other weights, would cost privacy that the plan does not count");
        }
        Update update = made.get();
        byte[] content = update.toByteArray();
        state.write(
                FILE,
                ByteBuffer.allocate(BEGINNING + content.length)
                        .putInt(round)
                        .put(asked)
                        .put(content)
                        .array());
        return update;
    }

    private static byte[] digest(ByteBuffer kept) {
        byte[] digest = new byte[DIGEST];
        kept.get(Integer.BYTES, digest);
        return digest;
    }

    private Update update(ByteBuffer kept) {
        try {
            return Update.parseFrom(ByteString.copyFrom(kept.slice(BEGINNING, kept.capacity() - BEGINNING)));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(state.path().resolve(FILE) + " is damaged", e);
        }
    }

    private static byte[] digest(Training question) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(ByteBuffer.allocate(Double.BYTES).putDouble(0, question.getClippingNorm()));
            return sha256.digest(question.getWeights().toByteArray());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is part of every Java platform", e);
        }
    }
}
