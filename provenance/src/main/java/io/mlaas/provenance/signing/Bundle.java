package io.mlaas.provenance.signing;

import io.mlaas.provenance.InvalidEvidenceException;
import io.mlaas.provenance.dsse.Envelope;
import io.mlaas.provenance.dsse.EvidenceKey;
import io.mlaas.provenance.dsse.Signer;
import io.mlaas.provenance.intoto.Statement;
import io.mlaas.provenance.json.Members;
import io.mlaas.provenance.json.StrictJson;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The signature of a model (OpenSSF Model Signing v1.0 in a Sigstore bundle v0.3). Reading one refuses what the
 * specification's schemas refuse, and members that they do not know; who signed is said only by one of the {@code verify}
 * methods, which give the manifest.
 */
public final class Bundle {
    public static final String MEDIA_TYPE = "application/vnd.dev.sigstore.bundle.v0.3+json";

    private static final String IN_TOTO = Envelope.IN_TOTO;

    private final VerificationMaterial material;
    private final Envelope envelope;
    private final Manifest manifest;

    private Bundle(VerificationMaterial material, Envelope envelope, Manifest manifest) {
        this.material = material;
        this.envelope = envelope;
        this.manifest = manifest;
    }

    /** Signs a manifest. */
    public static Bundle sign(Manifest manifest, Signer signer) {
        byte[] payload = manifest.statement().toJson();
        Signer.Signed signed = signer.sign(IN_TOTO, payload);
        // As the reference writes it, which names the key beside the envelope.
        Envelope envelope =
                new Envelope(IN_TOTO, payload, List.of(new Envelope.EnvelopeSignature("", signed.signature())));
        return new Bundle(new VerificationMaterial.KeyHint(signed.key().id()), envelope, manifest);
    }

    public static Bundle parse(byte[] json) {
        Members members = StrictJson.object(json, "bundle");
        members.require("mediaType", MEDIA_TYPE);
        VerificationMaterial material = VerificationMaterial.read(members.object("verificationMaterial"));
        Envelope envelope = Envelope.read(members.object("dsseEnvelope"));
        members.end();
        if (!envelope.payloadType().equals(IN_TOTO)) {
            throw new InvalidEvidenceException("bundle.dsseEnvelope.payloadType: "
                    + StrictJson.shown(envelope.payloadType()) + " (expected: " + IN_TOTO + ")");
        }
        if (envelope.signatures().size() != 1) {
            throw new InvalidEvidenceException(
                    "bundle.dsseEnvelope.signatures: " + envelope.signatures().size() + " (expected: one)");
        }
        return new Bundle(material, envelope, Manifest.read(Statement.parse(envelope.payload())));
    }

    public VerificationMaterial material() {
        return material;
    }

    /** The digest that names the model, as the bundle has it; not verified. */
    public String claimedSubjectDigest() {
        return manifest.subjectDigest();
    }

    /** What a key signed. */
    public Manifest verify(EvidenceKey key) {
        switch (material) {
            case VerificationMaterial.KeyHint(String hint) -> {
                if (!hint.equals(key.id())) {
                    throw new InvalidEvidenceException("bundle.verificationMaterial.publicKey.hint: "
                            + StrictJson.shown(hint) + " (expected: " + key.id() + ", the given key's)");
                }
            }
            case VerificationMaterial.KeyShown(EvidenceKey shown) -> {
                if (!shown.equals(key)) {
                    throw new InvalidEvidenceException("bundle.verificationMaterial.publicKey.rawBytes: " + shown.id()
                            + " (expected: " + key.id() + ", the given key's)");
                }
            }
            case VerificationMaterial.Certificates certificates ->
                throw new InvalidEvidenceException("bundle.verificationMaterial: "
                        + certificates.chain().size()
                        + " certificates (expected: a key; give the authority's certificate to check them)");
            case VerificationMaterial.Keyless keyless -> throw notChecked(keyless);
        }
        return verified(key);
    }

    /**
     * What the holder of a certificate signed. Whether certificates were revoked is not asked.
     *
     * @param authorities whose certificates are believed
     * @param at when the certificates have to be valid
     */
    public Manifest verify(Set<X509Certificate> authorities, Instant at) {
        return switch (material) {
            case VerificationMaterial.Certificates(List<X509Certificate> chain) ->
                verified(CertificateChain.verify(chain, authorities, at));
            case VerificationMaterial.KeyHint hint ->
                throw new InvalidEvidenceException("bundle.verificationMaterial: publicKey (expected: certificates)");
            case VerificationMaterial.KeyShown shown ->
                throw new InvalidEvidenceException("bundle.verificationMaterial: publicKey (expected: certificates)");
            case VerificationMaterial.Keyless keyless -> throw notChecked(keyless);
        };
    }

    private Manifest verified(EvidenceKey key) {
        envelope.verify(key, IN_TOTO);
        return manifest;
    }

    private static InvalidEvidenceException notChecked(VerificationMaterial.Keyless keyless) {
        return new InvalidEvidenceException("bundle.verificationMaterial.certificate: keyless, with "
                + keyless.logEntries()
                + " entries of a transparency log; neither the log nor Sigstore's identities are "
                + "checked here (expected: a key or certificates; use \"model_signing verify sigstore\")");
    }

    /** The exact bytes that are published. */
    public byte[] toJson() {
        if (!(material instanceof VerificationMaterial.KeyHint(String hint))) {
            throw new IllegalStateException("bundle: of others (expected: one that was signed here, with a key)");
        }
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        tree.put("mediaType", MEDIA_TYPE);
        tree.set("verificationMaterial", VerificationMaterial.tree(hint));
        tree.set("dsseEnvelope", envelope.toTree());
        return StrictJson.write(tree);
    }
}
