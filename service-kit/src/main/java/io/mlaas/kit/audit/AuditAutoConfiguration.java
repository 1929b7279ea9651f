package io.mlaas.kit.audit;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.context.annotation.Bean;

@AutoConfiguration(after = AuditLogAutoConfiguration.class)
@ConditionalOnBean(AuditTrail.class)
class AuditAutoConfiguration {

    @Bean
    AuditController auditController(AuditTrail trail) {
        return new AuditController(trail);
    }
}
