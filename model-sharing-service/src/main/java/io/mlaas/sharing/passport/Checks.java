package io.mlaas.sharing.passport;

import io.mlaas.sharing.passport.Passport.Check;
import io.mlaas.sharing.passport.Passport.Document;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Commands by which somebody without an account checks a model. What they contain could not end a word of a shell. */
final class Checks {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._-]+");
    private static final Pattern ADDRESS = Pattern.compile("https?://[A-Za-z0-9.:\\[\\]-]+/model/[0-9a-f-]{36}");

    private Checks() {}

    /**
     * @param address of the model: where the passport was asked for, without its last part
     * @param fileName of the model's file
     */
    static List<Check> of(String address, @Nullable String fileName, List<Document> evidence, List<Passport.Key> keys) {
        String url = ADDRESS.matcher(address).matches() ? address : "URL";
        String file =
                fileName != null && PLAIN.matcher(fileName).matches() && !fileName.startsWith("-") ? fileName : "FILE";
        List<Check> checks = new ArrayList<>();
        checks.add(new Check(
                "Everything at once, with public tools only (the script is in the platform's repository)",
                "docs/outsider/check.sh %s/passport %s --rpc RPC".formatted(url, file)));
        checks.add(new Check("The file is the one that this page is about", "sha256sum " + file));
        find(evidence, "signature").ifPresent(signature -> {
            checks.add(new Check("The owner's key: its SHA-256 is its id", key(keys, signature.keyId(), "owner.pem")));
            checks.add(new Check(
                    "The owner signed it (verifier of the OpenSSF: pip install model-signing)",
                    "curl -fsS %s/signature -o model.sig\nmkdir model && cp %s model/\nmodel_signing verify key model --signature model.sig --public_key owner.pem"
                            .formatted(url, file)));
        });
        find(evidence, "commitments").ifPresent(statement -> {
            checks.add(new Check(
                    "The platform's key: its SHA-256 is its id", key(keys, statement.keyId(), "platform.pem")));
            checks.add(new Check("The platform signed how it came about (DSSE)", """
                    curl -fsS %s/%s -o statement.json
                    jq -r .payload statement.json | base64 -d > payload
                    jq -r .signatures[0].sig statement.json | base64 -d > signature
                    (printf 'DSSEv1 28 application/vnd.in-toto+json %%d ' $(wc -c < payload); cat payload) > signed
                    openssl dgst -sha256 -verify platform.pem -signature signature signed\
                    """.formatted(url, statement.path())));
        });
        if (find(evidence, "signature").isPresent()
                && find(evidence, "commitments").isPresent()) {
            checks.add(new Check(
                    "All of that by the platform's own program, which asks nothing but the chain",
                    "curl -fsS %s/proof -o proof.json\nmlaas verify %s --proof proof.json --signature model.sig --provenance statement.json --key owner.pem --key platform.pem --rpc RPC --registry REGISTRY"
                            .formatted(url, file)));
        }
        evidence.stream()
                .map(Document::proof)
                .flatMap(proof -> Optional.ofNullable(proof).stream())
                .findFirst()
                .ifPresent(proof -> checks.add(onChain(proof)));
        return List.copyOf(checks);
    }

    private static Check onChain(JsonNode proof) {
        return new Check(
                "The root of its proof is on the chain (RPC: a node that you trust; all zero if it is not)",
                """
                curl -fsS RPC -H 'Content-Type: application/json' -d '{"jsonrpc":"2.0","id":1,"method":"eth_call","params":[{"to":"%s","data":"0xaee05732%s"},"latest"]}'\
                """.formatted(
                                hex(proof.path("registry").asString("")),
                                hex(proof.path("root").asString(""))));
    }

    private static String key(List<Passport.Key> keys, @Nullable String keyId, String file) {
        return keys.stream()
                .filter(key -> key.keyId().equals(keyId))
                .findFirst()
                .map(key -> "cat > %s <<'KEY'\n%s\nKEY"
                        .formatted(file, key.publicKey().strip()))
                .orElse("# the key is not known yet");
    }

    private static Optional<Document> find(List<Document> evidence, String kind) {
        return evidence.stream()
                .filter(piece -> piece.kind().equals(kind) && piece.digest() != null && piece.path() != null)
                .findFirst();
    }

    private static String hex(String text) {
        return text.matches("(0x)?[0-9a-fA-F]*") ? text : "";
    }
}
