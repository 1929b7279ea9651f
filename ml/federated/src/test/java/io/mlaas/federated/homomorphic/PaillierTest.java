package io.mlaas.federated.homomorphic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlaas.federated.secagg.Quantisation;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

    /** Decrypted, the sum of a hundred vectors is that of the integers themselves, to the last bit and both limits. */
    @ParameterizedTest
    @ValueSource(ints = {32, 64})
    void theSumOfAHundredClientsIsExact(int bits) {
        var packed = new PackedEncryption(KEY, bits);
        var quantisation = Quantisation.of(4, 100, bits);
        var length = packed.slots() + 3;
        var expected = new long[length];
        var random = new Random(7);
        List<BigInteger> sum = List.of();
        for (var client = 0; client < 100; client++) {
            var values = random.doubles(length, -4, 4).toArray();
            values[0] = 4;
            values[1] = -4;
            var integers = quantisation.quantise(values);
            for (var i = 0; i < length; i++) {
                expected[i] += bits == 64 ? integers[i] : (int) integers[i];
            }
            var encrypted = packed.encrypt(integers, plaintext -> KEYS.encrypt(plaintext, RANDOM));
            sum = client == 0 ? encrypted : packed.add(sum, encrypted);
        }
        assertThat(sum).hasSize(2);
        var decrypted = packed.unpack(sum.stream().map(KEYS::decrypt).toList(), length);
        assertThat(decrypted).isEqualTo(expected);
        assertThat(quantisation.restore(decrypted)[0]).isEqualTo(400);
        assertThat(quantisation.restore(decrypted)[1]).isEqualTo(-400);
    }

    @Test
    void refusesWhatDoesNotFit() {
        var packed = new PackedEncryption(KEY, 64);
        assertThat(packed.slots()).isEqualTo(2046 / 64);
        assertThatThrownBy(() -> packed.unpack(List.of(BigInteger.ONE), 1_000)).hasMessageContaining("for 1000 values");
        assertThatThrownBy(() -> KEYS.decrypt(KEY.nSquared())).hasMessageContaining("ciphertext: out of range");
        assertThatThrownBy(() -> KEY.encrypt(BigInteger.ONE.negate(), RANDOM)).hasMessageContaining("plaintext");
        assertThatThrownBy(() -> PaillierKeyPair.generate(1024, RANDOM))
                .hasMessage("bits: 1024 (expected: even, >= 2048)");
        assertThatThrownBy(() -> new PaillierKeyPair(KEYS.p(), KEYS.p())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatIsNoCiphertextIsNamedByItsPlace() {
        var good = KEY.encrypt(BigInteger.ONE, RANDOM);
        assertThat(KEY.ciphertexts(KEY.ciphertexts(List.of(good, good)), 2)).containsExactly(good, good);
        assertThatThrownBy(() -> KEY.ciphertexts(KEY.ciphertexts(List.of(good, BigInteger.ZERO)), 2))
                .hasMessage("ciphertext 1: no ciphertext of this key (expected: a unit modulo n²)");
        assertThatThrownBy(() -> KEY.ciphertexts(KEY.ciphertexts(List.of(good, good, KEYS.p())), 3))
                .hasMessageStartingWith("ciphertext 2: no ciphertext");
        assertThatThrownBy(() -> KEY.ciphertexts(KEY.ciphertexts(List.of(KEY.nSquared())), 1))
                .hasMessageStartingWith("ciphertext 0: out of range");
        assertThatThrownBy(() -> KEY.ciphertexts(new byte[700], 2))
                .hasMessage("ciphertexts: 700 bytes (expected: 1024, 2 of 512)");
    }

    @Test
    void aDecryptionIsProvedAndALieIsNot() {
        var plaintexts = List.of(BigInteger.TWO, BigInteger.ZERO, KEY.n().subtract(BigInteger.ONE));
        var ciphertexts = plaintexts.stream()
                .map(plaintext -> KEY.encrypt(plaintext, RANDOM))
                .toList();
        var proof = DecryptionProof.prove(KEYS, "round 1", ciphertexts, plaintexts);
        assertThat(DecryptionProof.holds(KEY, "round 1", ciphertexts, plaintexts, proof))
                .isTrue();
        assertThat(DecryptionProof.holds(KEY, "round 2", ciphertexts, plaintexts, proof))
                .isFalse();
        var lie = List.of(BigInteger.TWO, BigInteger.ONE, KEY.n().subtract(BigInteger.ONE));
        assertThat(DecryptionProof.holds(KEY, "round 1", ciphertexts, lie, proof))
                .isFalse();
        // nor can the owner of the key make one
        var made = DecryptionProof.prove(KEYS, "round 1", ciphertexts, lie);
        assertThat(DecryptionProof.holds(KEY, "round 1", ciphertexts, lie, made))
                .isFalse();
        assertThat(DecryptionProof.holds(KEY, "round 1", ciphertexts, plaintexts, BigInteger.ONE))
                .isFalse();
        assertThat(DecryptionProof.holds(KEY, "round 1", ciphertexts, plaintexts, BigInteger.ZERO))
                .isFalse();
    }

    @Test
    void aDealtKeyIsItsReceiversAlone() {
        var dealing = new KeyDealing("federation f round 1 attempt 1");
        var dealer = KeyDealing.secret(RANDOM);
        var clinic = KeyDealing.secret(RANDOM);
        var stranger = KeyDealing.secret(RANDOM);
        var sealed = dealing.seal(KEYS, "a", dealer, "clinic", KeyDealing.sealingKey(clinic));
        assertThat(dealing.open(sealed, KEY, "a", KeyDealing.sealingKey(dealer), "clinic", clinic)
                        .p())
                .isEqualTo(KEYS.p());
        assertThatThrownBy(() -> dealing.open(sealed, KEY, "a", KeyDealing.sealingKey(dealer), "clinic", stranger))
                .hasMessage("a: a key that is not sealed for clinic");
        // what was put there by another than the dealer
        assertThatThrownBy(() -> dealing.open(sealed, KEY, "a", KeyDealing.sealingKey(stranger), "clinic", clinic))
                .hasMessage("a: a key that is not sealed for clinic");
        var another = new PaillierPublicKey(KEY.n().add(BigInteger.TWO));
        assertThatThrownBy(() -> dealing.open(sealed, another, "a", KeyDealing.sealingKey(dealer), "clinic", clinic))
                .hasMessage("a: primes of another key than the one that it told");
        assertThatThrownBy(() -> dealing.seal(KEYS, "a", dealer, "clinic", new byte[32]))
                .hasMessage("clinic: public key of small order");
    }

    @Test
    void aKeyIsTheSameFromItsPrimes() {
        var again = new PaillierKeyPair(KEYS.p(), KEYS.q());
        assertThat(again.decrypt(KEY.encrypt(BigInteger.TWO, RANDOM))).isEqualTo(BigInteger.TWO);
    }
}
