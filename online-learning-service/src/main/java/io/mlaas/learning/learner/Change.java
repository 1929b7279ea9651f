package io.mlaas.learning.learner;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What a learner is to be from an entry of its log on. */
record Change(LearnerDocument document, LearnerState state) {

    String text() {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("state", state.name());
        json.set("document", document.toJson());
        return json.toString();
    }

    static Change parse(String text) {
        JsonNode json = JsonMapper.shared().readTree(text);
        return new Change(
                LearnerDocument.stored(json.path("document")),
                LearnerState.valueOf(json.path("state").asString()));
    }
}
