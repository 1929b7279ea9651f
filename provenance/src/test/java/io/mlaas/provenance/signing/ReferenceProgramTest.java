package io.mlaas.provenance.signing;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlaas.provenance.dsse.EvidenceKey;
import io.mlaas.provenance.dsse.LocalSigner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.Base64;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The reference implementation takes what is signed here, and the other way round. */
class ReferenceProgramTest {
    private static final KeyPair PAIR = LocalSigner.newKeyPair();
    private static final LocalSigner SIGNER = new LocalSigner(PAIR);
    private static final EvidenceKey KEY = SIGNER.key();
    private static final String SIGN_SHARDS = """
            import sys
            from model_signing import hashing, signing
            signing.Config().use_elliptic_key_signer(private_key=sys.argv[1]).set_hashing_config(
                hashing.Config().use_shard_serialization(shard_size=4)).sign(sys.argv[2], sys.argv[3])
            """;

    private static ReferenceProgram program;

    private final ModelHasher hasher = new ModelHasher();

    @TempDir
    Path directory;

    private Path model;
    private Path bundle;
    private Path publicKey;
    private Path privateKey;

    @BeforeAll
    static void install() throws IOException, InterruptedException {
        program = ReferenceProgram.locate();
    }

    @BeforeEach
    void files() throws IOException {
        model = Files.createDirectories(directory.resolve("model"));
        bundle = directory.resolve("model.sig");
        Files.createDirectories(model.resolve("a"));
        // Sorted by paths' components in the reference, and by code points in the specification.
        Files.writeString(model.resolve("a/weights"), "0123456789");
        Files.writeString(model.resolve("a-b"), "abcdefgh");
        Files.writeString(model.resolve("größe 𝄞.txt"), "x");
        publicKey = Files.writeString(directory.resolve("key.pub"), KEY.pem());
        String der = Base64.getMimeEncoder(64, new byte[] {'\n'})
                .encodeToString(PAIR.getPrivate().getEncoded());
        privateKey = Files.writeString(
                directory.resolve("key"), "-----BEGIN PRIVATE KEY-----\n" + der + "\n-----END PRIVATE KEY-----\n");
    }

    private void sign(Serialization serialization) throws IOException {
        Files.write(
                bundle,
                Bundle.sign(hasher.manifest(model, serialization), SIGNER).toJson());
    }

    private ReferenceProgram.Result verifyThere() throws IOException, InterruptedException {
        return program.modelSigning("verify", "key", model, "--signature", bundle, "--public_key", publicKey);
    }

    private void verifyHere() throws IOException {
        new ModelVerifier(hasher)
                .verify(Bundle.parse(Files.readAllBytes(bundle)).verify(KEY), model);
    }

    @Test
    void verifiesWhatWasSignedHere() throws IOException, InterruptedException {
        sign(Serialization.files());
        ReferenceProgram.Result good = verifyThere();
        assertThat(good.status()).as(good.output()).isZero();
        Files.writeString(model.resolve("a-b"), "changed");
        ReferenceProgram.Result bad = verifyThere();
        assertThat(bad.status()).as(bad.output()).isNotZero();
        assertThat(bad.output()).contains("Hash mismatch for 'a-b'");
    }

    @Test
    void itsSignaturesAreVerifiedHere() throws IOException, InterruptedException {
        ReferenceProgram.Result signed =
                program.modelSigning("sign", "key", model, "--signature", bundle, "--private_key", privateKey);
        assertThat(signed.status()).as(signed.output()).isZero();
        verifyHere();
        ReferenceProgram.Result sharded = program.python(SIGN_SHARDS, privateKey, model, bundle);
        assertThat(sharded.status()).as(sharded.output()).isZero();
        verifyHere();
    }
}
