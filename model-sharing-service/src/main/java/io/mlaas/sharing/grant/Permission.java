package io.mlaas.sharing.grant;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What a grant may allow. Every grant, whatever it allows, lets its company see that the asset is there. */
public enum Permission {
    /** download the bytes */
    @JsonProperty("read")
    READ,
    /** have the platform work with it: translate a model, for one */
    @JsonProperty("use")
    USE,
    /** register models that are trained on it */
    @JsonProperty("train")
    TRAIN
}
