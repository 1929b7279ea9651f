package io.mlaas.learning.inference;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * Which outputs a request over REST asks for, and in what form.
 *
 * @param byName whether each is to be binary; empty for all
 * @param binary whether those are that say nothing of it
 */
record WantedOutputs(Map<String, Boolean> byName, boolean binary) {

    static WantedOutputs parse(JsonNode request) {
        boolean binary = flag(request.path("parameters").path("binary_data_output"), "binary_data_output", false);
        Map<String, Boolean> byName = new LinkedHashMap<>();
        for (JsonNode output : request.path("outputs")) {
            String name = output.path("name").asString("");
            if (name.isEmpty()) {
                throw new InferenceException("outputs: a tensor without name");
            }
            byName.put(name, flag(output.path("parameters").path("binary_data"), name + ": binary_data", binary));
        }
        return new WantedOutputs(byName, binary);
    }

    private static boolean flag(JsonNode json, String name, boolean otherwise) {
        if (json.isMissingNode()) {
            return otherwise;
        }
        if (!json.isBoolean()) {
            throw new InferenceException(name + ": " + json + " (expected: true or false)");
        }
        return json.booleanValue();
    }

    Set<String> names() {
        return byName.keySet();
    }

    boolean isBinary(String output) {
        return byName.getOrDefault(output, binary);
    }
}
