package io.mlaas.learning.learner;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The latest messages that a learner has had, by which it knows one that is delivered again. */
final class Received {
    static final int MOST = 8192;

    /** The oldest first. */
    private final Set<UUID> identities = new LinkedHashSet<>();

    /** Whether it has not had it; one without an identity is always new. */
    boolean isNew(@Nullable UUID identity) {
        if (identity == null) {
            return true;
        }
        if (!identities.add(identity)) {
            return false;
        }
        if (identities.size() > MOST) {
            identities.remove(identities.iterator().next());
        }
        return true;
    }

    boolean isEmpty() {
        return identities.isEmpty();
    }

    void forget() {
        identities.clear();
    }

    /** With what the learner's progress says of streams; of length 0 where there is nothing to say. */
    byte[] state(Progress progress) throws IOException {
        if (isEmpty() && progress.lastRejection() == null && progress.duplicates() == null) {
            return new byte[0];
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        progress.writeStreams(out);
        write(out);
        return bytes.toByteArray();
    }

    /** Goes on with what {@link #state} wrote. */
    Progress resume(byte[] state, Progress progress) throws IOException {
        if (state.length == 0) {
            return progress;
        }
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(state));
        Progress whole = progress.readStreams(in);
        read(in);
        return whole;
    }

    void write(DataOutput out) throws IOException {
        out.writeInt(identities.size());
        for (UUID identity : identities) {
            out.writeLong(identity.getMostSignificantBits());
            out.writeLong(identity.getLeastSignificantBits());
        }
    }

    void read(DataInput in) throws IOException {
        int count = in.readInt();
        for (int i = 0; i < count; i++) {
            identities.add(new UUID(in.readLong(), in.readLong()));
        }
    }
}
