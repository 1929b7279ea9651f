package io.mlaas.ppfl.ledger;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The privacy ledger.
 *
 * @param defaultEpsilon limit of data owners that have none of their own; {@code Infinity}: what they spend is only counted
 * @param defaultDelta at which their ε is composed
 * @param retryFirst pause before the first look for a proof and after the first failure; it doubles up to {@code retryMost}
 * @param lease after which a record whose worker vanished is taken again
 */
@ConfigurationProperties("mlaas.ppfl.ledger")
record LedgerProperties(
        @DefaultValue("Infinity") double defaultEpsilon,
        @DefaultValue("1e-5") double defaultDelta,
        @DefaultValue("1s") Duration retryFirst,
        @DefaultValue("1m") Duration retryMost,
        @DefaultValue("1m") Duration lease) {
    LedgerProperties {
        if (!PrivacyLimit.isEpsilon(defaultEpsilon)) {
            throw new IllegalArgumentException(
                    "mlaas.ppfl.ledger.default-epsilon: " + defaultEpsilon + " (expected: 0 or more)");
        }
        if (!PrivacyLimit.isDelta(defaultDelta)) {
            throw new IllegalArgumentException(
                    "mlaas.ppfl.ledger.default-delta: " + defaultDelta + " (expected: between 0 and 1)");
        }
    }

    PrivacyLimit defaultLimit() {
        return new PrivacyLimit(defaultEpsilon, defaultDelta);
    }
}
