package io.mlaas.ppfl.federation;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What is called weak.
 *
 * @param weakEpsilon a plan that costs more is taken only with {@code accept_weak_privacy}
 */
@ConfigurationProperties("mlaas.ppfl.privacy")
record PrivacyProperties(@DefaultValue("10") double weakEpsilon) {
    PrivacyProperties {
        if (!(weakEpsilon > 0)) {
            throw new IllegalArgumentException("mlaas.ppfl.privacy.weak-epsilon: " + weakEpsilon + " (expected: > 0)");
        }
    }
}
