package io.mlaas.kit.audit;

import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** The audit log of a service that has a database. One without changes nothing itself: those it asks write entries. */
@AutoConfiguration(
        afterName = {
            "org.springframework.boot.jdbc.autoconfigure.JdbcClientAutoConfiguration",
            "org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration",
            "org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration"
        })
@ConditionalOnClass(JdbcClient.class)
@ConditionalOnBean(JdbcClient.class)
@EnableConfigurationProperties(AuditProperties.class)
class AuditLogAutoConfiguration {
    /** Inside of Spring Security's filters: the caller is known there. */
    private static final int AFTER_SECURITY = -50;

    @Bean
    AuditLog auditLog(
            JdbcClient jdbc,
            PlatformTransactionManager transactions,
            @Value("${spring.application.name}") String service) {
        return new AuditLog(jdbc, new TransactionTemplate(transactions), service);
    }

    @Bean
    CallAudit callAudit(AuditLog auditLog, MeterRegistry meters) {
        return new CallAudit(auditLog, meters);
    }

    @Bean
    AuditFilter auditFilter(AuditLog auditLog, AuditProperties properties, MeterRegistry meters) {
        return new AuditFilter(auditLog, new SourceAddress(properties.gateways()), meters);
    }

    @Bean
    FilterRegistrationBean<AuditFilter> auditFilterRegistration(AuditFilter auditFilter) {
        var registration = new FilterRegistrationBean<>(auditFilter);
        registration.setOrder(AFTER_SECURITY);
        return registration;
    }

    @Bean
    WebMvcConfigurer auditBeforeHandlers(AuditFilter auditFilter) {
        return new WebMvcConfigurer() {
            @Override
            public void addInterceptors(InterceptorRegistry registry) {
                registry.addInterceptor(auditFilter).order(Ordered.HIGHEST_PRECEDENCE + 1);
            }
        };
    }

    @Bean
    AuditRetention auditRetention(AuditLog auditLog, AuditProperties properties) {
        return new AuditRetention(auditLog, properties.retention());
    }
}
