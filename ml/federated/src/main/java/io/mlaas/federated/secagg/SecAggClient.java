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
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * One client in one session. It answers each step once; the same question again gets the same answer, another question
 * for the same step is refused. {@link #save()} lets it go on after it was stopped; one that lost its state has dropped
 * out and joins the next session with fresh keys, so that no mask ever covers two vectors.
 */
public final class SecAggClient {

    private final SecAggParameters parameters;
    private final String me;
    private final Endorsement endorsement;
    private final Supplier<long[]> input;
    private final SecureRandom random;
    private final ClientState state;
    private final Agreement sealing;
    private final Agreement masking;

    /** @param input asked for once, when the keys are shared: residues modulo 2^bits */
    public SecAggClient(
            SecAggParameters parameters,
            String me,
            Endorsement endorsement,
            Supplier<long[]> input,
            SecureRandom random) {
        this(me, endorsement, input, random, ClientState.begin(parameters, random));
    }

    private SecAggClient(
            String me, Endorsement endorsement, Supplier<long[]> input, SecureRandom random, ClientState state) {
        this.parameters = state.parameters;
        if (!parameters.clients().contains(me)) {
            throw new SecAggException(me, "not among the clients " + parameters.clients());
        }
        this.me = me;
        this.endorsement = endorsement;
        this.input = input;
        this.random = random;
        this.state = state;
        sealing = new Agreement(state.sealingSecret);
        masking = new Agreement(state.maskingSecret);
    }

    /** A client that was stopped after {@link #save()}; the input must be the same as before. */
    public static SecAggClient restore(
            byte[] saved, String me, Endorsement endorsement, Supplier<long[]> input, SecureRandom random) {
        return new SecAggClient(me, endorsement, input, random, ClientState.decode(saved));
    }

    /** Keys and shares among it: for this client's eyes alone. To be kept before the answer is sent. */
    public byte[] save() {
        return state.encode();
    }

    /**
     * The answer to the server's message.
     *
     * @throws SecAggException the server asks what an honest one would not ask, or another client cheated; nothing was
     *     given away, and the session is over for this client
     */
    public FromClient answer(FromServer question) {
        if (!question.session().equals(parameters.session())) {
            throw new SecAggException(
                    null, "message of session " + question.session() + " (expected: " + parameters.session() + ")");
        }
        var digest = Sealing.sha256().digest(question.encode());
        var before = state.lastAnswer;
        if (before != null && Arrays.equals(digest, state.lastQuestion)) {
            return before;
        }
        if (question.step() != state.next) {
            throw new SecAggException(
                    null, "the server asks for " + question.step() + " (expected: " + state.next + ", each step once)");
        }
        state.next = SecAggStep.DONE; // until this step has succeeded
        var answer =
                switch (question) {
                    case Begin begin -> advertise(begin);
                    case Roster asked -> shareKeys(asked);
                    case DeliveredShares delivered -> maskedInput(delivered);
                    case Survivors asked -> consistent(asked);
                    case Endorsements endorsements -> reveal(endorsements);
                };
        state.next = question.step().next();
        state.lastQuestion = digest;
        state.lastAnswer = answer;
        return answer;
    }

    /** Whether shares left this client that may unmask a sum with its vector in it. */
    public boolean revealed() {
        return state.lastAnswer instanceof Reveal;
    }

    private Advertise advertise(Begin begin) {
        if (!begin.parameters().equals(parameters)) {
            throw new SecAggException(null, "parameters: " + begin.parameters() + " (expected: " + parameters + ")");
        }
        var signed = Statements.keys(parameters, me, sealing.publicKey(), masking.publicKey());
        return new Advertise(
                parameters.session(),
                sealing.publicKey(),
                masking.publicKey(),
                endorsement.credential(),
                endorsement.sign(signed));
    }

    private ShareKeys shareKeys(Roster asked) {
        requireClients(asked.clients().keySet(), Set.copyOf(parameters.clients()), "roster");
        asked.clients().forEach((name, keys) -> Statements.verifyKeys(parameters, name, keys, endorsement));
        var mine = asked.clients().get(me);
        if (mine == null || !Arrays.equals(mine.maskingKey(), masking.publicKey())) {
            throw new SecAggException(null, "roster without this client's own keys");
        }
        state.roster = asked.clients();
        var selfParts = Shamir.share(
                state.selfSeed, parameters.threshold(), parameters.clients().size(), random);
        var keyParts = Shamir.share(
                state.maskingSecret,
                parameters.threshold(),
                parameters.clients().size(),
                random);
        var shares = new TreeMap<String, SealedShares>();
        for (var name : state.roster.keySet()) {
            var index = parameters.point(name) - 1;
            shares.put(name, sealedFor(name, selfParts.get(index), keyParts.get(index)));
        }
        return new ShareKeys(parameters.session(), Statements.seedCommitment(parameters, me, state.selfSeed), shares);
    }

    private SealedShares sealedFor(String name, byte[] selfShare, byte[] keyShare) {
        if (name.equals(me)) {
            state.selfShares.put(me, selfShare);
            state.keyShares.put(me, keyShare);
        }
        var both = Arrays.copyOf(selfShare, 2 * Shamir.SHARE_BYTES);
        System.arraycopy(keyShare, 0, both, Shamir.SHARE_BYTES, Shamir.SHARE_BYTES);
        return new SealedShares(
                name.equals(me) ? new byte[0] : Sealing.seal(sealingKey(me, name), both),
                Statements.selfCommitment(parameters, me, name, selfShare),
                Statements.keyCommitment(parameters, me, name, keyShare));
    }

    /** One key per direction, so that each seals once. */
    private byte[] sealingKey(String sender, String receiver) {
        var other = sender.equals(me) ? receiver : sender;
        return sealing.agree(
                other, keysOf(other).sealingKey(), Sealing.purpose("seal", parameters.session(), sender, receiver));
    }

    private Advertise keysOf(String name) {
        var keys = state.roster.get(name);
        if (keys == null) {
            throw new SecAggException(name, "not in the roster");
        }
        return keys;
    }

    private MaskedInput maskedInput(DeliveredShares delivered) {
        var senders = new TreeSet<>(delivered.shares().keySet());
        senders.add(me);
        requireClients(senders, state.roster.keySet(), "senders of shares");
        delivered.shares().forEach(this::open);
        state.sharers = senders;
        var values = input.get().clone();
        if (values.length != parameters.length()) {
            throw new SecAggException(
                    me, "input: " + values.length + " values (expected: " + parameters.length() + ")");
        }
        Statements.selfMask(parameters, me, state.selfSeed).addTo(values);
        for (var other : state.sharers) {
            if (!other.equals(me)) {
                var pair = Statements.pairMask(parameters, masking, me, other, keysOf(other));
                if (me.compareTo(other) < 0) {
                    pair.addTo(values);
                } else {
                    pair.subtractFrom(values);
                }
            }
        }
        for (var i = 0; i < values.length; i++) {
            values[i] = parameters.reduce(values[i]);
        }
        return new MaskedInput(parameters.session(), parameters.bits(), values);
    }

    private void open(String sender, SealedShares shares) {
        if (sender.equals(me)) {
            throw new SecAggException(null, "shares of this client's own came back");
        }
        var both = Sealing.open(sender, sealingKey(sender, me), shares.sealed());
        var selfShare = Arrays.copyOfRange(both, 0, Shamir.SHARE_BYTES);
        var keyShare = Arrays.copyOfRange(both, Shamir.SHARE_BYTES, 2 * Shamir.SHARE_BYTES);
        if (both.length != 2 * Shamir.SHARE_BYTES
                || !Arrays.equals(shares.selfCommitment(), Statements.selfCommitment(parameters, sender, me, selfShare))
                || !Arrays.equals(shares.keyCommitment(), Statements.keyCommitment(parameters, sender, me, keyShare))) {
            throw new SecAggException(sender, "shares that are not those it committed itself to");
        }
        state.selfShares.put(sender, selfShare);
        state.keyShares.put(sender, keyShare);
    }

    private Consistent consistent(Survivors asked) {
        requireClients(new TreeSet<>(asked.clients()), state.sharers, "survivors");
        state.survivors = new TreeSet<>(asked.clients());
        return new Consistent(
                parameters.session(), endorsement.sign(Statements.survivors(parameters, state.survivors)));
    }

    private Reveal reveal(Endorsements endorsements) {
        requireThreshold(endorsements.signatures().size(), "signatures");
        var statement = Statements.survivors(parameters, state.survivors);
        endorsements.signatures().forEach((name, signature) -> {
            if (!state.survivors.contains(name)
                    || !endorsement.verify(name, keysOf(name).credential(), statement, signature)) {
                throw new SecAggException(
                        name, "did not sign the survivors that this client was told of: " + state.survivors);
            }
        });
        var self = new TreeMap<String, byte[]>();
        var keys = new TreeMap<String, byte[]>();
        for (var name : state.sharers) {
            if (state.survivors.contains(name)) {
                self.put(name, share(state.selfShares, name));
            } else {
                keys.put(name, share(state.keyShares, name));
            }
        }
        state.selfShares.clear();
        state.keyShares.clear();
        return new Reveal(parameters.session(), self, keys);
    }

    private static byte[] share(Map<String, byte[]> shares, String name) {
        var share = shares.get(name);
        if (share == null) {
            throw new SecAggException(name, "no share of it");
        }
        return share;
    }

    private void requireClients(Set<String> clients, Set<String> known, String what) {
        requireThreshold(clients.size(), what);
        if (!clients.contains(me) || !known.containsAll(clients)) {
            throw new SecAggException(
                    null, what + ": " + List.copyOf(clients) + " (expected: " + me + " and others of " + known + ")");
        }
    }

    private void requireThreshold(int count, String what) {
        if (count < parameters.threshold()) {
            throw new SecAggException(
                    null, what + ": " + count + " (expected: >= threshold " + parameters.threshold() + ")");
        }
    }
}
