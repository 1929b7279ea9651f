package io.mlaas.ppfl.client;

import io.mlaas.federated.homomorphic.KeyDealing;
import io.mlaas.federated.homomorphic.PaillierKeyPair;
import io.mlaas.federated.secagg.Quantisation;
import io.mlaas.federated.secagg.SummedUpdates;
import java.nio.ByteBuffer;

/** What a client has encrypted with, and what the sum is of; kept until the next round. */
record KeyOfRound(PaillierKeyPair keys, SummedUpdates sum) {

    byte[] encode() {
        byte[] primes = KeyDealing.encode(keys);
        Quantisation quantisation = sum.quantisation();
        return ByteBuffer.allocate(4 * Integer.BYTES + 2 * Double.BYTES + primes.length)
                .putInt(sum.size())
                .putInt(sum.weighted() ? 1 : 0)
                .putInt(quantisation.clients())
                .putInt(quantisation.bits())
                .putDouble(quantisation.range())
                .putDouble(quantisation.scale())
                .put(primes)
                .array();
    }

    static KeyOfRound decode(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        int size = in.getInt();
        boolean weighted = in.getInt() == 1;
        int clients = in.getInt();
        int bits = in.getInt();
        Quantisation quantisation = new Quantisation(in.getDouble(), clients, bits, in.getDouble());
        byte[] primes = new byte[in.remaining()];
        in.get(primes);
        return new KeyOfRound(KeyDealing.decode(primes), new SummedUpdates(size, quantisation, weighted));
    }
}
