package io.mlaas.monitoring;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** Starts monitoring-service. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class MonitoringApplication {
    static void main(String[] args) {
        SpringApplication.run(MonitoringApplication.class, args);
    }
}
