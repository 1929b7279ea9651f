package io.mlaas.training.runner;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Why a run came to no good end, or an attempt at one; docs/kubernetes.md lists them. */
public enum FailureReason {
    /** The program ended with an exit code other than 0. */
    PROGRAM_FAILED(Whose.JOB),
    /** It was active longer than its deadline. */
    DEADLINE_EXCEEDED(Whose.JOB),
    /** The image cannot be had. */
    IMAGE_PULL_FAILED(Whose.JOB),
    /** The program wanted more memory than its limit. */
    OUT_OF_MEMORY(Whose.JOB),
    /** The cluster took the pod's place away. */
    EVICTED(Whose.PLATFORM),
    /** The node, or all trace of the pod, is gone. */
    NODE_LOST(Whose.PLATFORM),
    /** No node has room for it, and none came. */
    UNSCHEDULABLE(Whose.JOB),
    /** The registry gives the inputs not out, or not those that were registered. */
    INPUT_REFUSED(Whose.JOB),
    /** There is no result that the registry takes. */
    RESULT_REFUSED(Whose.JOB),
    /** The registry or its storage cannot be reached. */
    PLATFORM_UNAVAILABLE(Whose.PLATFORM),
    /** It cannot be carried out here at all. */
    INVALID_SPEC(Whose.JOB);

    private enum Whose {
        JOB,
        PLATFORM
    }

    private final Whose whose;

    FailureReason(Whose whose) {
        this.whose = whose;
    }

    /** Whether the platform failed the run, so that another one may succeed. */
    public boolean passes() {
        return whose == Whose.PLATFORM;
    }

    /** As Kubernetes writes reasons, e.g. {@code ImagePullFailed}. */
    @JsonValue
    public String word() {
        return Arrays.stream(name().split("_", -1))
                .map(part -> part.charAt(0) + part.substring(1).toLowerCase(Locale.ROOT))
                .collect(Collectors.joining());
    }

    public static Optional<FailureReason> of(String word) {
        return Arrays.stream(values())
                .filter(reason -> reason.word().equals(word))
                .findFirst();
    }
}
