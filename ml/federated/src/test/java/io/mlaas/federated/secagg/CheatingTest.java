package io.mlaas.federated.secagg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.mlaas.federated.secagg.SecAggMessage.Advertise;
import io.mlaas.federated.secagg.SecAggMessage.Consistent;
import io.mlaas.federated.secagg.SecAggMessage.DeliveredShares;
import io.mlaas.federated.secagg.SecAggMessage.Endorsements;
import io.mlaas.federated.secagg.SecAggMessage.FromServer;
import io.mlaas.federated.secagg.SecAggMessage.MaskedInput;
import io.mlaas.federated.secagg.SecAggMessage.Reveal;
import io.mlaas.federated.secagg.SecAggMessage.Roster;
import io.mlaas.federated.secagg.SecAggMessage.SealedShares;
import io.mlaas.federated.secagg.SecAggMessage.ShareKeys;
import io.mlaas.federated.secagg.SecAggMessage.Survivors;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Clients and servers that do not keep to the protocol. */
class CheatingTest {

    private static final String EVE = "client-001";
    private final Session session = new Session(5, 3, 4, 32);

    @Test
    void duplicatesChangeNothingAndSecondThoughtsAreRefused() {
        session.step(Set.of());
        session.step(Set.of());
        var input = (MaskedInput) session.answer(EVE);
        assertThat(session.server.receive(EVE, input)).isTrue();
        assertThat(session.server.receive(EVE, input)).isFalse();
        var other = new MaskedInput(input.session(), 32, new long[] {1, 2, 3, 4});
        assertBlames(EVE, "a second, different message", () -> session.server.receive(EVE, other));
        session.step(Set.of(EVE));
        session.finish();
        assertThat(session.server.sum()).isEqualTo(session.expectedSum(session.parameters.clients()));
    }

    @Test
    void lateEarlyForeignAndUninvitedMessagesAreRefused() {
        var keys = (Advertise) session.answer(EVE);
        var shares = new ShareKeys(session.parameters.session(), new byte[32], new TreeMap<>());
        assertBlames(
                EVE, "message of SHARE_KEYS (expected: of ADVERTISE_KEYS)", () -> session.server.receive(EVE, shares));
        session.step(Set.of(EVE));
        assertBlames(EVE, "message of ADVERTISE_KEYS", () -> session.server.receive(EVE, keys));
        assertBlames(EVE, "not among those asked for SHARE_KEYS", () -> session.server.receive(EVE, shares));
        assertBlames(EVE, "has dropped out before SHARE_KEYS", () -> session.server.question(EVE));
        var old = new Consistent("federation 1 round 0 attempt 1", new byte[0]);
        assertBlames(
                "client-000",
                "message of session federation 1 round 0",
                () -> session.server.receive("client-000", old));
    }

    @Test
    void keysThatTheClientDidNotSignAreRefusedByServerAndClients() {
        var others = (Advertise) session.answer("client-000");
        assertBlames(EVE, "public keys that it did not sign", () -> session.server.receive(EVE, others));
        var forged = new TreeMap<String, Advertise>();
        session.parameters.clients().forEach(name -> forged.put(name, (Advertise) session.answer(name)));
        var mine = forged.get(EVE);
        forged.put(
                EVE,
                new Advertise(
                        mine.session(), others.sealingKey(), mine.maskingKey(), mine.credential(), mine.signature()));
        var roster = new Roster(session.parameters.session(), forged);
        assertBlames(EVE, "public keys that it did not sign", () -> ask("client-002", roster));
    }

    @Test
    void aVectorOfTheWrongLengthIsRefused() {
        session.step(Set.of());
        session.step(Set.of());
        var wrong = new MaskedInput(session.parameters.session(), 32, new long[5]);
        assertBlames(
                EVE,
                "masked vector of 5 values of 32 bits (expected: 4 of 32)",
                () -> session.server.receive(EVE, wrong));
    }

    @Test
    void sharesThatWereChangedOnTheWayAreNoticedByTheirReceiver() {
        session.step(Set.of());
        session.step(Set.of());
        var delivered = (DeliveredShares) session.question("client-000");
        var tampered = new TreeMap<>(delivered.shares());
        var shares = tampered.get(EVE);
        var sealed = shares.sealed().clone();
        sealed[5] ^= 1;
        tampered.put(EVE, new SealedShares(sealed, shares.selfCommitment(), shares.keyCommitment()));
        assertBlames(
                EVE,
                "not sealed with the agreed key",
                () -> ask("client-000", new DeliveredShares(delivered.session(), tampered)));
        // and commitments of another share
        tampered.put(EVE, new SealedShares(shares.sealed(), shares.keyCommitment(), shares.selfCommitment()));
        assertBlames(
                EVE,
                "not those it committed itself to",
                () -> ask(
                        "client-002",
                        new DeliveredShares(delivered.session(), without(tampered, "client-002", session))));
    }

    /** What is delivered to one client, replaced by what another got but for the receiver's own. */
    private static TreeMap<String, SealedShares> without(
            TreeMap<String, SealedShares> shares, String receiver, Session session) {
        var delivered = new TreeMap<>(((DeliveredShares) session.question(receiver)).shares());
        var tampered = shares.get(EVE);
        var own = delivered.get(EVE);
        delivered.put(EVE, new SealedShares(own.sealed(), tampered.selfCommitment(), tampered.keyCommitment()));
        return delivered;
    }

    @Test
    void aForgedShareAtTheEndIsLaidAtTheDoorOfItsHolder() {
        session.step(Set.of());
        session.step(Set.of());
        session.step(Set.of("client-004"));
        session.step(Set.of());
        var honest = (Reveal) session.answer(EVE);
        var self = new TreeMap<>(honest.selfShares());
        self.put("client-000", new byte[33]);
        var forged = new Reveal(honest.session(), self, honest.keyShares());
        assertBlames(
                EVE,
                "a share of client-000's self-mask that client-000 did not give it",
                () -> session.server.receive(EVE, forged));
        var keys = new TreeMap<>(honest.keyShares());
        keys.put("client-004", new byte[33]);
        assertBlames(
                EVE,
                "a share of client-004's key",
                () -> session.server.receive(EVE, new Reveal(honest.session(), honest.selfShares(), keys)));
        assertBlames(
                EVE,
                "shares of masking keys",
                () -> session.server.receive(EVE, new Reveal(honest.session(), honest.selfShares(), new TreeMap<>())));
        // the others suffice
        session.step(Set.of(EVE));
        assertThat(session.server.sum())
                .isEqualTo(session.expectedSum(List.of("client-000", EVE, "client-002", "client-003")));
    }

    @Test
    void aServerThatTellsClientsOfDifferentSurvivorsIsNoticed() {
        session.step(Set.of());
        session.step(Set.of());
        session.step(Set.of());
        var all = session.parameters.clients();
        var name = session.parameters.session();
        // it would have client-000's self-mask from some and its key from the others
        var signatures = new TreeMap<String, byte[]>();
        for (var client : all) {
            var told = List.of("client-000", EVE, "client-002").contains(client) ? all : all.subList(1, 5);
            if (!client.equals("client-000")) {
                signatures.put(client, ((Consistent) ask(client, new Survivors(name, told))).signature());
            }
        }
        assertThatThrownBy(() -> ask(EVE, new Endorsements(name, signatures)))
                .hasMessageContaining("did not sign the survivors that this client was told of");
        assertThatThrownBy(() -> ask("client-003", new Endorsements(name, signatures)))
                .hasMessageContaining("did not sign the survivors that this client was told of");
    }

    @Test
    void aServerCannotAskTwiceNorBelowTheThresholdNorForStrangers() {
        session.step(Set.of());
        session.step(Set.of());
        session.step(Set.of());
        var all = session.parameters.clients();
        var name = session.parameters.session();
        var first = ask(EVE, new Survivors(name, all));
        assertThat(ask(EVE, new Survivors(name, all))).isSameAs(first);
        assertThatThrownBy(() -> ask(EVE, new Survivors(name, all.subList(0, 4))))
                .hasMessageContaining("the server asks for CONSISTENCY_CHECK (expected: UNMASK, each step once)");
        assertThatThrownBy(() -> ask(EVE, new Endorsements(name, new TreeMap<>())))
                .hasMessageContaining("signatures: 0 (expected: >= threshold 3)");
        assertThatThrownBy(() -> ask("client-002", new Survivors(name, List.of("client-002", "client-003"))))
                .hasMessageContaining("survivors: 2 (expected: >= threshold 3)");
        assertThatThrownBy(() -> ask("client-003", new Survivors(name, List.of("client-002", "client-003", "mallory"))))
                .hasMessageContaining("mallory");
    }

    @Test
    void bytesThatAreNoMessageAreRefused() {
        var bytes = session.answer(EVE).encode();
        for (var length : List.of(0, 1, 5, bytes.length - 1)) {
            assertThatThrownBy(() -> SecAggMessage.decode(java.util.Arrays.copyOf(bytes, length)))
                    .isInstanceOf(SecAggException.class);
        }
        assertThatThrownBy(() -> SecAggMessage.decode(java.util.Arrays.copyOf(bytes, bytes.length + 1)))
                .hasMessageContaining("1 bytes too many");
        var huge = bytes.clone();
        huge[5] = 0x7f; // the length of the session's name
        assertThatThrownBy(() -> SecAggMessage.decode(huge)).hasMessageContaining("ends too early");
    }

    private SecAggMessage ask(String client, FromServer question) {
        return session.clients.get(client).answer(question);
    }

    private static void assertBlames(String client, String message, ThrowingCallable call) {
        assertThatThrownBy(call)
                .asInstanceOf(type(SecAggException.class))
                .satisfies(e -> assertThat(e.client()).isEqualTo(client))
                .satisfies(e -> assertThat(e).hasMessageContaining(message));
    }
}
