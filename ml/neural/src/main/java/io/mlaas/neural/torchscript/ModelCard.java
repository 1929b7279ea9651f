package io.mlaas.neural.torchscript;

import io.mlaas.neural.network.Network;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a user of a trained model has to know, stored inside the archive as JSON. Holds nothing that differs between two
 * runs of the same training.
 *
 * @param task {@code classification} or {@code regression}
 * @param output what the numbers are: {@code probabilities}, {@code log_probabilities}, {@code logits} or {@code values}
 * @param classes labels in the order of the outputs; empty for regression
 * @param scale raw inputs are multiplied by this, then {@code offset} is added, before they enter the network
 * @param networkSha256 digest of the network description
 */
public record ModelCard(
        String name,
        String task,
        String output,
        List<String> classes,
        double scale,
        double offset,
        String networkSha256) {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** The JSON text, fields always in the same order. */
    public String toJson(Network network) {
        Map<String, Object> card = new LinkedHashMap<>();
        card.put("format", 1);
        card.put("name", name);
        card.put("task", task);
        String type = network.inputType().name().toLowerCase(Locale.ROOT);
        card.put("input", ordered("shape", network.input().sizes(), "type", type));
        card.put("output", ordered("shape", network.output().sizes(), "kind", output));
        card.put("classes", classes);
        card.put("preprocessing", ordered("scale", scale, "offset", offset));
        card.put("network_sha256", networkSha256);
        return JSON.writeValueAsString(card);
    }

    private static Map<String, Object> ordered(String a, Object first, String b, Object second) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put(a, first);
        map.put(b, second);
        return map;
    }
}
