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

/** The latest messages and requests that a learner has had, by which it knows one that comes again. */
final class Received {
    static final int MOST = 8192;

    /** The oldest first. */
    private final Set<UUID> identities = new LinkedHashSet<>();

    /** Of rows that are to be learned once; the oldest first. */
    private final Set<UUID> requests = new LinkedHashSet<>();

    /** Whether it has not had it; one without an identity is always new. */
    boolean isNew(@Nullable UUID identity) {
        return identity == null || add(identity, identities);
    }

    /** Whether rows that are to be learned once were not. */
    boolean isNewRequest(UUID id) {
        return add(id, requests);
    }

    private static boolean add(UUID id, Set<UUID> known) {
        if (!known.add(id)) {
            return false;
        }
        if (known.size() > MOST) {
            known.remove(known.iterator().next());
        }
        return true;
    }

    boolean isEmpty() {
        return identities.isEmpty() && requests.isEmpty();
    }

    /** The messages; whoever asks for something does so whatever a learner's sources are. */
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
        write(out, identities);
        if (!requests.isEmpty()) {
            write(out, requests);
        }
        return bytes.toByteArray();
    }

    /** Goes on with what {@link #state} wrote. */
    Progress resume(byte[] state, Progress progress) throws IOException {
        if (state.length == 0) {
            return progress;
        }
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(state));
        Progress whole = progress.readStreams(in);
        read(in, identities);
        if (in.available() > 0) {
            read(in, requests);
        }
        return whole;
    }

    private static void write(DataOutput out, Set<UUID> ids) throws IOException {
        out.writeInt(ids.size());
        for (UUID id : ids) {
            out.writeLong(id.getMostSignificantBits());
            out.writeLong(id.getLeastSignificantBits());
        }
    }

    private static void read(DataInput in, Set<UUID> ids) throws IOException {
        int count = in.readInt();
        for (int i = 0; i < count; i++) {
            ids.add(new UUID(in.readLong(), in.readLong()));
        }
    }
}
