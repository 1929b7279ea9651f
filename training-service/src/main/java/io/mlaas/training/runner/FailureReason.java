package io.mlaas.training.runner;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Why a run came to no good end. */
public enum FailureReason {
    PROGRAM_FAILED(Whose.JOB),
    DEADLINE_EXCEEDED(Whose.JOB),
    IMAGE_PULL_FAILED(Whose.JOB),
    OUT_OF_MEMORY(Whose.JOB),
    EVICTED(Whose.PLATFORM),
    NODE_LOST(Whose.PLATFORM),
    UNSCHEDULABLE(Whose.JOB),
    INPUT_REFUSED(Whose.JOB),
    RESULT_REFUSED(Whose.JOB),
    PLATFORM_UNAVAILABLE(Whose.PLATFORM),
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
