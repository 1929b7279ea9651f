package io.mlaas.ppfl;

import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.filter.UrlHandlerFilter;

/** The reports end their paths with a slash. Each path is the same with and without it. */
@Configuration(proxyBeanMethods = false)
class PathConfiguration {
    /** Ahead of the rules about who may use which path. */
    private static final int BEFORE_SECURITY = -200;

    @Bean
    FilterRegistrationBean<UrlHandlerFilter> trailingSlashes() {
        var filter = new FilterRegistrationBean<>(
                UrlHandlerFilter.trailingSlashHandler("/fp/**", "/tff/**", "/nv/**", "/nvoverser/**", "/federations/**")
                        .wrapRequest()
                        .build());
        filter.setOrder(BEFORE_SECURITY);
        return filter;
    }
}
