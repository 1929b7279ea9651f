package io.mlaas.sharing.provenance;

import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The facts of a statement, each by a flat name under which it can be disclosed alone: members joined by dots. Images and
 * datasets are called by what they are: {@code image}, {@code image.sha256}, {@code dataset}, {@code dataset.sha256},
 * further ones {@code dataset.2} and so on.
 */
final class Facts {
    private final Map<String, JsonNode> byName = new TreeMap<>();

    /** @param record of a training, as JSON */
    static Map<String, JsonNode> ofTraining(ObjectNode record) {
        Facts facts = new Facts();
        record.forEachEntry((name, value) -> {
            switch (name) {
                case "datasets" -> {
                    int number = 1;
                    for (JsonNode dataset : value) {
                        facts.named(number == 1 ? "dataset" : "dataset." + number, "id", dataset);
                        number++;
                    }
                }
                case "image" -> facts.named("image", "reference", value);
                default -> facts.add(name, value);
            }
        });
        return facts.byName;
    }

    /** @param members of an object, as JSON */
    static Map<String, JsonNode> of(ObjectNode members) {
        Facts facts = new Facts();
        members.forEachEntry(facts::add);
        return facts.byName;
    }

    /** Something that goes by the name of one of its members. */
    private void named(String name, String member, JsonNode thing) {
        ((ObjectNode) thing).forEachEntry((key, value) -> add(key.equals(member) ? name : name + "." + key, value));
    }

    private void add(String name, JsonNode value) {
        if (value instanceof ObjectNode members && !members.isEmpty()) {
            members.forEachEntry((member, below) -> add(name + "." + member, below));
        } else if (!value.isNull()) {
            byName.put(name, value);
        }
    }
}
