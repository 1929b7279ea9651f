package io.mlaas.federated.secagg;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The last step: takes off the self-masks of survivors and the pairwise masks of those who vanished. */
final class Unmasking {

    private final SecAggParameters parameters;
    private final SecAggState state;
    private final List<String> holders;
    private final BigInteger[] weights;

    Unmasking(SecAggParameters parameters, SecAggState state) {
        this.parameters = parameters;
        this.state = state;
        holders = state.reveals.keySet().stream().limit(parameters.threshold()).toList();
        weights = Shamir.weights(holders.stream().map(parameters::point).toList());
    }

    void run() {
        var correction = new long[parameters.length()];
        // nothing is applied to the sum before every secret was restored
        var seeds = new ArrayList<byte[]>();
        state.inputs.forEach(client -> seeds.add(selfSeed(client)));
        var vanished = state.shares.keySet().stream()
                .filter(client -> !state.inputs.contains(client))
                .toList();
        var keys = vanished.stream().map(this::maskingKey).toList();

        var survivors = List.copyOf(state.inputs);
        for (var i = 0; i < survivors.size(); i++) {
            Statements.selfMask(parameters, survivors.get(i), seeds.get(i)).subtractFrom(correction);
        }
        for (var i = 0; i < vanished.size(); i++) {
            for (var survivor : survivors) {
                pairwise(correction, vanished.get(i), keys.get(i), survivor);
            }
        }
        for (var i = 0; i < correction.length; i++) {
            state.sum[i] += correction[i];
        }
    }

    /** The survivor had added the mask if its name is the lesser, else subtracted it. */
    private void pairwise(long[] correction, String vanished, Agreement key, String survivor) {
        var mask = Statements.pairMask(parameters, key, vanished, survivor, state.keys(survivor));
        if (survivor.compareTo(vanished) < 0) {
            mask.subtractFrom(correction);
        } else {
            mask.addTo(correction);
        }
    }

    private byte[] selfSeed(String client) {
        var seed = restore(client, SecAggMessage.Reveal::selfShares);
        var shares = state.shares.get(client);
        if (shares == null
                || !Arrays.equals(shares.seedCommitment(), Statements.seedCommitment(parameters, client, seed))) {
            throw new SecAggException(client, "shares of its self-mask that do not fit together");
        }
        return seed;
    }

    private Agreement maskingKey(String client) {
        var key = new Agreement(restore(client, SecAggMessage.Reveal::keyShares));
        if (!Arrays.equals(key.publicKey(), state.keys(client).maskingKey())) {
            throw new SecAggException(client, "shares of its masking key that do not fit together");
        }
        return key;
    }

    private byte[] restore(String sharer, Function<SecAggMessage.Reveal, Map<String, byte[]>> sharesOf) {
        var shares = new ArrayList<byte[]>();
        for (var holder : holders) {
            var reveal = state.reveals.get(holder);
            var share = reveal == null ? null : sharesOf.apply(reveal).get(sharer);
            if (share == null) {
                throw new SecAggException(holder, "revealed no share of " + sharer);
            }
            shares.add(share);
        }
        return Shamir.restore(shares, weights);
    }
}
