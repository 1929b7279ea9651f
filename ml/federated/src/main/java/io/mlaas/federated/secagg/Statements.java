package io.mlaas.federated.secagg;

import io.mlaas.federated.secagg.SecAggMessage.Advertise;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;

/** What is signed and committed to, and the masks, as clients and server both derive them. */
final class Statements {

    private Statements() {}

    static byte[] keys(SecAggParameters parameters, String client, byte[] sealingKey, byte[] maskingKey) {
        var out = statement("keys", parameters);
        out.text(client);
        out.bytes(sealingKey);
        out.bytes(maskingKey);
        return out.done();
    }

    static byte[] survivors(SecAggParameters parameters, Iterable<String> survivors) {
        NavigableSet<String> sorted = new TreeSet<>();
        survivors.forEach(sorted::add);
        var out = statement("survivors", parameters);
        out.texts(List.copyOf(sorted));
        return out.done();
    }

    private static Wire.Writer statement(String kind, SecAggParameters parameters) {
        var out = new Wire.Writer();
        out.text("mlaas-secagg/1 " + kind);
        out.text(parameters.session());
        Wire.parameters(out, parameters);
        return out;
    }

    static void verifyKeys(SecAggParameters parameters, String client, Advertise keys, EndorsementCheck check) {
        if (keys.sealingKey().length != Agreement.BYTES || keys.maskingKey().length != Agreement.BYTES) {
            throw new SecAggException(client, "public keys that are not of " + Agreement.BYTES + " bytes");
        }
        var statement = keys(parameters, client, keys.sealingKey(), keys.maskingKey());
        if (!check.verify(client, keys.credential(), statement, keys.signature())) {
            throw new SecAggException(client, "public keys that it did not sign");
        }
    }

    static byte[] seedCommitment(SecAggParameters parameters, String client, byte[] seed) {
        return Sealing.commitment(Sealing.purpose("seed", parameters.session(), client, client), seed);
    }

    static byte[] selfCommitment(SecAggParameters parameters, String sharer, String holder, byte[] share) {
        return Sealing.commitment(Sealing.purpose("self share", parameters.session(), sharer, holder), share);
    }

    static byte[] keyCommitment(SecAggParameters parameters, String sharer, String holder, byte[] share) {
        return Sealing.commitment(Sealing.purpose("key share", parameters.session(), sharer, holder), share);
    }

    /** PRG(b_u). */
    static Mask selfMask(SecAggParameters parameters, String client, byte[] seed) {
        var purpose = Sealing.purpose("self mask", parameters.session(), client, client);
        return new Mask(Agreement.derive(seed, purpose), parameters.bits());
    }

    /** PRG(s_uv): the same for u, v and v, u. */
    static Mask pairMask(SecAggParameters parameters, Agreement key, String client, String other, Advertise otherKeys) {
        var first = client.compareTo(other) < 0 ? client : other;
        var second = first.equals(client) ? other : client;
        var purpose = Sealing.purpose("pair mask", parameters.session(), first, second);
        return new Mask(key.agree(other, otherKeys.maskingKey(), purpose), parameters.bits());
    }
}
