package io.mlaas.provenance.intoto;

import io.mlaas.provenance.InvalidEvidenceException;
import io.mlaas.provenance.dsse.Envelope;
import io.mlaas.provenance.dsse.EvidenceKey;
import io.mlaas.provenance.dsse.Signer;
import io.mlaas.provenance.json.Members;
import io.mlaas.provenance.json.StrictJson;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Something said of artifacts (in-toto Statement v1).
 *
 * @param subject the artifacts, by their digests
 * @param predicateType a URI that says what the predicate's members mean
 */
public record Statement(List<ResourceDescriptor> subject, String predicateType, JsonNode predicate) {
    public static final String TYPE = "https://in-toto.io/Statement/v1";

    public Statement {
        subject = List.copyOf(subject);
        if (subject.isEmpty()) {
            throw new InvalidEvidenceException("statement.subject: none (expected: at least one artifact)");
        }
        for (int i = 0; i < subject.size(); i++) {
            if (subject.get(i).digest().isEmpty()) {
                throw new InvalidEvidenceException("statement.subject[" + i + "].digest: missing");
            }
        }
    }

    public static Statement parse(byte[] json) {
        Members members = StrictJson.object(json, "statement");
        members.require("_type", TYPE);
        List<ResourceDescriptor> subject = new ArrayList<>();
        for (Members.Element element : members.array("subject")) {
            subject.add(ResourceDescriptor.read(element.object()));
        }
        Statement statement = new Statement(
                subject,
                members.text("predicateType"),
                members.object("predicate").tree());
        members.end();
        return statement;
    }

    /** Reads a signed statement, once its signature is found to be this key's. */
    public static Statement verify(Envelope envelope, EvidenceKey key) {
        return parse(envelope.verify(key, Envelope.IN_TOTO));
    }

    /** The predicate, if it is of this type. */
    public Members predicate(String expectedType) {
        if (!predicateType.equals(expectedType)) {
            throw new InvalidEvidenceException("statement.predicateType: " + StrictJson.shown(predicateType)
                    + " (expected: " + expectedType + ")");
        }
        return Members.of(predicate, "statement.predicate");
    }

    public Envelope sign(Signer signer) {
        return Envelope.sign(Envelope.IN_TOTO, toJson(), signer);
    }

    public byte[] toJson() {
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        tree.put("_type", TYPE);
        var array = tree.putArray("subject");
        subject.forEach(descriptor -> array.add(descriptor.toTree()));
        tree.put("predicateType", predicateType);
        tree.set("predicate", predicate);
        return StrictJson.write(tree);
    }
}
