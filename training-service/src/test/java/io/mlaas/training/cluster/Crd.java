package io.mlaas.training.cluster;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The committed definition of the resource. */
public final class Crd {
    private Crd() {}

    public static CustomResourceDefinition definition() {
        return Serialization.unmarshal(
                read("deploy/helm/mlaas/crds/trainingjobs.mlaas.io.yaml"), CustomResourceDefinition.class);
    }

    /** A file of the repository. */
    public static String read(String file) {
        try {
            return Files.readString(
                    Path.of(System.getProperty("mlaas.home", "..")).resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
