package io.mlaas.provenance.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlaas.provenance.InvalidEvidenceException;
import io.mlaas.provenance.dsse.EvidenceKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The specification's test vectors, and models that releases of the reference implementation signed. */
class SpecificationVectorsTest {
    private static final Path VECTORS = Path.of("src/test/resources/model-signing");
    private static final Path SIGNED = VECTORS.resolve("signed-by");
    private static final Instant WHEN_VALID = Instant.parse("2026-01-31T12:00:00Z");

    static EvidenceKey key() throws IOException {
        return EvidenceKey.fromPem(Files.readString(SIGNED.resolve("keys/certificate/signing-key-pub.pem")));
    }

    static X509Certificate authority(String file) throws IOException, GeneralSecurityException {
        try (var in = Files.newInputStream(SIGNED.resolve("keys/certificate/" + file))) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
    }

    private static Bundle bundle(Path file) throws IOException {
        return Bundle.parse(Files.readAllBytes(file));
    }

    @ParameterizedTest
    @CsvSource({"key, KeyHint", "certificate, Certificates", "sigstore, Keyless"})
    void takesValidBundles(String name, String method) throws IOException {
        Bundle bundle = bundle(VECTORS.resolve("v1.0/valid/" + name + ".bundle.json"));
        assertThat(bundle.material().getClass().getSimpleName()).isEqualTo(method);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "invalid/empty.bundle.json | bundle: nothing",
                "invalid/missing-envelope.bundle.json | bundle.dsseEnvelope: missing",
                "invalid/missing-tlog-entries.bundle.json | bundle.verificationMaterial.tlogEntries: missing",
                "invalid/missing-verification-material.bundle.json | bundle.verificationMaterial: missing",
                "invalid-payload/wrong-predicate.bundle.json | statement.predicateType: https://example.com/wrong-predicate/v1.0"
            })
    void refusesInvalidBundles(String file, String reason) {
        assertThatThrownBy(() -> bundle(VECTORS.resolve("v1.0").resolve(file)))
                .isInstanceOf(InvalidEvidenceException.class)
                .hasMessageStartingWith(reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1.0.1", "v1.1.0"})
    void verifiesModelsSignedByKey(String version) throws IOException {
        Path model = SIGNED.resolve(version + "-elliptic-key");
        Manifest manifest = bundle(model.resolve("model.sig")).verify(key());
        // Signed by a release that did not say what it ignored.
        Manifest signed = version.equals("v1.1.0")
                ? manifest
                : new Manifest(
                        manifest.modelName(),
                        manifest.resources(),
                        manifest.serialization().ignoring("ignore-me"));
        new ModelVerifier(new ModelHasher()).verify(signed, model, model.resolve("model.sig"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"v0.3.1", "v1.0.0"})
    void verifiesAFileSignedByKey(String version) throws IOException {
        Path directory = SIGNED.resolve(version + "-elliptic-key");
        Manifest manifest = bundle(directory.resolve("model.sig")).verify(key());
        new ModelVerifier(new ModelHasher()).verify(manifest, directory.resolve("signme-1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"v0.3.1", "v1.0.0", "v1.0.1", "v1.1.0"})
    void verifiesModelsSignedWithCertificates(String version) throws IOException, GeneralSecurityException {
        Path model = SIGNED.resolve(version + "-certificate");
        Bundle bundle = bundle(model.resolve("model.sig"));
        Manifest manifest = bundle.verify(Set.of(authority("ca-cert.pem")), WHEN_VALID);
        assertThat(manifest.resources()).extracting(Resource::name).containsExactly("signme-1", "signme-2");
        assertThatThrownBy(() -> bundle.verify(Set.of(authority("signing-key-cert.pem")), WHEN_VALID))
                .isInstanceOf(InvalidEvidenceException.class);
        assertThatThrownBy(() -> bundle.verify(Set.of(authority("ca-cert.pem")), Instant.parse("2040-01-31T12:00:00Z")))
                .hasMessageContaining("certificates");
    }

    @Test
    void refusesTheFormatBeforeOne() {
        assertThatThrownBy(() -> bundle(SIGNED.resolve("v0.2.0-certificate/model.sig")))
                .isInstanceOf(InvalidEvidenceException.class)
                .hasMessageContaining(
                        "https://model_signing/Digests/v0.1 (expected: https://model_signing/signature/v1.0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"v0.3.1", "v1.0.0", "v1.0.1", "v1.1.0"})
    void saysThatKeylessSignaturesAreNotChecked(String version) throws IOException {
        Bundle bundle = bundle(SIGNED.resolve(version + "-sigstore/model.sig"));
        assertThatThrownBy(() -> bundle.verify(key()))
                .isInstanceOf(InvalidEvidenceException.class)
                .hasMessageContaining("neither the log nor Sigstore's identities are checked here");
        assertThatThrownBy(() -> bundle.verify(Set.of(authority("ca-cert.pem")), WHEN_VALID))
                .hasMessageContaining("neither the log nor Sigstore's identities are checked here");
    }
}
