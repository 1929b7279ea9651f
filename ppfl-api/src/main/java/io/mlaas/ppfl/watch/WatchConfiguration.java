package io.mlaas.ppfl.watch;

import io.mlaas.api.federation.WatchedPages;
import io.mlaas.kit.security.OpenPaths;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class WatchConfiguration {

    /** Whoever comes without a token is looked at here: a link may let them watch. */
    @Bean
    OpenPaths watched() {
        return OpenPaths.forReading(WatchedPages.PATTERNS);
    }
}
