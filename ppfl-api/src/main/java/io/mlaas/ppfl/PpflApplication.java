package io.mlaas.ppfl;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

@SpringBootApplication
@ConfigurationPropertiesScan
public class PpflApplication {

    public static void main(String[] args) {
        SpringApplication.run(PpflApplication.class, args);
    }
}
