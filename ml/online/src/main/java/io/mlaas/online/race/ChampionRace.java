package io.mlaas.online.race;

import io.mlaas.online.Algorithm;
import io.mlaas.online.Algorithms;
import io.mlaas.online.ConfigurationFields;
import io.mlaas.online.ConfigurationRefused;
import io.mlaas.online.Learner;
import io.mlaas.online.Schema;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code champion_race}: {@code {"contenders": [{"algorithm": "linear", "configuration": {…}}, …], "fading": 0.999}}. All
 * contenders learn every batch, after each has predicted it; the champion is the one with the least faded mean error: share
 * of wrong classes, or squared error. An error counts {@code fading} of the one that follows it.
 */
public final class ChampionRace implements Algorithm {

    @Override
    public String name() {
        return "champion_race";
    }

    @Override
    public Learner create(Schema schema, JsonNode configuration, String path) {
        ConfigurationFields fields = new ConfigurationFields(configuration, path);
        double fading = fields.between("fading", 0.999, 0.5, 1);
        List<Learner> contenders = new ArrayList<>();
        List<JsonNode> described = fields.list("contenders");
        ArrayNode complete = fields.complete().putArray("contenders");
        try {
            for (int i = 0; i < described.size(); i++) {
                String place = fields.path("contenders") + "[" + i + "]";
                Learner contender = contender(schema, described.get(i), place);
                contenders.add(contender);
                complete.addObject()
                        .put("algorithm", contender.algorithm())
                        .set("configuration", contender.configuration());
            }
            fields.done();
            if (contenders.isEmpty()) {
                throw fields.refused("contenders", "[]", "one or more");
            }
        } catch (ConfigurationRefused refused) {
            contenders.forEach(Learner::close);
            throw refused;
        }
        return new RaceLearner(name(), schema, fields.complete(), contenders, fading);
    }

    private static Learner contender(Schema schema, JsonNode node, String path) {
        ConfigurationFields fields = new ConfigurationFields(node, path);
        Algorithm algorithm = Algorithms.named(fields.text("algorithm"), fields.path("algorithm"));
        JsonNode given = fields.raw("configuration");
        ObjectNode nothing = fields.complete().objectNode();
        fields.done();
        return algorithm.create(schema, given == null ? nothing : given, fields.path("configuration"));
    }
}
