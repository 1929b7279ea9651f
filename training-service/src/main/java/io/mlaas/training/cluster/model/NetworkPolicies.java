package io.mlaas.training.cluster.model;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyEgressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyEgressRuleBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRuleBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeerBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A training's pods reach DNS, the platform and its object storage; its workers reach one another; nobody reaches them. */
final class NetworkPolicies {
    private NetworkPolicies() {}

    static NetworkPolicy of(TrainingJob job, ObjectMeta metadata, ClusterSettings settings) {
        LabelSelector own = new LabelSelectorBuilder()
                .addToMatchLabels(Names.JOB_LABEL, job.name())
                .build();
        List<NetworkPolicyEgressRule> egress = new ArrayList<>();
        List<NetworkPolicyIngressRule> ingress = new ArrayList<>();
        egress.add(dns());
        settings.egress().forEach(peer -> egress.add(rule(peer)));
        if (job.getSpec().workers() > 1) {
            NetworkPolicyPeer workers =
                    new NetworkPolicyPeerBuilder().withPodSelector(own).build();
            egress.add(new NetworkPolicyEgressRuleBuilder().withTo(workers).build());
            ingress.add(new NetworkPolicyIngressRuleBuilder().withFrom(workers).build());
        }
        return new NetworkPolicyBuilder()
                .withMetadata(metadata)
                .withNewSpec()
                .withPodSelector(own)
                .withPolicyTypes("Ingress", "Egress")
                .withIngress(ingress)
                .withEgress(egress)
                .endSpec()
                .build();
    }

    private static NetworkPolicyEgressRule dns() {
        return new NetworkPolicyEgressRuleBuilder()
                .addNewTo()
                .withNewNamespaceSelector()
                .withMatchLabels(Map.of("kubernetes.io/metadata.name", "kube-system"))
                .endNamespaceSelector()
                .withNewPodSelector()
                .withMatchLabels(Map.of("k8s-app", "kube-dns"))
                .endPodSelector()
                .endTo()
                .addToPorts(port(53, "UDP"), port(53, "TCP"))
                .build();
    }

    private static NetworkPolicyEgressRule rule(ClusterSettings.Egress peer) {
        NetworkPolicyPeerBuilder to = new NetworkPolicyPeerBuilder();
        if (peer.cidr() == null) {
            to.withNamespaceSelector(peer.namespace()).withPodSelector(peer.pods());
        } else {
            to.withNewIpBlock().withCidr(peer.cidr()).endIpBlock();
        }
        return new NetworkPolicyEgressRuleBuilder()
                .withTo(to.build())
                .withPorts(peer.ports().stream().map(port -> port(port, "TCP")).toList())
                .build();
    }

    private static NetworkPolicyPort port(int port, String protocol) {
        return new NetworkPolicyPort(null, new IntOrString(port), protocol);
    }
}
