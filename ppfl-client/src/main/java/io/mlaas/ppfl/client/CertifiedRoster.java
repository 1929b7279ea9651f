package io.mlaas.ppfl.client;

import com.google.protobuf.ByteString;
import io.mlaas.federated.homomorphic.KeyDealing;
import io.mlaas.federated.homomorphic.PaillierKeyPair;
import io.mlaas.federated.homomorphic.PaillierPublicKey;
import io.mlaas.federated.secagg.EndorsementCheck;
import io.mlaas.ppfl.protocol.message.ProtocolException;
import io.mlaas.ppfl.protocol.v1.DealtKey;
import io.mlaas.ppfl.protocol.v1.KeyRoster;
import io.mlaas.ppfl.protocol.v1.SealingKey;
import java.math.BigInteger;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Who shares a round's key, each by a key of its own to seal for that it has signed.
 *
 * @param me whose roster it is
 * @param keys by client
 */
record CertifiedRoster(
        KeyDealing dealing,
        String me,
        SortedMap<String, byte[]> keys,
        Map<String, ByteString> certificates,
        EndorsementCheck check) {

    /** @throws ProtocolException a key is not its client's: names it */
    static CertifiedRoster of(KeyDealing dealing, String me, KeyRoster clients, EndorsementCheck check) {
        SortedMap<String, byte[]> keys = new TreeMap<>();
        Map<String, ByteString> certificates = new TreeMap<>();
        clients.getClientsMap().forEach((name, advertised) -> {
            requireSigned(dealing, name, advertised, check);
            keys.put(name, advertised.getKey().toByteArray());
            certificates.put(name, advertised.getCertificate());
        });
        return new CertifiedRoster(dealing, me, keys, certificates, check);
    }

    private static void requireSigned(KeyDealing dealing, String name, SealingKey advertised, EndorsementCheck check) {
        byte[] key = advertised.getKey().toByteArray();
        KeyDealing.requireSealingKey(key);
        if (!check.verify(
                name,
                advertised.getCertificate().toByteArray(),
                dealing.advertisement(name, key),
                advertised.getSignature().toByteArray())) {
            throw new ProtocolException(name + ": a key to seal for that it did not sign");
        }
    }

    /**
     * The round's key.
     *
     * @throws IllegalArgumentException it is not one that the dealer made for this roster; names the dealer
     */
    PaillierKeyPair open(String dealer, DealtKey dealt, byte[] secret) {
        ByteString certificate = certificates.get(dealer);
        byte[] dealerKey = keys.get(dealer);
        ByteString sealed = dealt.getSealedMap().get(me);
        if (certificate == null || dealerKey == null || sealed == null) {
            throw new IllegalArgumentException(
                    dealer + ": a dealer that is not in the roster, or has left out this client");
        }
        PaillierPublicKey key =
                new PaillierPublicKey(new BigInteger(1, dealt.getModulus().toByteArray()));
        if (key.n().bitLength() != PaillierKeyPair.BITS) {
            throw new IllegalArgumentException("%s: a key of %d bits (expected: %d)"
                    .formatted(dealer, key.n().bitLength(), PaillierKeyPair.BITS));
        }
        if (!check.verify(
                dealer,
                certificate.toByteArray(),
                dealing.deal(dealer, key, keys),
                dealt.getSignature().toByteArray())) {
            throw new IllegalArgumentException(dealer + ": a key that it did not deal to this roster");
        }
        return dealing.open(sealed.toByteArray(), key, dealer, dealerKey, me, secret);
    }
}
