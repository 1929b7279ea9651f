package io.mlaas.sharing.registry;

import io.mlaas.api.sharing.TrainingResources;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * The {@code metadata} of a model.
 *
 * @param developerId null for the caller
 * @param organizationId null for the caller's own
 * @param datasetId null for a model that is imported
 * @param name null for an asset without name and version
 * @param params initial conditions as the image gets them: scalars as text, anything else as JSON
 * @param all everything that was given
 */
record ModelMetadata(
        @Nullable UUID developerId,
        @Nullable UUID organizationId,
        @Nullable String name,
        @Nullable UUID datasetId,
        Map<String, String> params,
        Map<String, Object> all) {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Pattern PARAM_NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]{0,99}");
    private static final int MOST_PARAMS = 200;

    /** @param references what a dataset's reference means, as an id; anything else is given back as it is */
    static ModelMetadata parse(String text, UnaryOperator<String> references) {
        Fields fields = new Fields("", LenientJson.object("metadata", text));
        Fields model = fields.object("model_params", "model params");
        Fields data = fields.object("data_params", "data params");
        model.dimension("sample_dimension", "samples_dimension");
        resources(fields.values());
        return new ModelMetadata(
                model.id("developer_id"),
                model.id("organization_id"),
                model.name("name"),
                data.id("dataset_id", references),
                params(model),
                fields.values());
    }

    UUID requiredDatasetId() {
        if (datasetId == null) {
            throw RegistryProblem.INVALID_METADATA.because("data_params.dataset_id: missing (expected: a UUID)");
        }
        return datasetId;
    }

    /** What the training of a model with this metadata asks for; null if nothing. */
    static @Nullable TrainingResources resources(Map<String, Object> metadata) {
        Fields model = new Fields("", metadata).object("model_params", "model params");
        Object given = model.values().get("resources");
        return given == null ? null : RequestedResources.parse("model_params.resources", given);
    }

    private static Map<String, String> params(Fields model) {
        Object given = model.values().get("params");
        if (given == null || given.equals("")) {
            return Map.of();
        }
        Map<?, ?> members;
        if (given instanceof Map<?, ?> object) {
            members = object;
        } else if (given instanceof String text) {
            members = LenientJson.object("model_params.params", text);
        } else {
            throw model.invalid("params", given, "an object, or a string that holds one in JSON");
        }
        if (members.size() > MOST_PARAMS) {
            throw model.invalid("params", members.size() + " entries", "at most " + MOST_PARAMS);
        }
        Map<String, String> params = new LinkedHashMap<>();
        members.forEach((key, value) -> {
            String name = String.valueOf(key);
            if (!PARAM_NAME.matcher(name).matches()) {
                throw model.invalid("params", name, "names of letters, digits, '_', '.' and '-', at most 100 long");
            }
            params.put(name, value instanceof String word ? word : JSON.writeValueAsString(value));
        });
        return params;
    }
}
