import io.mlaas.federated.homomorphic.DecryptionProof;
import io.mlaas.federated.homomorphic.PackedEncryption;
import io.mlaas.federated.homomorphic.PaillierKeyPair;
import io.mlaas.federated.secagg.Endorsement;
import io.mlaas.federated.secagg.SecAggClient;
import io.mlaas.federated.secagg.SecAggMessage;
import io.mlaas.federated.secagg.SecAggMessage.FromClient;
import io.mlaas.federated.secagg.SecAggMessage.FromServer;
import io.mlaas.federated.secagg.SecAggServer;
import io.mlaas.federated.secagg.SecAggStep;
import io.mlaas.federated.secagg.SummedUpdates;
import java.lang.management.ManagementFactory;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.IntFunction;

/** Paillier, and a round of secure aggregation, on one thread: CPU seconds and bytes. */
public final class Crypto {

    private static final SecureRandom RANDOM = new SecureRandom();

    public static void main(String[] arguments) throws Exception {
        if (arguments[0].equals("paillier")) {
            paillier(2048);
            paillier(3072);
        } else {
            for (var clients : List.of(10, 50, 100)) {
                for (var share : List.of(0, 10, 30)) {
                    round(clients, clients * share / 100, 100_000);
                }
            }
        }
    }

    /** CPU time of this thread: what other processes do on the machine is not in it, but for caches and clock. */
    private static long cpu() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static void paillier(int bits) {
        var keys = PaillierKeyPair.generate(bits, RANDOM);
        for (var slot : List.of(32, 64)) {
            var packed = new PackedEncryption(keys.publicKey(), slot);
            var values = new Random(7).ints(packed.slots()).mapToLong(value -> value / 100).toArray();
            System.out.printf("Paillier, n of %d bits: %d values of %d bits in each ciphertext%n", bits, packed.slots(), slot);
            var one = packed.encrypt(values, m -> keys.encrypt(m, RANDOM));
            rate("encrypt, public key", packed.slots(), i -> packed.encrypt(values, m -> keys.publicKey().encrypt(m, RANDOM)));
            rate("encrypt, key pair", packed.slots(), i -> packed.encrypt(values, m -> keys.encrypt(m, RANDOM)));
            rate("add", packed.slots(), i -> packed.add(one, one));
            rate("check", packed.slots(), i -> packed.key().ciphertexts(packed.key().ciphertexts(one), 1));
            rate("decrypt", packed.slots(), i -> packed.unpack(one.stream().map(keys::decrypt).toList(), values.length));
            var many = Collections.nCopies(100, one.getFirst());
            var plain = many.stream().map(keys::decrypt).toList();
            var proof = DecryptionProof.prove(keys, "bench", many, plain);
            rate("prove a decryption", 100 * packed.slots(), i -> DecryptionProof.prove(keys, "bench", many, plain));
            rate("verify it", 100 * packed.slots(), i -> DecryptionProof.holds(packed.key(), "bench", many, plain, proof));
        }
    }

    /** A second to warm up, then the median of five of one second. */
    private static void rate(String name, int values, IntFunction<Object> work) {
        measured(1, values, work);
        var rates = new ArrayList<Double>();
        for (var i = 0; i < 5; i++) {
            rates.add(measured(1, values, work));
        }
        rates.sort(null);
        System.out.printf("  %-22s %,12.0f values/s (%,.0f to %,.0f)%n", name, rates.get(2), rates.get(0), rates.get(4));
    }

    private static double measured(int seconds, int values, IntFunction<Object> work) {
        var start = cpu();
        var done = 0;
        var kept = 0;
        while (cpu() - start < seconds * 1_000_000_000L) {
            kept += work.apply(done++).hashCode() & 1;
        }
        if (kept < 0) {
            throw new AssertionError();
        }
        return done * (double) values / ((cpu() - start) / 1e9);
    }

    private static void round(int n, int gone, int size) throws Exception {
        var names = new ArrayList<String>();
        for (var i = 0; i < n; i++) {
            names.add("client-%03d".formatted(i));
        }
        var updates = SummedUpdates.of(size, n, 1);
        var parameters = updates.parameters("bench " + n + " " + gone, names, 2 * n / 3 + 1);
        var clients = new TreeMap<String, SecAggClient>();
        var change = new float[size];
        for (var i = 0; i < size; i++) {
            change[i] = (float) Math.sin(i) / 400;
        }
        for (var name : names) {
            clients.put(name, new SecAggClient(parameters, name, new Keys(), () -> updates.vector(change, 0, true), RANDOM));
        }
        var server = new SecAggServer(parameters, new Keys());
        var atServer = 0L;
        var atClients = 0L;
        var up = 0L;
        var down = 0L;
        while (server.step() != SecAggStep.DONE) {
            var silent = server.step() == SecAggStep.MASKED_INPUT ? names.subList(0, gone) : List.<String>of();
            for (var name : server.expected()) {
                if (silent.contains(name)) {
                    continue;
                }
                var start = cpu();
                var question = server.question(name).encode();
                var asked = cpu();
                var answer = clients.get(name).answer((FromServer) SecAggMessage.decode(question)).encode();
                var answered = cpu();
                server.receive(name, (FromClient) SecAggMessage.decode(answer));
                atServer += asked - start + cpu() - answered;
                atClients += answered - asked;
                down += question.length;
                up += answer.length;
            }
            var start = cpu();
            server.close();
            atServer += cpu() - start;
        }
        var total = updates.total(server.sum(), server.survivors().size());
        if (server.survivors().size() != n - gone || Math.abs(total.mean()[1] - change[1]) > 1e-6) {
            throw new AssertionError("not the mean");
        }
        System.out.printf(
                "%3d clients, %2d gone, %,d parameters, R = 2^%d: server %6.2f s, each client %6.3f s; each client sends %,9d and receives %,9d bytes%n",
                n, gone, size, parameters.bits(), atServer / 1e9, atClients / 1e9 / n, up / n, down / n);
    }

    /** Ed25519; the credential is the key. */
    private static final class Keys implements Endorsement {
        private final KeyPair pair;

        Keys() throws Exception {
            pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
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
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public boolean verify(String client, byte[] credential, byte[] message, byte[] signature) {
            try {
                var verifier = Signature.getInstance("Ed25519");
                verifier.initVerify(KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(credential)));
                verifier.update(message);
                return verifier.verify(signature);
            } catch (Exception e) {
                return false;
            }
        }
    }
}
