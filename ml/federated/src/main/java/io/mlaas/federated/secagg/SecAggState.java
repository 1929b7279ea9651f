package io.mlaas.federated.secagg;

import io.mlaas.federated.secagg.SecAggMessage.Advertise;
import io.mlaas.federated.secagg.SecAggMessage.Reveal;
import io.mlaas.federated.secagg.SecAggMessage.SealedShares;
import io.mlaas.federated.secagg.SecAggMessage.ShareKeys;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** All that a server knows between two messages. */
final class SecAggState {

    final SecAggParameters parameters;
    SecAggStep step = SecAggStep.ADVERTISE_KEYS;
    final NavigableSet<String> expected = new TreeSet<>();
    /** Digests of this step's messages, by which the same one again is told from another. */
    final Map<String, byte[]> answered = new TreeMap<>();

    final Map<String, Advertise> roster = new TreeMap<>(); // U1 of the paper
    final Map<String, ShareKeys> shares = new TreeMap<>(); // U2
    final NavigableSet<String> inputs = new TreeSet<>(); // U3
    final Map<String, byte[]> signatures = new TreeMap<>(); // U4
    final Map<String, Reveal> reveals = new TreeMap<>(); // U5
    final long[] sum;

    SecAggState(SecAggParameters parameters) {
        this.parameters = parameters;
        this.sum = new long[parameters.length()];
        expected.addAll(parameters.clients());
    }

    private SecAggState(SecAggParameters parameters, long[] sum) {
        this.parameters = parameters;
        this.sum = sum;
    }

    void next() {
        step = step.next();
        expected.clear();
        expected.addAll(answered.keySet());
        answered.clear();
    }

    Advertise keys(String client) {
        var keys = roster.get(client);
        if (keys == null) {
            throw new SecAggException(client, "not in the roster");
        }
        return keys;
    }

    /** What the sharer committed itself to for that holder. */
    SealedShares committed(String sharer, String holder) {
        var sent = shares.get(sharer);
        var given = sent == null ? null : sent.shares().get(holder);
        if (given == null) {
            throw new SecAggException(holder, "no shares of " + sharer);
        }
        return given;
    }

    byte[] encode() {
        var out = new Wire.Writer();
        out.text(parameters.session());
        Wire.parameters(out, parameters);
        out.text(step.name());
        out.texts(expected.stream().toList());
        out.map(answered, Wire.Writer::bytes);
        out.map(roster, Wire::advertise);
        out.map(shares, (writer, value) -> writer.bytes(value.encode()));
        out.texts(inputs.stream().toList());
        out.map(signatures, Wire.Writer::bytes);
        out.map(reveals, (writer, value) -> writer.bytes(value.encode()));
        out.vector(sum, 64);
        return out.done();
    }

    static SecAggState decode(byte[] bytes) {
        var in = new Wire.Reader(bytes);
        var session = in.text();
        var parameters = Wire.parameters(in, session);
        var step = SecAggStep.valueOf(in.text());
        var expected = in.texts();
        var answered = in.map(in::bytes);
        var roster = in.map(() -> Wire.advertise(in, session));
        var shares = in.map(() -> (ShareKeys) SecAggMessage.decode(in.bytes()));
        var inputs = in.texts();
        var signatures = in.map(in::bytes);
        var reveals = in.map(() -> (Reveal) SecAggMessage.decode(in.bytes()));
        var state = new SecAggState(parameters, in.vector(64));
        in.end();
        state.step = step;
        state.expected.addAll(expected);
        state.answered.putAll(answered);
        state.roster.putAll(roster);
        state.shares.putAll(shares);
        state.inputs.addAll(inputs);
        state.signatures.putAll(signatures);
        state.reveals.putAll(reveals);
        return state;
    }
}
