package io.mlaas.kit.security;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Role;
import org.springframework.security.config.annotation.method.configuration.EnableMethodSecurity;

/**
 * Keeps the rules of methods, whoever calls them. Spring Security's own interceptor would evaluate each expression anew,
 * and make a text about each call.
 */
@Configuration(proxyBeanMethods = false)
@EnableMethodSecurity(prePostEnabled = false)
class MethodRules {

    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static Rules rules() {
        return new Rules();
    }

    /** Of another role it would be left out when beans are wrapped. */
    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static RulesOfMethods rulesOfMethods(Rules rules) {
        return new RulesOfMethods(rules);
    }
}
