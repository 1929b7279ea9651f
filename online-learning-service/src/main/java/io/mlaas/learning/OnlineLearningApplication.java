package io.mlaas.learning;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** Starts online-learning-service. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class OnlineLearningApplication {
    static void main(String[] args) {
        SpringApplication.run(OnlineLearningApplication.class, args);
    }
}
