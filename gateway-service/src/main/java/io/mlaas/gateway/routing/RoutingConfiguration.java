package io.mlaas.gateway.routing;

import static org.springframework.cloud.gateway.server.mvc.filter.BeforeFilterFunctions.uri;
import static org.springframework.cloud.gateway.server.mvc.handler.GatewayRouterFunctions.route;
import static org.springframework.cloud.gateway.server.mvc.handler.HandlerFunctions.http;

import io.mlaas.api.federation.WatchedPages;
import io.mlaas.api.sharing.PublishedPages;
import io.mlaas.gateway.limit.BodyLimits;
import io.mlaas.kit.problem.PlatformProblem;
import io.mlaas.kit.security.OpenPaths;
import java.net.http.HttpClient;
import java.util.concurrent.Executors;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.cloud.gateway.server.mvc.handler.ProxyExchange;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.function.RequestPredicate;
import org.springframework.web.servlet.function.RequestPredicates;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerResponse;

@Configuration(proxyBeanMethods = false)
class RoutingConfiguration {

    @Bean(destroyMethod = "shutdownNow")
    HttpClient upstreamHttp(RoutingProperties properties) {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(properties.connectTimeout())
                .executor(Executors.newVirtualThreadPerTaskExecutor())
                .build();
    }

    @Bean
    ProxyExchange streamingExchange(HttpClient upstreamHttp, RoutingProperties properties, BodyLimits limits) {
        return new StreamingExchange(upstreamHttp, properties.responseTimeout(), limits);
    }

    @Bean
    RouterFunction<ServerResponse> routes(Upstreams upstreams) {
        return upstreams.routed().stream()
                .map(RoutingConfiguration::routeTo)
                .reduce(onlyJobsRegisterResults(), RouterFunction::and);
    }

    /** Whether its owner published it is for the registry to say. */
    @Bean
    OpenPaths published() {
        return OpenPaths.forReading(PublishedPages.PATTERNS);
    }

    /** Whether somebody has a link to watch by is for ppfl-api to say. */
    @Bean
    OpenPaths watched() {
        return OpenPaths.forReading(WatchedPages.PATTERNS);
    }

    private static RouterFunction<ServerResponse> routeTo(Upstream upstream) {
        RequestPredicate mine = upstream.paths().stream()
                .map(RequestPredicates::path)
                .reduce(RequestPredicate::or)
                .orElseThrow();
        return route(upstream.name())
                .route(mine, http())
                .before(uri(upstream.baseUrl()))
                .build();
    }

    /** Training jobs run inside: they register their results at the registry itself, so nobody may from out here. */
    private static RouterFunction<ServerResponse> onlyJobsRegisterResults() {
        return RouterFunctions.route(
                RequestPredicates.PUT("/model/{id}").or(RequestPredicates.PUT("/model/{id}/")), request -> {
                    throw PlatformProblem.FORBIDDEN.because("Only a training job may register a model's result.");
                });
    }

    /** A form's fields belong to the service that is asked: reading them here as parameters would consume the body. */
    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> bodiesStayUnread() {
        return server -> server.addConnectorCustomizers(connector -> connector.setParseBodyMethods(""));
    }
}
