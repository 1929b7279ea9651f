package io.mlaas.gateway.edge;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.catalina.connector.Connector;
import org.apache.tomcat.util.net.SSLHostConfig;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class Connections {
    private static final List<String> TLS = List.of("TLSv1.3", "TLSv1.2");

    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> connectionRules(EdgeProperties properties) {
        return server -> {
            server.setProtocol(HeadDeadlineProtocol.class.getName());
            server.addConnectorCustomizers(connector -> {
                if (connector.getProtocolHandler() instanceof HeadDeadlineProtocol protocol) {
                    protocol.setHeadTimeout(properties.headTimeout());
                }
                noOldTls(connector);
            });
        };
    }

    /** Whatever a bundle allows. */
    private static void noOldTls(Connector connector) {
        for (SSLHostConfig host : connector.findSslHostConfigs()) {
            Set<String> protocols = new LinkedHashSet<>(host.getProtocols());
            protocols.retainAll(TLS);
            if (protocols.isEmpty()) {
                throw new IllegalArgumentException(
                        "server.ssl: protocols " + host.getProtocols() + " (expected: some of " + TLS + ")");
            }
            host.setProtocols(String.join("+", protocols));
        }
    }
}
