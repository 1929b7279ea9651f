package io.mlaas.online;

import tools.jackson.databind.JsonNode;

/**
 * Makes learners of one kind. Found by {@link Algorithms} through {@link java.util.ServiceLoader}: a module names its
 * algorithms in {@code META-INF/services/io.mlaas.online.Algorithm}.
 */
public interface Algorithm {

    /** Name in JSON documents, such as {@code hoeffding_tree}. */
    String name();

    /**
     * A learner that has learned nothing.
     *
     * @param configuration an object; absent fields take their defaults
     * @param path JSON path of the configuration in the caller's document, for messages
     * @throws ConfigurationRefused if a field is unknown, has the wrong type or range, or does not fit the schema
     */
    Learner create(Schema schema, JsonNode configuration, String path);

    default Learner create(Schema schema, JsonNode configuration) {
        return create(schema, configuration, "$");
    }
}
