package io.mlaas.api.blockchain;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How a model came about: what its record on the chain witnesses. */
public enum Origin {
    /** by a training job of the platform, from a declared dataset with a declared image */
    @JsonProperty("trained")
    TRAINED,
    /** elsewhere: nothing is witnessed but the bytes */
    @JsonProperty("imported")
    IMPORTED,
    /** from another model, by the platform's translation */
    @JsonProperty("translated")
    TRANSLATED,
    /** by a learner of the platform, from a stream that is no registered dataset */
    @JsonProperty("learned")
    LEARNED
}
