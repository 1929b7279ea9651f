package io.mlaas.federated.secagg;

import io.mlaas.federated.secagg.SecAggMessage.FromClient;
import io.mlaas.federated.secagg.SecAggMessage.FromServer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** A server and its clients in one process; every message goes through its binary form. */
final class Session {

    static final SecureRandom RANDOM = new SecureRandom();

    final SecAggParameters parameters;
    final Map<String, SecAggClient> clients = new TreeMap<>();
    final Map<String, long[]> inputs = new TreeMap<>();
    final Map<String, byte[]> credentials = new TreeMap<>();
    private final Map<String, Keys> keys = new TreeMap<>();
    SecAggServer server;

    Session(int clients, int threshold, int length, int bits) {
        var names = new ArrayList<String>();
        for (var i = 0; i < clients; i++) {
            names.add("client-%03d".formatted(i));
        }
        parameters = new SecAggParameters("federation 1 round 1 attempt 1", names, threshold, length, bits);
        for (var name : names) {
            var input = RANDOM.longs(length, -1_000_000, 1_000_000)
                    .map(parameters::reduce)
                    .toArray();
            inputs.put(name, input);
            var endorsement = new Keys();
            keys.put(name, endorsement);
            credentials.put(name, endorsement.credential());
            this.clients.put(name, new SecAggClient(parameters, name, endorsement, () -> input, RANDOM));
        }
        server = new SecAggServer(parameters, new Keys());
    }

    FromServer question(String client) {
        return (FromServer) SecAggMessage.decode(server.question(client).encode());
    }

    FromClient answer(String client) {
        return (FromClient) SecAggMessage.decode(
                clients.get(client).answer(question(client)).encode());
    }

    /** One step; the server is stopped and started again in the midst of it. */
    void step(Set<String> silent) {
        for (var client : server.expected()) {
            if (!silent.contains(client)) {
                server.receive(client, answer(client));
            }
        }
        server = SecAggServer.restore(server.save(), new Keys());
        server.close();
    }

    /** All steps from this one on. */
    void finish() {
        while (server.step() != SecAggStep.DONE) {
            step(Set.of());
        }
    }

    /** The client is stopped and begun again with what it had saved. */
    void restart(String client) {
        var saved = clients.get(client).save();
        clients.put(client, SecAggClient.restore(saved, client, keys.get(client), () -> inputs.get(client), RANDOM));
    }

    long[] expectedSum(List<String> survivors) {
        var sum = new long[parameters.length()];
        for (var client : survivors) {
            for (var i = 0; i < sum.length; i++) {
                sum[i] += inputs.get(client)[i];
            }
        }
        return parameters.signed(Arrays.stream(sum).map(parameters::reduce).toArray());
    }

    /** Ed25519; who has which credential is known to everybody beforehand. */
    final class Keys implements Endorsement {

        private final KeyPair pair;

        Keys() {
            try {
                pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public byte[] credential() {
            return pair.getPublic().getEncoded();
        }

        @Override
        public byte[] sign(byte[] message) {
            try {
                var signature = Signature.getInstance("Ed25519");
                signature.initSign(pair.getPrivate());
                signature.update(message);
                return signature.sign();
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public boolean verify(String client, byte[] credential, byte[] message, byte[] signature) {
            if (!Arrays.equals(credentials.get(client), credential)) {
                return false;
            }
            try {
                var verifier = Signature.getInstance("Ed25519");
                verifier.initVerify(
                        KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(credential)));
                verifier.update(message);
                return verifier.verify(signature);
            } catch (GeneralSecurityException _) {
                return false;
            }
        }
    }
}
