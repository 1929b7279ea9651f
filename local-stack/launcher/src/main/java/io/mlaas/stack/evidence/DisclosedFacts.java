package io.mlaas.stack.evidence;

import io.mlaas.provenance.InvalidEvidenceException;
import io.mlaas.provenance.disclosure.Commitments;
import io.mlaas.provenance.dsse.Envelope;
import io.mlaas.provenance.intoto.Statement;
import io.mlaas.provenance.json.Members;
import io.mlaas.provenance.json.StrictJson;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What {@code POST /model/{id}/disclosures} answers.
 *
 * @param envelope the signed commitments
 * @param disclosures some of the facts that are committed to
 */
record DisclosedFacts(Envelope envelope, List<String> disclosures) {

    static DisclosedFacts parse(byte[] json) {
        Members members = StrictJson.object(json, "disclosure");
        DisclosedFacts facts =
                new DisclosedFacts(Envelope.read(members.object("envelope")), members.texts("disclosures"));
        members.end();
        if (!Arrays.equals(json, facts.toJson())) {
            throw new InvalidEvidenceException(
                    "written in another way (expected: compact JSON; envelope, disclosures)");
        }
        return facts;
    }

    private byte[] toJson() {
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        tree.set("envelope", envelope.toTree());
        var array = tree.putArray("disclosures");
        disclosures.forEach(array::add);
        return StrictJson.write(tree);
    }

    /** The facts by their names; each is committed to by this statement. */
    Map<String, String> open(Statement committed) {
        Map<String, String> facts = new TreeMap<>();
        Commitments.open(committed, disclosures).forEach((name, value) -> facts.put(name, value.toString()));
        return facts;
    }
}
