package io.mlaas.training.cluster.model;

import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.Objects;

/** A training as a resource of Kubernetes. Its schema is {@code deploy/helm/mlaas/crds/trainingjobs.mlaas.io.yaml}. */
@Group(TrainingJob.GROUP)
@Version("v1")
@ShortNames("tj")
public class TrainingJob extends CustomResource<TrainingJobSpec, TrainingJobStatus> implements Namespaced {
    public static final String GROUP = "mlaas.io";
    public static final String KIND = "TrainingJob";

    private static final long serialVersionUID = 1L;

    public static TrainingJob of(String namespace, String name, TrainingJobSpec spec) {
        TrainingJob job = new TrainingJob();
        job.setMetadata(
                new ObjectMetaBuilder().withNamespace(namespace).withName(name).build());
        job.setSpec(spec);
        return job;
    }

    public String name() {
        return Objects.requireNonNull(getMetadata().getName());
    }

    /** How it stands; of a new one, that nothing is known yet. */
    public TrainingJobStatus status() {
        TrainingJobStatus status = getStatus();
        return status == null ? TrainingJobStatus.NEW : status;
    }

    public boolean deleted() {
        return getMetadata().getDeletionTimestamp() != null;
    }
}
