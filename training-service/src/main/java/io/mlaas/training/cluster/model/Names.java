package io.mlaas.training.cluster.model;

import java.util.Map;
import java.util.TreeMap;

/** Names and labels of what belongs to a training. They are made of its name alone: who comes again finds all of it. */
public final class Names {
    public static final String JOB_LABEL = "mlaas.io/training-job";
    public static final String STEP_LABEL = "mlaas.io/step";
    public static final String ATTEMPT_LABEL = "mlaas.io/attempt";
    /** Kubernetes numbers the pods of an indexed Job so. */
    public static final String WORKER_LABEL = "batch.kubernetes.io/job-completion-index";

    public static final String ORGANIZATION_LABEL = "mlaas.io/organization";
    public static final String MANAGED_BY_LABEL = "app.kubernetes.io/managed-by";
    public static final String OPERATOR = "mlaas-training-operator";
    public static final String KUEUE_LABEL = "kueue.x-k8s.io/queue-name";
    public static final String FINALIZER = "mlaas.io/training";
    public static final String EXPIRES = "mlaas.io/expires-at";
    /** The dataset's metadata, which the program finds beside the dataset, in a file of this name. */
    public static final String DATASET_METADATA = "mlaas.io/dataset-metadata";

    public static final String DATASET_FILE = "dataset.json";
    public static final String TOKEN_KEY = "token";

    public static final String FETCH = "fetch";
    public static final String TRAIN = "train";
    public static final String REGISTER = "register";

    private Names() {}

    public static String step(String job, TrainingJobStatus.Step step, int number) {
        return job + "-" + word(step) + "-" + number;
    }

    /** As labels and containers have it. */
    public static String word(TrainingJobStatus.Step step) {
        return switch (step) {
            case TRAINING -> TRAIN;
            case REGISTERING -> REGISTER;
        };
    }

    public static String credential(String job) {
        return job + "-credential";
    }

    public static String volume(String job) {
        return job;
    }

    public static Map<String, String> labels(TrainingJob job) {
        return new TreeMap<>(Map.of(
                JOB_LABEL,
                job.name(),
                ORGANIZATION_LABEL,
                job.getSpec().organizationId(),
                MANAGED_BY_LABEL,
                OPERATOR,
                "app.kubernetes.io/part-of",
                "mlaas"));
    }

    public static Map<String, String> labels(TrainingJob job, TrainingJobStatus.Step step, int number) {
        Map<String, String> labels = labels(job);
        labels.put(STEP_LABEL, word(step));
        labels.put(ATTEMPT_LABEL, Integer.toString(number));
        return labels;
    }
}
