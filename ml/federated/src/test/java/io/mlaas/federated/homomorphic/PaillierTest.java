package io.mlaas.federated.homomorphic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PaillierTest {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final PaillierKeyPair KEYS = PaillierKeyPair.generate(2048, RANDOM);
    private static final PaillierPublicKey KEY = KEYS.publicKey();

    @Test
    void aProductOfCiphertextsIsTheSumAndAPowerTheMultiple() {
        var a = new BigInteger(2000, RANDOM);
        var b = new BigInteger(2000, RANDOM);
        var encrypted = KEY.encrypt(a, RANDOM);
        assertThat(KEYS.decrypt(encrypted)).isEqualTo(a);
        assertThat(KEYS.decrypt(KEY.add(encrypted, KEY.encrypt(b, RANDOM)))).isEqualTo(a.add(b));
        assertThat(KEYS.decrypt(KEY.multiply(encrypted, BigInteger.valueOf(1_000_003))))
                .isEqualTo(a.multiply(BigInteger.valueOf(1_000_003)).mod(KEY.n()));
        assertThat(KEYS.decrypt(KEY.encrypt(KEY.n().subtract(BigInteger.ONE), RANDOM)))
                .isEqualTo(KEY.n().subtract(BigInteger.ONE));
        assertThat(KEYS.decrypt(KEY.encrypt(BigInteger.ZERO, RANDOM))).isEqualTo(BigInteger.ZERO);
    }

    /** c^λ mod n² = 1 + mλn, the definition, without the Chinese remainder theorem. */
    @Test
    void decryptsAsTheDefinitionSays() {
        var message = BigInteger.valueOf(271_828_182_845L);
        var lambda = KEYS.p().subtract(BigInteger.ONE).multiply(KEYS.q().subtract(BigInteger.ONE));
        var power = KEY.encrypt(message, RANDOM).modPow(lambda, KEY.nSquared());
        var defined = power.subtract(BigInteger.ONE)
                .divide(KEY.n())
                .multiply(lambda.modInverse(KEY.n()))
                .mod(KEY.n());
        assertThat(defined).isEqualTo(message);
    }

    @Test
    void theKeyPairEncryptsWhatThePublicKeyWouldHaveEncrypted() {
        var message = new BigInteger(2000, RANDOM);
        var encrypted = KEYS.encrypt(message, RANDOM);
        assertThat(KEYS.decrypt(encrypted)).isEqualTo(message);
        assertThat(KEYS.encrypt(message, RANDOM)).isNotEqualTo(encrypted);
        // less its message it is an n-th power: one whose order divides λ
        var lambda = KEYS.p().subtract(BigInteger.ONE).multiply(KEYS.q().subtract(BigInteger.ONE));
        var blinding = encrypted
                .multiply(BigInteger.ONE.subtract(message.multiply(KEY.n())))
                .mod(KEY.nSquared());
        assertThat(blinding.modPow(lambda, KEY.nSquared())).isEqualTo(BigInteger.ONE);
    }

    @Test
    void theSameIsNeverEncryptedTheSameAndAChangeGoesUnnoticed() {
        var one = KEY.encrypt(BigInteger.ONE, RANDOM);
        assertThat(KEY.encrypt(BigInteger.ONE, RANDOM)).isNotEqualTo(one);
        // why a channel or a MAC has to say whose ciphertext it is: anybody adds to it
        assertThat(KEYS.decrypt(KEY.add(one, KEY.encrypt(BigInteger.TEN, RANDOM))))
                .isEqualTo(BigInteger.valueOf(11));
    }

    @Test
    void theSumOfAHundredClientsIsExactToTheFixedPoint() {
        var packed = new PackedEncryption(KEY, 4, 100);
        var length = packed.slots() + 3;
        var expected = new double[length];
        var random = new Random(7);
        List<BigInteger> sum = List.of();
        for (var client = 0; client < 100; client++) {
            var values = random.doubles(length, -4, 4).toArray();
            values[0] = 4;
            values[1] = -4;
            for (var i = 0; i < length; i++) {
                expected[i] += values[i];
            }
            var encrypted = packed.encrypt(values, plaintext -> KEYS.encrypt(plaintext, RANDOM));
            sum = client == 0 ? encrypted : packed.add(sum, encrypted);
        }
        assertThat(sum).hasSize(2);
        var decrypted = packed.decrypt(sum, length, 100, KEYS);
        assertThat(decrypted[0]).isEqualTo(400);
        assertThat(decrypted[1]).isEqualTo(-400);
        for (var i = 0; i < length; i++) {
            assertThat(decrypted[i]).isCloseTo(expected[i], within(0x1p-39 * 100));
        }
    }

    @Test
    void slotsHaveRoomForEveryAddend() {
        var packed = new PackedEncryption(KEY, 1, 100);
        // ±1 in steps of 2^-40: 42 bits; 100 addends: 7 guard bits
        assertThat(packed.slotBits()).isEqualTo(49);
        assertThat(packed.slots()).isEqualTo(2047 / 49);
    }

    @Test
    void refusesWhatDoesNotFit() {
        var packed = new PackedEncryption(KEY, 1, 2);
        assertThatThrownBy(() -> packed.encrypt(new double[] {0, Double.NaN}, value -> value))
                .hasMessage("value 1: NaN (expected: within ±1.0)");
        var one = packed.encrypt(new double[] {1}, plaintext -> KEY.encrypt(plaintext, RANDOM));
        assertThatThrownBy(() -> packed.decrypt(one, 1, 3, KEYS)).hasMessage("added: 3 (expected: 1 to 2)");
        assertThatThrownBy(() -> packed.decrypt(one, 1_000, 1, KEYS)).hasMessageContaining("for 1000 values");
        assertThatThrownBy(() -> KEYS.decrypt(KEY.nSquared())).hasMessageContaining("ciphertext: out of range");
        assertThatThrownBy(() -> KEY.encrypt(BigInteger.ONE.negate(), RANDOM)).hasMessageContaining("plaintext");
        assertThatThrownBy(() -> PaillierKeyPair.generate(1024, RANDOM))
                .hasMessage("bits: 1024 (expected: even, >= 2048)");
        assertThatThrownBy(() -> new PaillierKeyPair(KEYS.p(), KEYS.p())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aKeyIsTheSameFromItsPrimes() {
        var again = new PaillierKeyPair(KEYS.p(), KEYS.q());
        assertThat(again.decrypt(KEY.encrypt(BigInteger.TWO, RANDOM))).isEqualTo(BigInteger.TWO);
    }
}
