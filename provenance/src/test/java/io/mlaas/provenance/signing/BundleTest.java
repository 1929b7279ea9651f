package io.mlaas.provenance.signing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlaas.provenance.Flips;
import io.mlaas.provenance.InvalidEvidenceException;
import io.mlaas.provenance.dsse.EvidenceKey;
import io.mlaas.provenance.dsse.LocalSigner;
import io.mlaas.provenance.intoto.Statement;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BundleTest {
    private static final LocalSigner SIGNER = new LocalSigner(LocalSigner.newKeyPair());
    private static final EvidenceKey KEY = SIGNER.key();

    private final ModelHasher hasher = new ModelHasher(2);
    private final ModelVerifier verifier = new ModelVerifier(hasher);

    @TempDir
    Path model;

    @BeforeEach
    void files() throws IOException {
        Files.createDirectories(model.resolve("sub"));
        Files.writeString(model.resolve("config.json"), "{}");
        byte[] weights = new byte[3_500_000];
        new Random(7).nextBytes(weights);
        Files.write(model.resolve("sub/weights.bin"), weights);
        Files.createDirectories(model.resolve(".git"));
        Files.writeString(model.resolve(".git/HEAD"), "ref");
    }

    private Manifest signed(Serialization serialization) throws IOException {
        return Bundle.parse(Bundle.sign(hasher.manifest(model, serialization), SIGNER)
                        .toJson())
                .verify(KEY);
    }

    @Test
    void signsEachFileOfADirectory() throws IOException {
        Manifest manifest = signed(Serialization.files());
        assertThat(manifest.resources()).extracting(Resource::name).containsExactly("config.json", "sub/weights.bin");
        // printf '{}' | sha256sum
        assertThat(manifest.resources().getFirst().digest())
                .isEqualTo("44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a");
        verifier.verify(manifest, model);
    }

    // The digests and the result are those of the specification's vector key.bundle.json.
    @Test
    void computesTheSubjectDigestOfTheResourcesInTheirOrder() {
        Manifest manifest = Manifest.sorted(
                "my-model",
                List.of(
                        new Resource("signme-2", "32dcb1f8e1ae52d5963e56a6ba06ab58b424c15ed2a6b70d2feca1d089370028"),
                        new Resource("signme-1", "bc9a717db6064a32cbe9eae6fc40651dd6d36ef1757183f590eff2b1765d7ebc")),
                Serialization.files());
        assertThat(manifest.subjectDigest())
                .isEqualTo("92745110b1ab4368471cbe31664e10174e954b113a3df333db860317b2c6dec4");
    }

    @Test
    void signsShardsOfFiles() throws IOException {
        Manifest manifest = signed(Serialization.shards(1_000_000));
        assertThat(manifest.resources())
                .extracting(Resource::name)
                .containsExactly(
                        "config.json:0:2",
                        "sub/weights.bin:0:1000000",
                        "sub/weights.bin:1000000:2000000",
                        "sub/weights.bin:2000000:3000000",
                        "sub/weights.bin:3000000:3500000");
        verifier.verify(manifest, model);
        byte[] weights = Files.readAllBytes(model.resolve("sub/weights.bin"));
        weights[2_345_678] ^= 1;
        Files.write(model.resolve("sub/weights.bin"), weights);
        assertRefused(() -> verifier.verify(manifest, model), "sub/weights.bin:2000000:3000000: SHA-256 ");
    }

    @Test
    void refusesModelsThatAreNotWhatWasSigned() throws IOException {
        Manifest manifest = signed(Serialization.files());
        Files.writeString(model.resolve("extra.py"), "import os");
        assertRefused(() -> verifier.verify(manifest, model), "there, but not signed: extra.py");
        Files.delete(model.resolve("extra.py"));
        Files.writeString(model.resolve("config.json"), "{ }");
        assertRefused(() -> verifier.verify(manifest, model), "config.json: SHA-256 ");
        Files.delete(model.resolve("config.json"));
        assertRefused(() -> verifier.verify(manifest, model), "signed, but not there: config.json");
    }

    @Test
    void leavesOutTheSignatureAndWhatIsIgnored() throws IOException {
        Files.writeString(model.resolve("notes.txt"), "not signed");
        Manifest manifest = signed(Serialization.files().ignoring("notes.txt"));
        Path bundle = Files.writeString(model.resolve("model.sig"), "{}");
        verifier.verify(manifest, model, bundle);
        assertRefused(() -> verifier.verify(manifest, model), "there, but not signed: model.sig");
        assertRefused(() -> Serialization.files().ignoring("../other"), "serialization.ignore_paths: ../other");
        assertRefused(() -> Serialization.files().ignoring("*.txt"), "serialization.ignore_paths: *.txt");
    }

    @Test
    void refusesLinksUnlessTheyAreFollowed() throws IOException {
        Files.createSymbolicLink(model.resolve("link.bin"), model.resolve("sub/weights.bin"));
        assertRefused(() -> signed(Serialization.files()), "link.bin: a symbolic link");
        Manifest manifest = signed(Serialization.files().followingLinks());
        assertThat(manifest.resources())
                .extracting(Resource::name)
                .containsExactly("config.json", "link.bin", "sub/weights.bin");
        verifier.verify(manifest, model);
        Files.createSymbolicLink(model.resolve("sub/loop"), model);
        assertRefused(() -> verifier.verify(manifest, model), "sub/loop: a symbolic link to a directory above it");
    }

    @Test
    void signsAFileWhoseDigestIsKnown() throws IOException {
        Path file = model.resolve("sub/weights.bin");
        Manifest manifest = Bundle.parse(Bundle.sign(Manifest.ofFile("weights.bin", hasher.sha256(file)), SIGNER)
                        .toJson())
                .verify(KEY);
        verifier.verify(manifest, file);
        verifier.verify(manifest, model.resolve("sub"));
        Path renamed = Files.move(file, model.resolve("sub/other.bin"));
        assertRefused(
                () -> verifier.verify(manifest, renamed),
                "signed, but not there: weights.bin; there, but not signed: other.bin");
    }

    @Test
    void refusesAnEmptyModelAndWhatIsNoFile() throws IOException {
        Path empty = Files.createDirectory(model.resolve("empty"));
        assertRefused(() -> hasher.manifest(empty, Serialization.files()), "no files (expected: at least one)");
        assertRefused(
                () -> hasher.manifest(model.resolve("nowhere"), Serialization.files()), "no file and no directory");
    }

    @Test
    void refusesEveryFlippedByteOfABundle() {
        byte[] json =
                Bundle.sign(Manifest.ofFile("m.pt", "a1".repeat(32)), SIGNER).toJson();
        Flips.assertAllRefused(json, changed -> Bundle.parse(changed).verify(KEY));
    }

    @Test
    void refusesEveryFlippedByteOfASmallModel() throws IOException {
        Path file = Files.write(model.resolve("small.bin"), new byte[] {0, 1, 2, (byte) 0x80, (byte) 0xff});
        Manifest manifest = Manifest.ofFile("small.bin", hasher.sha256(file));
        Flips.assertAllRefused(Files.readAllBytes(file), changed -> {
            try {
                Files.write(file, changed);
                verifier.verify(manifest, file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    // A chain has many bytes that only the certificates' own signatures protect.
    @Test
    void refusesEveryFlippedByteOfABundleWithCertificates() throws IOException, GeneralSecurityException {
        Set<X509Certificate> authorities = Set.of(SpecificationVectorsTest.authority("ca-cert.pem"));
        Instant at = Instant.parse("2026-01-31T12:00:00Z");
        byte[] json =
                Files.readAllBytes(Path.of("src/test/resources/model-signing/signed-by/v1.1.0-certificate/model.sig"));
        Flips.assertAllRefused(json, changed -> Bundle.parse(changed).verify(authorities, at), 0x01, 0x10, 0x40);
    }

    @Test
    void refusesManifestsThatCouldMeanSomethingElse() {
        String signed =
                new String(Manifest.ofFile("m.pt", "a1".repeat(32)).statement().toJson(), UTF_8);
        assertManifestRefused(signed.replace("\"name\":\"m.pt\",\"alg", "\"name\":\"../m.pt\",\"alg"), "../m.pt");
        assertManifestRefused(signed.replace("\"name\":\"m.pt\",\"alg", "\"name\":\"/m.pt\",\"alg"), "/m.pt");
        assertManifestRefused(
                signed.replace("\"hash_type\":\"sha256\"", "\"hash_type\":\"blake3\""), "blake3 (expected: sha256)");
        assertManifestRefused(
                signed.replace("\"method\":\"files\"", "\"method\":\"tensors\""),
                "tensors (expected: files or shards)");
        assertManifestRefused(signed.replace("\"method\":\"files\"", "\"method\":\"shards\""), "shard_size: missing");
        assertManifestRefused(
                signed.replace("\"files\",", "\"files\",\"shard_size\":1,"), "shard_size (expected: only");
        assertManifestRefused(signed.replaceFirst("a1a1", "b1b1"), "statement.subject[0].digest");
        assertManifestRefused(
                signed.replaceFirst("\"resources\":\\[.*?]", "\"resources\":[]"), "predicate.resources: none");
    }

    private static void assertManifestRefused(String statement, String message) {
        assertRefused(() -> Manifest.read(Statement.parse(statement.getBytes(UTF_8))), message);
    }

    private static void assertRefused(ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOf(InvalidEvidenceException.class).hasMessageContaining(message);
    }
}
