package io.mlaas.blockchain.contract;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Positive;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Registrations that share a transaction.
 *
 * @param batchItems how many at most: 100 are about 12 million gas and 60 KB
 */
@Validated
@ConfigurationProperties("mlaas.blockchain")
record BatchProperties(
        @Positive @Max(200) @DefaultValue("100") int batchItems) {}
