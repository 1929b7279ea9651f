package io.mlaas.kit.seal;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

@AutoConfiguration(
        afterName = {
            "org.springframework.boot.jdbc.autoconfigure.JdbcClientAutoConfiguration",
            "org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration",
            "org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration"
        })
@ConditionalOnBean({MasterKeys.class, SealedColumn.class})
@EnableConfigurationProperties(SealAutoConfiguration.SealProperties.class)
class SealAutoConfiguration {

    /** @param interval how often the key file is read again and old rows are looked for */
    @ConfigurationProperties("mlaas.seal")
    record SealProperties(@DefaultValue("10s") Duration interval) {}

    @Bean
    Resealing resealing(
            MasterKeys keys,
            List<SealedColumn> columns,
            JdbcClient jdbc,
            PlatformTransactionManager transactions,
            SealProperties properties,
            MeterRegistry meters) {
        return new Resealing(keys, columns, jdbc, new TransactionTemplate(transactions), properties.interval(), meters);
    }

    @Bean
    MasterKeyController masterKeyController(Resealing resealing) {
        return new MasterKeyController(resealing);
    }
}
