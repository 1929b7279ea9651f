package io.mlaas.gateway.limit;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * @param companyRate requests per second of one company, over time
 * @param companyBurst how many more may come at once
 * @param addressRate requests per second from one client address, with or without a token
 * @param addressBurst how many more may come at once
 * @param underWay requests with a token that are passed on at once, one company's at most half; the others wait
 * @param patience how long they do
 * @param maxFile of a request that may carry a file; 0 for no limit
 * @param maxBody of any other request
 * @param maxUri characters of path and query
 * @param leastRate bytes per second that a body must bring while the client is waited for
 * @param paceWindow of waiting, over which that is measured
 */
@ConfigurationProperties("mlaas.gateway.limits")
record LimitProperties(
        @DefaultValue("2000") double companyRate,
        @DefaultValue("4000") int companyBurst,
        @DefaultValue("2000") double addressRate,
        @DefaultValue("4000") int addressBurst,
        @DefaultValue("512") int underWay,
        @DefaultValue("20s") Duration patience,
        @DefaultValue("100GB") DataSize maxFile,
        @DefaultValue("1MB") DataSize maxBody,
        @DefaultValue("8192") int maxUri,
        @DefaultValue("1KB") DataSize leastRate,
        @DefaultValue("20s") Duration paceWindow) {
    LimitProperties {
        require("company-rate", companyRate, companyRate > 0);
        require("company-burst", companyBurst, companyBurst >= 1);
        require("address-rate", addressRate, addressRate > 0);
        require("address-burst", addressBurst, addressBurst >= 1);
        require("under-way", underWay, underWay >= 2);
        require("patience", patience, !patience.isNegative());
        require("max-file", maxFile, !maxFile.isNegative());
        require("max-body", maxBody, maxBody.toBytes() > 0);
        require("max-uri", maxUri, maxUri >= 100);
        require("least-rate", leastRate, !leastRate.isNegative());
        require("pace-window", paceWindow, paceWindow.isPositive());
    }

    private static void require(String name, Object value, boolean right) {
        if (!right) {
            throw new IllegalArgumentException("mlaas.gateway.limits." + name + ": " + value + " (expected: more)");
        }
    }
}
