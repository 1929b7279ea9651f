package io.mlaas.training;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.scheduling.annotation.EnableScheduling;

/** Starts training-service. */
@SpringBootApplication
@ConfigurationPropertiesScan
@EnableScheduling
public class TrainingApplication {
    static void main(String[] args) {
        SpringApplication.run(TrainingApplication.class, args);
    }
}
