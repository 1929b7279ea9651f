package io.mlaas.gateway.routing;

import io.mlaas.kit.client.ServicesProperties;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Which service answers which paths. What is not listed here, internal interfaces above all, is not reachable. */
@Component
public final class Upstreams {
    private final List<Upstream> all;

    Upstreams(ServicesProperties services) {
        // the first that fits answers: a path goes before one that holds it
        all = List.of(
                new Upstream(
                        "training-service",
                        "trains registered models, step by step, on declared inputs",
                        services.training(),
                        List.of("/train/**", "/model/*/reproduce", "/model/*/reproduce/*")),
                new Upstream(
                        "model-sharing-service",
                        "the registry of datasets and models",
                        services.modelSharing(),
                        List.of(
                                "/dataset/**",
                                "/model/**",
                                "/metadata/**",
                                "/uploads/**",
                                "/grants/**",
                                "/webhooks/**",
                                "/scrub/**")),
                new Upstream(
                        "translation-service",
                        "trained models as ONNX, with a certificate",
                        services.translation(),
                        List.of("/translate/**")),
                new Upstream(
                        "online-learning-service",
                        "models that keep learning, and answer while they do",
                        services.onlineLearning(),
                        List.of("/learners/**", "/devices/**", "/v1/**", "/v2/**")),
                new Upstream(
                        "monitoring-service",
                        "watches what models answer: drift, quality, alerts",
                        services.monitoring(),
                        List.of("/monitors/**")),
                new Upstream(
                        "ppfl-api",
                        "federated learning that keeps data private",
                        services.ppfl(),
                        List.of(
                                "/federations/**",
                                "/fp/**",
                                "/tff/**",
                                "/nv/**",
                                "/nvoverser/**",
                                "/privacy-budgets/**")),
                new Upstream(
                        "blockchain-service",
                        "records every asset on chain; for the other services only",
                        services.blockchain(),
                        List.of()));
    }

    public List<Upstream> all() {
        return all;
    }

    public List<Upstream> routed() {
        return all.stream().filter(Upstream::isRouted).toList();
    }

    public Optional<Upstream> routed(String name) {
        return routed().stream()
                .filter(upstream -> upstream.name().equals(name))
                .findFirst();
    }
}
