package io.mlaas.federated.secagg;

import io.mlaas.federated.secagg.SecAggMessage.Advertise;
import io.mlaas.federated.secagg.SecAggMessage.Begin;
import io.mlaas.federated.secagg.SecAggMessage.Consistent;
import io.mlaas.federated.secagg.SecAggMessage.DeliveredShares;
import io.mlaas.federated.secagg.SecAggMessage.Endorsements;
import io.mlaas.federated.secagg.SecAggMessage.FromClient;
import io.mlaas.federated.secagg.SecAggMessage.FromServer;
import io.mlaas.federated.secagg.SecAggMessage.MaskedInput;
import io.mlaas.federated.secagg.SecAggMessage.Reveal;
import io.mlaas.federated.secagg.SecAggMessage.Roster;
import io.mlaas.federated.secagg.SecAggMessage.SealedShares;
import io.mlaas.federated.secagg.SecAggMessage.ShareKeys;
import io.mlaas.federated.secagg.SecAggMessage.Survivors;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The server of one session. It collects the answers of a step until the caller closes it, then asks the next of those
 * who answered. Of a client's vector it keeps nothing but the running sum of the masked ones. {@link #save()} holds the
 * whole state: a server that was killed goes on from the last save; a message that it had taken since is sent again.
 *
 * <p>Going on needs the clients' secrets of this session. Where too many have lost them, a new session begins with
 * fresh keys; no client takes part in another for the same input after it has revealed shares, because the difference
 * of two sums over different survivors would be a single vector.
 */
public final class SecAggServer {

    private final SecAggParameters parameters;
    private final EndorsementCheck check;
    private final SecAggState state;

    /** @param check refuses a client's keys early; {@code (…) -> true} leaves that to the other clients */
    public SecAggServer(SecAggParameters parameters, EndorsementCheck check) {
        this(parameters, check, new SecAggState(parameters));
    }

    private SecAggServer(SecAggParameters parameters, EndorsementCheck check, SecAggState state) {
        this.parameters = parameters;
        this.check = check;
        this.state = state;
    }

    public static SecAggServer restore(byte[] saved, EndorsementCheck check) {
        var state = SecAggState.decode(saved);
        return new SecAggServer(state.parameters, check, state);
    }

    public byte[] save() {
        return state.encode();
    }

    public SecAggParameters parameters() {
        return parameters;
    }

    public SecAggStep step() {
        return state.step;
    }

    /** Who is asked in this step: those who answered the step before. */
    public Set<String> expected() {
        return new TreeSet<>(state.expected);
    }

    /** Who has not answered yet. */
    public Set<String> missing() {
        var missing = expected();
        missing.removeAll(state.answered.keySet());
        return missing;
    }

    /** Whether the step may be closed. */
    public boolean enough() {
        return state.answered.size() >= parameters.threshold();
    }

    /** What to ask this client now. */
    public FromServer question(String client) {
        if (!state.expected.contains(client)) {
            throw new SecAggException(client, "has dropped out before " + state.step);
        }
        return switch (state.step) {
            case ADVERTISE_KEYS -> new Begin(parameters);
            case SHARE_KEYS -> new Roster(parameters.session(), state.roster);
            case MASKED_INPUT -> delivered(client);
            case CONSISTENCY_CHECK -> new Survivors(parameters.session(), List.copyOf(state.inputs));
            case UNMASK -> new Endorsements(parameters.session(), state.signatures);
            case DONE -> throw new SecAggException(client, "the session is over");
        };
    }

    private DeliveredShares delivered(String client) {
        var shares = new TreeMap<String, SealedShares>();
        state.shares.forEach((sender, sent) -> {
            if (!sender.equals(client)) {
                shares.put(sender, sent.shares().get(client));
            }
        });
        return new DeliveredShares(parameters.session(), shares);
    }

    /**
     * Takes a client's answer.
     *
     * @param client as authenticated by the connection
     * @return whether it was new; the same message again changes nothing
     * @throws SecAggException a message that is late, forged, of somebody else or not the one sent before; names the
     *     client, and the state is as before
     */
    public boolean receive(String client, FromClient message) {
        if (!message.session().equals(parameters.session())) {
            throw new SecAggException(
                    client, "message of session " + message.session() + " (expected: " + parameters.session() + ")");
        }
        if (message.step() != state.step) {
            throw new SecAggException(client, "message of " + message.step() + " (expected: of " + state.step + ")");
        }
        if (!state.expected.contains(client)) {
            throw new SecAggException(client, "not among those asked for " + state.step + ": " + state.expected);
        }
        var digest = Sealing.sha256().digest(message.encode());
        var before = state.answered.get(client);
        if (before != null) {
            if (!Arrays.equals(before, digest)) {
                throw new SecAggException(client, "a second, different message of " + state.step);
            }
            return false;
        }
        switch (message) {
            case Advertise keys -> {
                Statements.verifyKeys(parameters, client, keys, check);
                state.roster.put(client, keys);
            }
            case ShareKeys shares -> shares(client, shares);
            case MaskedInput input -> input(client, input);
            case Consistent consistent -> consistent(client, consistent);
            case Reveal reveal -> reveal(client, reveal);
        }
        state.answered.put(client, digest);
        return true;
    }

    private void shares(String client, ShareKeys sent) {
        if (!sent.shares().keySet().equals(state.roster.keySet())) {
            throw new SecAggException(
                    client, "shares for " + sent.shares().keySet() + " (expected: for " + state.roster.keySet() + ")");
        }
        state.shares.put(client, sent);
    }

    private void input(String client, MaskedInput input) {
        if (input.bits() != parameters.bits() || input.values().length != parameters.length()) {
            throw new SecAggException(
                    client,
                    "masked vector of " + input.values().length + " values of " + input.bits() + " bits (expected: "
                            + parameters.length() + " of " + parameters.bits() + ")");
        }
        for (var i = 0; i < state.sum.length; i++) {
            state.sum[i] += input.values()[i];
        }
        state.inputs.add(client);
    }

    private void consistent(String client, Consistent consistent) {
        var keys = state.keys(client);
        var statement = Statements.survivors(parameters, state.inputs);
        if (!check.verify(client, keys.credential(), statement, consistent.signature())) {
            throw new SecAggException(client, "signature that is not one of the survivors " + state.inputs);
        }
        state.signatures.put(client, consistent.signature());
    }

    private void reveal(String client, Reveal reveal) {
        var vanished = new TreeSet<>(state.shares.keySet());
        vanished.removeAll(state.inputs);
        requireExactly(client, "shares of self-masks", reveal.selfShares().keySet(), state.inputs);
        requireExactly(client, "shares of masking keys", reveal.keyShares().keySet(), vanished);
        reveal.selfShares().forEach((sharer, share) -> {
            var committed = state.committed(sharer, client).selfCommitment();
            if (!Arrays.equals(committed, Statements.selfCommitment(parameters, sharer, client, share))) {
                throw new SecAggException(
                        client, "a share of " + sharer + "'s self-mask that " + sharer + " did not give it");
            }
        });
        reveal.keyShares().forEach((sharer, share) -> {
            var committed = state.committed(sharer, client).keyCommitment();
            if (!Arrays.equals(committed, Statements.keyCommitment(parameters, sharer, client, share))) {
                throw new SecAggException(
                        client, "a share of " + sharer + "'s key that " + sharer + " did not give it");
            }
        });
        state.reveals.put(client, reveal);
    }

    private static void requireExactly(String client, String what, Set<String> given, Set<String> expected) {
        if (!given.equals(expected)) {
            throw new SecAggException(client, what + ": of " + given + " (expected: of " + expected + ")");
        }
    }

    /**
     * Goes on to the next step with those who answered.
     *
     * @throws SecAggException fewer than the threshold did; names those missing. More may still answer
     */
    public void close() {
        if (state.step == SecAggStep.DONE) {
            throw new SecAggException(null, "the session is over");
        }
        if (!enough()) {
            throw new SecAggException(
                    null,
                    state.step + ": " + state.answered.size() + " of " + state.expected.size()
                            + " clients (expected: >= " + parameters.threshold() + "); missing: " + missing());
        }
        if (state.step == SecAggStep.UNMASK) {
            new Unmasking(parameters, state).run();
        }
        state.next();
    }

    /** Whose vectors are in the sum. */
    public List<String> survivors() {
        return List.copyOf(state.inputs);
    }

    /** The sum of the survivors' vectors modulo 2^bits, as signed numbers. */
    public long[] sum() {
        if (state.step != SecAggStep.DONE) {
            throw new SecAggException(null, "no sum before " + SecAggStep.DONE + " (now: " + state.step + ")");
        }
        return parameters.signed(
                Arrays.stream(state.sum).map(parameters::reduce).toArray());
    }
}
