package io.mlaas.monitoring.monitor;

import io.mlaas.api.sharing.NewTraining;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What is trained again, and with what. */
public sealed interface Retrain {

    /** In a word: {@code learner:…}, {@code like:<model>} or {@code model}. */
    String target();

    /** A learner learns a dataset of the registry. */
    record LearnDataset(String learner, DatasetColumns columns) implements Retrain {
        @Override
        public String target() {
            return ofLearner(learner);
        }
    }

    /**
     * A learner learns the rows of the latest windows whose labels came.
     *
     * @param windows the one that gave cause, and those before it
     * @param minRows it is waited for so many labels
     */
    record LearnWindows(String learner, int windows, int minRows) implements Retrain {
        @Override
        public String target() {
            return ofLearner(learner);
        }
    }

    /**
     * A model is registered and trained.
     *
     * @param like a trained one: what is not said here is as of that one
     */
    record Train(
            @Nullable UUID like,
            @Nullable String name,
            @Nullable UUID dataset,
            @Nullable String image,
            ObjectNode params)
            implements Retrain {
        @Override
        public String target() {
            return like == null ? "model" : "like:" + like;
        }

        /** @param id that the model is to have */
        public NewTraining order(UUID id) {
            Map<String, Object> given = new LinkedHashMap<>();
            params.properties().forEach(param -> given.put(param.getKey(), param.getValue()));
            return new NewTraining(id, like, name, dataset, image, given);
        }
    }

    private static String ofLearner(String name) {
        return "learner:" + name;
    }

    static Retrain read(Fields fields, MonitorDocument monitor) {
        if (fields.has("learner") == fields.has("training")) {
            fields.wrong("learner", "one of learner and training, and not both");
        }
        return fields.has("training")
                ? fields.object("training", Retrain::training)
                : fields.has("learner")
                        ? fields.object("learner", of -> learning(of, monitor))
                        : new LearnWindows("", 1, 1);
    }

    /** As it was stored with a request. */
    static Retrain stored(JsonNode json, MonitorDocument monitor) {
        Violations violations = new Violations();
        Retrain retrain = read(new Fields(json, "$", violations), monitor);
        violations.refuse();
        return retrain;
    }

    private static Retrain learning(Fields fields, MonitorDocument monitor) {
        String name = learner(monitor, fields);
        if (fields.has("dataset_id") == fields.has("windows")) {
            fields.wrong("windows", "one of windows and dataset_id, and not both");
        }
        if (!fields.has("dataset_id")) {
            return new LearnWindows(name, (int) fields.integer("windows", 1, 1, 1000), (int)
                    fields.integer("min_rows", 30, 1, 1_000_000));
        }
        UUID dataset = fields.uuid("dataset_id");
        DatasetColumns columns = DatasetColumns.read(fields, monitor.layout());
        if (columns.targets().isEmpty()) {
            fields.wrong("targets", "the names of the columns with what is to be predicted");
        }
        return new LearnDataset(name, dataset == null ? columns : columns.of(dataset));
    }

    /** The one that is named, or that is watched. */
    private static String learner(MonitorDocument monitor, Fields fields) {
        String prefix = "learner:";
        if (fields.has("name") || !monitor.subject().startsWith(prefix)) {
            return fields.required("name", "the name of a learner", Fields::isName);
        }
        String watched = monitor.subject().substring(prefix.length());
        fields.complete().put("name", watched);
        return watched;
    }

    private static Retrain training(Fields fields) {
        UUID like = fields.uuid("like_model_id");
        UUID dataset = fields.uuid("dataset_id");
        if (!fields.has("like_model_id") && !fields.has("dataset_id")) {
            fields.wrong("dataset_id", "the id of a dataset, or like_model_id");
        }
        JsonNode given = fields.raw("params");
        if (given != null && !given.isObject()) {
            fields.wrong("params", "an object");
        }
        ObjectNode params = given instanceof ObjectNode object ? object : JsonNodeFactory.instance.objectNode();
        fields.complete().set("params", params);
        return new Train(like, fields.text("name"), dataset, fields.text("train_image"), params);
    }
}
