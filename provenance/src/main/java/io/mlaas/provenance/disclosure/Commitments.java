package io.mlaas.provenance.disclosure;

import io.mlaas.provenance.InvalidEvidenceException;
import io.mlaas.provenance.intoto.Statement;
import io.mlaas.provenance.json.Members;
import io.mlaas.provenance.json.StrictJson;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Facts that are committed to, and not shown: {@code _sd} holds the digests of their disclosures in the order of the
 * digests, filled up with random ones to a multiple of {@value #ROUND}, so that neither order nor number says anything.
 *
 * @param statement SHA-256 of the statement that says all of them in the clear, in hexadecimal
 * @param disclosures by name; who has one can tell that fact
 * @param digests all of them, and decoys
 */
public record Commitments(String statement, Map<String, Disclosure> disclosures, List<String> digests) {
    public static final String TYPE = "https://mlaas.io/attestations/commitments/v1";
    static final int ROUND = 16;
    private static final String ALGORITHM = "sha-256";
    private static final int DIGEST_BYTES = 32;

    public Commitments {
        disclosures = Collections.unmodifiableMap(new TreeMap<>(disclosures));
        digests = List.copyOf(digests);
    }

    /** Commits to facts. */
    public static Commitments to(Map<String, JsonNode> facts, String statement, SecureRandom random) {
        Map<String, Disclosure> disclosures = new TreeMap<>();
        List<String> digests = new ArrayList<>();
        facts.forEach((name, value) -> {
            Disclosure disclosure = Disclosure.of(name, value, random);
            disclosures.put(name, disclosure);
            digests.add(disclosure.digest());
        });
        while (digests.isEmpty() || digests.size() % ROUND != 0) {
            byte[] decoy = new byte[DIGEST_BYTES];
            random.nextBytes(decoy);
            digests.add(Disclosure.base64Url(decoy));
        }
        Collections.sort(digests);
        return new Commitments(statement, disclosures, digests);
    }

    /** The predicate of the public statement. */
    public ObjectNode predicate() {
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        tree.putObject("statement").put("sha256", statement);
        tree.put("_sd_alg", ALGORITHM);
        var array = tree.putArray("_sd");
        digests.forEach(array::add);
        return tree;
    }

    /**
     * The facts that these disclosures tell, each of them committed to by this statement.
     *
     * @param committed a statement whose signature was verified
     */
    public static Map<String, JsonNode> open(Statement committed, List<String> disclosures) {
        Set<String> digests = digests(committed);
        Map<String, JsonNode> facts = new TreeMap<>();
        for (String encoded : disclosures) {
            Disclosure disclosure = Disclosure.parse(encoded);
            if (!digests.contains(disclosure.digest())) {
                throw new InvalidEvidenceException("disclosure of " + StrictJson.shown(disclosure.name())
                        + ": not committed to (its digest " + disclosure.digest() + " is not in the statement)");
            }
            if (facts.put(disclosure.name(), disclosure.value()) != null) {
                throw new InvalidEvidenceException(
                        "disclosure of " + StrictJson.shown(disclosure.name()) + ": there are two of that name");
            }
        }
        return facts;
    }

    private static Set<String> digests(Statement committed) {
        Members predicate = committed.predicate(TYPE);
        Members statement = predicate.object("statement");
        StrictJson.hex(statement.text("sha256"), statement.path("sha256"));
        statement.end();
        predicate.require("_sd_alg", ALGORITHM);
        Set<String> digests = new HashSet<>();
        for (Members.Element element : predicate.array("_sd")) {
            StrictJson.base64Url(element.text(), element.path());
            if (!digests.add(element.text())) {
                throw new InvalidEvidenceException(element.path() + ": twice");
            }
        }
        predicate.end();
        return digests;
    }
}
