package io.mlaas.online;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A learner's whole state as bytes, and back.
 *
 * <p>Layout, big-endian: the magic number {@code "MLOL"}, the version (int, 1), the length of the rest without the digest
 * (long), algorithm, configuration and schema (each an int length and UTF-8), what the
 * learner wrote, and the SHA-256 of everything before.
 */
public final class LearnerState {
    private static final int MAGIC = 0x4D4C4F4C;
    private static final int VERSION = 1;
    private static final int HEADER = 16;
    private static final int DIGEST = 32;

    private LearnerState() {}

    /** The same bytes for the same state. */
    public static byte[] write(Learner learner) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        try {
            DataOutputStream out = new DataOutputStream(body);
            for (String text : identity(learner)) {
                byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
                out.writeInt(utf8.length);
                out.write(utf8);
            }
            learner.writeState(out);
            out.flush();
            DataOutputStream framed = new DataOutputStream(whole);
            framed.writeInt(MAGIC);
            framed.writeInt(VERSION);
            framed.writeLong(body.size());
            body.writeTo(framed);
            framed.write(sha256(whole.toByteArray()));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return whole.toByteArray();
    }

    /** SHA-256 of the state, 64 lower-case hexadecimal digits: equal for learners that will behave equally. */
    public static String digest(Learner learner) {
        return HexFormat.of().formatHex(sha256(write(learner)));
    }

    /**
     * Makes {@code learner} what the written one was; it goes on as that one would have.
     *
     * @param learner of the same algorithm, configuration and schema (but for classes added later)
     * @throws StateRefused if the bytes are truncated, damaged, of another version or of another learner; then the
     *     learner is as before
     */
    public static void read(byte[] state, Learner learner) throws StateRefused {
        read(state, learner, false);
    }

    /**
     * The same, of a learner whose configuration may have been another one in what is {@link Learner#adjustable}: what was
     * learned stays, and it goes on by its own settings. Equal states and configurations give equal states.
     *
     * @throws StateRefused as {@link #read} does
     */
    public static void adjust(byte[] state, Learner learner) throws StateRefused {
        read(state, learner, true);
    }

    private static void read(byte[] state, Learner learner, boolean adjusting) throws StateRefused {
        checkFrame(state);
        ByteArrayInputStream bytes = new ByteArrayInputStream(state, HEADER, state.length - HEADER - DIGEST);
        DataInputStream in = new DataInputStream(bytes);
        try {
            String[] names = {"algorithm", "configuration", "schema"};
            String[] expected = identity(learner);
            String before = expected[1];
            for (int i = 0; i < names.length; i++) {
                String given = new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
                if (i == 1 && adjusting) {
                    before = given;
                    given = adjusted(given, learner);
                }
                checkIdentity(names[i], given, expected[i], learner);
            }
            if (before.equals(expected[1])) {
                learner.readState(in);
            } else {
                learner.readAdjusted(in, JsonMapper.shared().readTree(before));
            }
            if (bytes.available() > 0) {
                throw new StateRefused(
                        "state: " + bytes.available() + " bytes more than " + learner.algorithm() + " reads");
            }
        } catch (StateRefused refused) {
            throw refused;
        } catch (IOException | RuntimeException damaged) {
            StateRefused refused = new StateRefused("state: not one of " + learner.algorithm() + ": " + damaged);
            refused.initCause(damaged);
            throw refused;
        }
    }

    /** A configuration with what is adjustable as this learner has it. */
    private static String adjusted(String given, Learner learner) {
        ObjectNode own = learner.configuration();
        String fixed = fixed((ObjectNode) JsonMapper.shared().readTree(given), learner);
        return fixed.equals(fixed(own.deepCopy(), learner)) ? own.toString() : given;
    }

    private static String fixed(ObjectNode configuration, Learner learner) {
        for (String adjustable : learner.adjustable().values()) {
            JsonPointer place = JsonPointer.compile(adjustable);
            if (configuration.at(place.head()) instanceof ObjectNode parent) {
                parent.remove(place.last().getMatchingProperty());
            }
        }
        return configuration.toString();
    }

    private static void checkIdentity(String name, String given, String expected, Learner learner) throws StateRefused {
        if (name.equals("schema") && learner.growsClasses()) {
            String known = expected.substring(0, expected.length() - "]}}".length());
            if (given.startsWith(known)) {
                addClasses(given, learner);
                return;
            }
        }
        if (!given.equals(expected)) {
            throw new StateRefused(name + ": " + given + " (expected: " + expected + ")");
        }
    }

    private static void addClasses(String schema, Learner learner) {
        Schema grown = Schema.parse(JsonMapper.shared().readTree(schema), "$");
        grown.target().names().stream().skip(learner.schema().outputs()).forEach(learner::addClass);
    }

    private static void checkFrame(byte[] state) throws StateRefused {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(state))) {
            if (in.readInt() != MAGIC) {
                throw new StateRefused("state: not the state of a learner (expected: one that starts with MLOL)");
            }
            int version = in.readInt();
            if (version != VERSION) {
                throw new StateRefused("version: " + version + " (expected: " + VERSION + ")");
            }
            long length = HEADER + in.readLong() + DIGEST;
            if (length != state.length) {
                throw new StateRefused("state: " + state.length + " bytes (expected: " + length + ")");
            }
        } catch (EOFException truncated) {
            throw new StateRefused("state: " + state.length + " bytes (expected: " + (HEADER + DIGEST) + " or more)");
        } catch (StateRefused refused) {
            throw refused;
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        int end = state.length - DIGEST;
        if (!MessageDigest.isEqual(sha256(Arrays.copyOf(state, end)), Arrays.copyOfRange(state, end, state.length))) {
            throw new StateRefused("state: its SHA-256 is another than the one written at its end");
        }
    }

    private static String[] identity(Learner learner) {
        return new String[] {
            learner.algorithm(),
            learner.configuration().toString(),
            learner.schema().toJson().toString()
        };
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
