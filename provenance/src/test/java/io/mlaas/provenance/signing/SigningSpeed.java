package io.mlaas.provenance.signing;

import io.mlaas.provenance.dsse.EvidenceKey;
import io.mlaas.provenance.dsse.LocalSigner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** For {@code bench/provenance/signing.sh}: signs or verifies a model, as a process of its own. */
final class SigningSpeed {
    private SigningSpeed() {}

    /** {@code sign MODEL BUNDLE KEY [SHARD_SIZE]}, {@code verify MODEL BUNDLE KEY}; the key is a new one, its public part a file. */
    public static void main(String... arguments) throws IOException {
        Path model = Path.of(arguments[1]);
        Path bundle = Path.of(arguments[2]);
        Path publicKey = Path.of(arguments[3]);
        ModelHasher hasher = new ModelHasher();
        if (arguments[0].equals("sign")) {
            LocalSigner signer = new LocalSigner(LocalSigner.newKeyPair());
            Serialization serialization =
                    arguments.length > 4 ? Serialization.shards(Long.parseLong(arguments[4])) : Serialization.files();
            Manifest manifest = hasher.manifest(model, serialization);
            Files.write(bundle, Bundle.sign(manifest, signer).toJson());
            Files.writeString(publicKey, signer.key().pem());
        } else {
            Manifest signed =
                    Bundle.parse(Files.readAllBytes(bundle)).verify(EvidenceKey.fromPem(Files.readString(publicKey)));
            new ModelVerifier(hasher).verify(signed, model);
        }
    }
}
