package io.mlaas.learning.learner;

import java.io.DataInput;
import java.io.DataOutput;
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
