package io.mlaas.training.cluster.model;

import com.fasterxml.jackson.annotation.JsonValue;

/** Why a training failed, or why an attempt did; docs/kubernetes.md lists them. */
public enum Reason {
    /** The program ended with an exit code other than 0. */
    PROGRAM_FAILED("ProgramFailed", false),
    /** It was active longer than its deadline. */
    DEADLINE_EXCEEDED("DeadlineExceeded", false),
    /** The image cannot be had. */
    IMAGE_PULL_FAILED("ImagePullFailed", false),
    /** The program wanted more memory than its limit. */
    OUT_OF_MEMORY("OutOfMemory", false),
    /** The cluster took the pod's place away. */
    EVICTED("Evicted", true),
    /** The node, or all trace of the pod, is gone. */
    NODE_LOST("NodeLost", true),
    /** No node has room for it, and none came. */
    UNSCHEDULABLE("Unschedulable", false),
    /** The registry gives the inputs not out, or not those that were registered. */
    INPUT_REFUSED("InputRefused", false),
    /** There is no result that the registry takes. */
    RESULT_REFUSED("ResultRefused", false),
    /** The registry or its storage cannot be reached. */
    PLATFORM_UNAVAILABLE("PlatformUnavailable", true),
    /** The spec cannot be carried out here at all. */
    INVALID_SPEC("InvalidSpec", false);

    private final String json;
    private final boolean triedAgain;

    Reason(String json, boolean triedAgain) {
        this.json = json;
        this.triedAgain = triedAgain;
    }

    @JsonValue
    public String json() {
        return json;
    }

    /** Whether it is the platform's failure, after which another attempt makes sense. */
    public boolean triedAgain() {
        return triedAgain;
    }
}
