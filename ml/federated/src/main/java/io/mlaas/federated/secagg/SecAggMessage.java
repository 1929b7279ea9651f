package io.mlaas.federated.secagg;

import java.util.List;
import java.util.Map;

/**
 * What server and clients send one another; each belongs to one session and one step. Arrays are not copied, and two
 * messages are compared by what they encode to.
 */
@SuppressWarnings("ArrayRecordComponent")
public sealed interface SecAggMessage {

    String session();

    SecAggStep step();

    default byte[] encode() {
        return Wire.encode(this);
    }

    /** @throws SecAggException not a message of this protocol */
    static SecAggMessage decode(byte[] bytes) {
        return Wire.decode(bytes);
    }

    /** What clients answer with. */
    sealed interface FromClient extends SecAggMessage {}

    /** What a server asks with. */
    sealed interface FromServer extends SecAggMessage {}

    /** A sum is to be formed. */
    record Begin(SecAggParameters parameters) implements FromServer {
        @Override
        public String session() {
            return parameters.session();
        }

        @Override
        public SecAggStep step() {
            return SecAggStep.ADVERTISE_KEYS;
        }
    }

    /** Two public keys, c^PK and s^PK of the paper, signed by who has the credential. */
    record Advertise(String session, byte[] sealingKey, byte[] maskingKey, byte[] credential, byte[] signature)
            implements FromClient {
        @Override
        public SecAggStep step() {
            return SecAggStep.ADVERTISE_KEYS;
        }
    }

    /** Everybody's keys. */
    record Roster(String session, Map<String, Advertise> clients) implements FromServer {
        @Override
        public SecAggStep step() {
            return SecAggStep.SHARE_KEYS;
        }
    }

    /**
     * What one client holds for another: a share of the self-mask's seed and one of the masking key, sealed, and the
     * commitments to both, by which a share that is changed later is laid at the door of its holder.
     */
    record SealedShares(byte[] sealed, byte[] selfCommitment, byte[] keyCommitment) {}

    /** Shares for every client, and, unsealed and so empty, the commitments to the sender's own. */
    record ShareKeys(String session, byte[] seedCommitment, Map<String, SealedShares> shares) implements FromClient {
        @Override
        public SecAggStep step() {
            return SecAggStep.SHARE_KEYS;
        }
    }

    /** The shares that others sealed for the receiver. */
    record DeliveredShares(String session, Map<String, SealedShares> shares) implements FromServer {
        @Override
        public SecAggStep step() {
            return SecAggStep.MASKED_INPUT;
        }
    }

    /** The masked vector y_u modulo 2^bits. */
    record MaskedInput(String session, int bits, long[] values) implements FromClient {
        @Override
        public SecAggStep step() {
            return SecAggStep.MASKED_INPUT;
        }
    }

    /** Those whose vectors are in the sum. */
    record Survivors(String session, List<String> clients) implements FromServer {
        @Override
        public SecAggStep step() {
            return SecAggStep.CONSISTENCY_CHECK;
        }
    }

    /** The sender was told of these survivors and of no others. */
    record Consistent(String session, byte[] signature) implements FromClient {
        @Override
        public SecAggStep step() {
            return SecAggStep.CONSISTENCY_CHECK;
        }
    }

    /** What the others signed. */
    record Endorsements(String session, Map<String, byte[]> signatures) implements FromServer {
        @Override
        public SecAggStep step() {
            return SecAggStep.UNMASK;
        }
    }

    /** Shares of the self-masks of survivors and of the masking keys of those who vanished: never both of one client. */
    record Reveal(String session, Map<String, byte[]> selfShares, Map<String, byte[]> keyShares) implements FromClient {
        @Override
        public SecAggStep step() {
            return SecAggStep.UNMASK;
        }
    }
}
