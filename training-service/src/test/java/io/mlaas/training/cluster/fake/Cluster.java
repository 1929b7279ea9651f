package io.mlaas.training.cluster.fake;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.util.function.Consumer;

/** A cluster to test with: the fake one, or a real one where {@code -Dmlaas.test.kubeconfig} names its kubeconfig. */
public interface Cluster extends AutoCloseable {
    /** What the test image runs: a shell program. */
    String PROGRAM = "MLAAS_TEST_PROGRAM";

    static Cluster start() {
        String kubeconfig = System.getProperty("mlaas.test.kubeconfig", "");
        return kubeconfig.isBlank() ? new FakeCluster() : new RealCluster(kubeconfig);
    }

    /** @param more what else the client shall do */
    KubernetesClient client(Consumer<KubernetesClientBuilder> more);

    default KubernetesClient client() {
        return client(builder -> {});
    }

    String namespace();

    /** By digest; it runs {@code sh -c "$MLAAS_TEST_PROGRAM"}. */
    String image();

    /** An image with {@code sh}. */
    String shellImage();

    /** Takes a pod's place away, as a drained node does. */
    void evict(String pod);

    /** @return whether a real API server validates, authorizes and locks */
    boolean real();

    /** @return whether nodes can be lost here */
    boolean canLoseNodes();

    /** The node on which a pod runs falls silent, and the cluster gives up on it. */
    void loseNodeOf(String pod);

    @Override
    void close();
}
