package io.mlaas.training.cluster.run;

import io.mlaas.api.sharing.TrainingResources;
import io.mlaas.training.cluster.fake.FakeArgo;
import org.junit.jupiter.api.BeforeAll;

/** The same with a Workflow of Argo for each training, which a fake of its controller carries out. */
class ArgoRunnerTest extends KubernetesRunnerTest {

    @BeforeAll
    static void installArgo() {
        FakeArgo.install(cluster);
    }

    @Override
    protected TrainingResources resources() {
        return new TrainingResources(null, null, null, null, null, null, null, null, "argo", null, null, null);
    }
}
