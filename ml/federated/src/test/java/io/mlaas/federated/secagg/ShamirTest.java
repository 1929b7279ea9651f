package io.mlaas.federated.secagg;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShamirTest {

    private final SecureRandom random = new SecureRandom();

    @Test
    void anyTSharesRestoreAndFewerTellNothing() {
        assertThat(Shamir.PRIME.isProbablePrime(100)).isTrue();
        var highest = new byte[32];
        Arrays.fill(highest, (byte) 0xff);
        for (var secret : List.of(highest, new byte[32], Agreement.secret(random))) {
            var shares = Shamir.share(secret, 3, 5, random);
            assertThat(restore(shares, 1, 2, 3)).isEqualTo(secret);
            assertThat(restore(shares, 5, 1, 4)).isEqualTo(secret);
            assertThat(restore(shares, 2, 3, 4, 5)).isEqualTo(secret);
            assertThat(restore(shares, 2, 5)).isNotEqualTo(secret);
        }
    }

    private static byte[] restore(List<byte[]> shares, Integer... points) {
        return Shamir.restore(
                Arrays.stream(points).map(point -> shares.get(point - 1)).toList(), Shamir.weights(List.of(points)));
    }

    /** RFC 7748, section 6.1. */
    @Test
    void agreesAsTheStandardSays() {
        var alice = HexFormat.of().parseHex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a");
        var publicKey = HexFormat.of().parseHex("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
        assertThat(new Agreement(alice).publicKey()).isEqualTo(publicKey);
    }
}
