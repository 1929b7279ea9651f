package io.mlaas.provenance.dsse;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlaas.provenance.Flips;
import io.mlaas.provenance.InvalidEvidenceException;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class EnvelopeTest {
    private static final LocalSigner SIGNER = new LocalSigner(LocalSigner.newKeyPair());
    private static final String TYPE = "http://example.com/HelloWorld";
    private static final byte[] PAYLOAD = "hello world".getBytes(UTF_8);

    @Test
    void encodesAsTheSpecificationsExample() {
        assertThat(new String(Envelope.preAuthenticationEncoding(TYPE, PAYLOAD), UTF_8))
                .isEqualTo("DSSEv1 29 http://example.com/HelloWorld 11 hello world");
    }

    @Test
    void countsBytesNotCharacters() {
        assertThat(new String(Envelope.preAuthenticationEncoding("t", "Möbius".getBytes(UTF_8)), UTF_8))
                .isEqualTo("DSSEv1 1 t 7 Möbius");
    }

    @Test
    void givesThePayloadThatWasSigned() {
        Envelope envelope = Envelope.parse(Envelope.sign(TYPE, PAYLOAD, SIGNER).toJson());
        assertThat(envelope.verify(SIGNER.key(), TYPE)).isEqualTo(PAYLOAD);
    }

    @Test
    void refusesEveryFlippedByte() {
        byte[] json = Envelope.sign(TYPE, PAYLOAD, SIGNER).toJson();
        Flips.assertAllRefused(json, changed -> Envelope.parse(changed).verify(SIGNER.key(), TYPE));
    }

    @Test
    void refusesWhatAnotherKeySigned() {
        EvidenceKey other = new LocalSigner(LocalSigner.newKeyPair()).key();
        Envelope envelope = Envelope.sign(TYPE, PAYLOAD, SIGNER);
        assertThatThrownBy(() -> envelope.verify(other, TYPE))
                .isInstanceOf(InvalidEvidenceException.class)
                .hasMessageContaining("keyid: " + SIGNER.key().id() + " (expected: " + other.id());
    }

    @Test
    void refusesAnotherType() {
        Envelope envelope = Envelope.sign(TYPE, PAYLOAD, SIGNER);
        assertThatThrownBy(() -> envelope.verify(SIGNER.key(), Envelope.IN_TOTO))
                .hasMessage("envelope.payloadType: " + TYPE + " (expected: " + Envelope.IN_TOTO + ")");
    }

    @Test
    void refusesAnotherWritingOfTheSame() {
        String json = new String(Envelope.sign(TYPE, PAYLOAD, SIGNER).toJson(), UTF_8);
        assertThatThrownBy(() -> Envelope.parse(json.replace("\":", "\": ").getBytes(UTF_8)))
                .hasMessageContaining("written in another way");
        assertThatThrownBy(() -> Envelope.parse((json + "\n").getBytes(UTF_8)))
                .hasMessageContaining("written in another way");
        assertThatThrownBy(() -> Envelope.parse(
                        json.replace("{\"payloadType", "{\"x\":1,\"payloadType").getBytes(UTF_8)))
                .hasMessageContaining("envelope: x (expected: only");
        assertThatThrownBy(() -> Envelope.parse(json.replace("{\"payloadType", "{\"payload\":\"\",\"payloadType")
                        .getBytes(UTF_8)))
                .hasMessageContaining("Duplicate");
    }

    // openssl ecparam -name prime256v1 -genkey -noout | openssl ec -pubout > key.pem; sha256sum key.pem
    @Test
    void namesAKeyByTheDigestOfItsPem() {
        String pem = """
                -----BEGIN PUBLIC KEY-----
                MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEY32c1Qu5APmRfKordQ/HXajD0mwI
                RvF1YU/EQGQ0dlraWVlHZW5AJvd1EdaQS0iD+oobZBSaJO7gQCbqnVvpFQ==
                -----END PUBLIC KEY-----
                """;
        EvidenceKey key = EvidenceKey.fromPem(pem);
        assertThat(key.pem()).isEqualTo(pem);
        assertThat(key.id()).isEqualTo("91aaa9a6032f7ec718243d2e6f2db62c42be9afbcfdffc5d158c964b62bbdc4b");
    }

    // An ECDSA signature in DER with a needless zero byte is the same number for the JDK.
    @Test
    void refusesASignatureThatIsWrittenLonger() {
        byte[] signed = Envelope.preAuthenticationEncoding(TYPE, PAYLOAD);
        byte[] signature = SIGNER.sign(TYPE, PAYLOAD).signature();
        byte[] longer = new byte[signature.length + 1];
        System.arraycopy(signature, 0, longer, 0, 4);
        System.arraycopy(signature, 4, longer, 5, signature.length - 4);
        longer[1]++;
        longer[3]++;
        assertThat(SIGNER.key().verifies(signed, signature)).isTrue();
        assertThat(SIGNER.key().verifies(signed, longer)).isFalse();
    }

    @Test
    void refusesBase64WithSpareBits() {
        Envelope envelope = Envelope.sign(TYPE, PAYLOAD, SIGNER);
        String payload = Base64.getEncoder().encodeToString(PAYLOAD);
        assertThat(payload).endsWith("bGQ=");
        String spare = new String(envelope.toJson(), UTF_8).replace("bGQ=", "bGR=");
        assertThatThrownBy(() -> Envelope.parse(spare.getBytes(UTF_8)))
                .hasMessageContaining("envelope.payload: ")
                .hasMessageContaining("canonical Base64");
    }
}
