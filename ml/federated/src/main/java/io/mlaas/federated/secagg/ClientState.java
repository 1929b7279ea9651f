package io.mlaas.federated.secagg;

import io.mlaas.federated.secagg.SecAggMessage.Advertise;
import io.mlaas.federated.secagg.SecAggMessage.FromClient;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** All that a client knows between two messages. */
final class ClientState {

    final SecAggParameters parameters;
    final byte[] sealingSecret;
    final byte[] maskingSecret;
    final byte[] selfSeed;

    SecAggStep next = SecAggStep.ADVERTISE_KEYS;
    byte[] lastQuestion = {};

    @Nullable
    FromClient lastAnswer;

    Map<String, Advertise> roster = Map.of();
    Set<String> sharers = Set.of();
    Set<String> survivors = Set.of();
    final Map<String, byte[]> selfShares = new HashMap<>();
    final Map<String, byte[]> keyShares = new HashMap<>();

    private ClientState(SecAggParameters parameters, byte[] sealingSecret, byte[] maskingSecret, byte[] selfSeed) {
        this.parameters = parameters;
        this.sealingSecret = sealingSecret;
        this.maskingSecret = maskingSecret;
        this.selfSeed = selfSeed;
    }

    static ClientState begin(SecAggParameters parameters, SecureRandom random) {
        return new ClientState(
                parameters, Agreement.secret(random), Agreement.secret(random), Agreement.secret(random));
    }

    byte[] encode() {
        var out = new Wire.Writer();
        out.text(parameters.session());
        Wire.parameters(out, parameters);
        out.bytes(sealingSecret);
        out.bytes(maskingSecret);
        out.bytes(selfSeed);
        out.text(next.name());
        out.bytes(lastQuestion);
        out.bytes(lastAnswer == null ? new byte[0] : lastAnswer.encode());
        out.map(roster, Wire::advertise);
        out.texts(List.copyOf(sharers));
        out.texts(List.copyOf(survivors));
        out.map(selfShares, Wire.Writer::bytes);
        out.map(keyShares, Wire.Writer::bytes);
        return out.done();
    }

    static ClientState decode(byte[] bytes) {
        var in = new Wire.Reader(bytes);
        var session = in.text();
        var state = new ClientState(Wire.parameters(in, session), in.bytes(), in.bytes(), in.bytes());
        state.next = SecAggStep.valueOf(in.text());
        state.lastQuestion = in.bytes();
        var answer = in.bytes();
        state.lastAnswer = answer.length == 0 ? null : (FromClient) SecAggMessage.decode(answer);
        state.roster = in.map(() -> Wire.advertise(in, session));
        state.sharers = new TreeSet<>(in.texts());
        state.survivors = new TreeSet<>(in.texts());
        state.selfShares.putAll(in.map(in::bytes));
        state.keyShares.putAll(in.map(in::bytes));
        in.end();
        return state;
    }
}
