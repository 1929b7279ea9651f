package io.mlaas.provenance.merkle;

import io.mlaas.provenance.InvalidEvidenceException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** An {@link InclusionProof} as JSON. There is one spelling: whatever differs from it in a byte is refused. */
final class ProofDocument {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    private static final Set<String> MEMBERS = Set.of(
            "format",
            "digest",
            "log_index",
            "tree_size",
            "hashes",
            "root",
            "chain_id",
            "registry",
            "batch",
            "transaction",
            "block",
            "block_time");

    private final JsonNode document;

    private ProofDocument(JsonNode document) {
        this.document = document;
    }

    static InclusionProof read(byte[] json) {
        JsonNode document;
        try {
            document = JSON.readTree(json);
        } catch (JacksonException e) {
            throw new InvalidEvidenceException("proof: not JSON: " + e.getOriginalMessage(), e);
        }
        InclusionProof proof = new ProofDocument(document).proof();
        if (!Arrays.equals(proof.toJson(), json)) {
            throw new InvalidEvidenceException(
                    "proof: not in its one spelling (expected: compact, in UTF-8, members in their order)");
        }
        return proof;
    }

    static byte[] write(InclusionProof proof) {
        ObjectNode document = JSON.createObjectNode();
        document.put("format", InclusionProof.FORMAT);
        document.put("digest", proof.digest());
        document.put("log_index", proof.logIndex());
        document.put("tree_size", proof.treeSize());
        ArrayNode hashes = document.putArray("hashes");
        proof.hashes().forEach(hashes::add);
        document.put("root", proof.root());
        document.put("chain_id", proof.chainId());
        document.put("registry", proof.registry());
        document.put("batch", proof.batch());
        document.put("transaction", proof.transaction());
        document.put("block", proof.block());
        document.put("block_time", proof.blockTime().toString());
        return JSON.writeValueAsBytes(document);
    }

    private InclusionProof proof() {
        if (!document.isObject()) {
            throw new InvalidEvidenceException("proof: not an object");
        }
        for (String member : document.propertyNames()) {
            if (!MEMBERS.contains(member)) {
                throw new InvalidEvidenceException(member + ": not a member of " + InclusionProof.FORMAT);
            }
        }
        String format = text("format");
        if (!format.equals(InclusionProof.FORMAT)) {
            throw new InvalidEvidenceException("format: " + format + " (expected: " + InclusionProof.FORMAT + ")");
        }
        return new InclusionProof(
                text("digest"),
                number("log_index"),
                number("tree_size"),
                hashes(),
                text("root"),
                number("chain_id"),
                text("registry"),
                number("batch"),
                text("transaction"),
                number("block"),
                InclusionProof.time("block_time", text("block_time")));
    }

    private List<String> hashes() {
        JsonNode array = member("hashes");
        if (!array.isArray()) {
            throw wrong("hashes", "an array");
        }
        List<String> hashes = new ArrayList<>();
        for (int i = 0; i < array.size(); i++) {
            hashes.add(text("hashes[" + i + "]", array.get(i)));
        }
        return hashes;
    }

    private String text(String name) {
        return text(name, member(name));
    }

    private static String text(String name, JsonNode value) {
        if (!value.isString()) {
            throw wrong(name, "a string");
        }
        return value.stringValue();
    }

    private long number(String name) {
        JsonNode value = member(name);
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw wrong(name, "a whole number");
        }
        return value.longValue();
    }

    private JsonNode member(String name) {
        JsonNode value = document.get(name);
        if (value == null) {
            throw wrong(name, "present");
        }
        return value;
    }

    private static InvalidEvidenceException wrong(String name, String expected) {
        return new InvalidEvidenceException(name + " (expected: " + expected + ")");
    }
}
