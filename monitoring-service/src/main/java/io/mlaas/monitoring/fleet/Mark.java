package io.mlaas.monitoring.fleet;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What was found at a device or level, the worst last. */
enum Mark {
    /** Too few rows here or in the reference. */
    @JsonProperty("not_judged")
    NOT_JUDGED,
    @JsonProperty("as_before")
    AS_BEFORE,
    @JsonProperty("drifted")
    DRIFTED,
    @JsonProperty("check_sensors")
    CHECK_SENSORS;

    Mark orWorse(Mark other) {
        return compareTo(other) >= 0 ? this : other;
    }
}
