package io.mlaas.training.cluster;

/** The cluster does not know the kind of object that a runtime needs. */
final class NotInstalledException extends RuntimeException {
    private static final long serialVersionUID = 1;

    NotInstalledException(String runtime, String kind) {
        super("spec.runtime: " + runtime + " is not installed here: the cluster knows no " + kind
                + " (expected: job, or whoever runs the cluster installs it)");
    }
}
