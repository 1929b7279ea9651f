package io.mlaas.onnx.trees;

import java.util.List;

/**
 * Trees of scikit-learn and what is made of their sums.
 *
 * @param classes labels of a classifier, otherwise empty
 * @param divisor of the sums
 * @param slope of a sigmoid
 * @param offset of an isolation forest's scores
 * @param targets labels of each target, where a classifier has several
 * @param weights of the members of a weighted median
 */
@SuppressWarnings("ArrayRecordComponent") // never compared as a whole
record SklearnForest(
        TreeEnsemble ensemble,
        Use use,
        List<Object> classes,
        double divisor,
        Link link,
        double slope,
        double offset,
        List<List<Object>> targets,
        double... weights) {
    /** What the sums stand for. */
    enum Use {
        /** Probabilities of the classes, to be divided. */
        PROBABILITIES,
        /** The same of several targets, side by side. */
        TARGETS,
        /** Numbers to be divided and passed through the link. */
        VALUES,
        /** Scores of the classes, or of the second of two. */
        SCORES,
        /** AdaBoost's votes for the classes. */
        VOTES,
        /** Each tree's own number; their weighted median is meant. */
        MEDIAN,
        /** Length of the path that isolates a row. */
        PATH
    }

    static SklearnForest probabilities(TreeEnsemble ensemble, List<Object> classes, double divisor) {
        return new SklearnForest(ensemble, Use.PROBABILITIES, classes, divisor, Link.IDENTITY, 1, 0, List.of());
    }

    static SklearnForest targets(TreeEnsemble ensemble, List<List<Object>> targets, double divisor) {
        return new SklearnForest(ensemble, Use.TARGETS, List.of(), divisor, Link.IDENTITY, 1, 0, targets);
    }

    static SklearnForest values(TreeEnsemble ensemble, double divisor, Link link) {
        return new SklearnForest(ensemble, Use.VALUES, List.of(), divisor, link, 1, 0, List.of());
    }

    static SklearnForest scores(TreeEnsemble ensemble, List<Object> classes, double slope) {
        Link link = ensemble.outputs() == 1 ? Link.SIGMOID : Link.SOFTMAX;
        return new SklearnForest(ensemble, Use.SCORES, classes, 1, link, slope, 0, List.of());
    }

    static SklearnForest votes(TreeEnsemble ensemble, List<Object> classes) {
        return new SklearnForest(ensemble, Use.VOTES, classes, 1, Link.SOFTMAX, 1, 0, List.of());
    }

    static SklearnForest median(TreeEnsemble ensemble, double... weights) {
        return new SklearnForest(ensemble, Use.MEDIAN, List.of(), 1, Link.IDENTITY, 1, 0, List.of(), weights);
    }

    static SklearnForest path(TreeEnsemble ensemble, double divisor, double offset) {
        return new SklearnForest(ensemble, Use.PATH, List.of(-1L, 1L), divisor, Link.IDENTITY, 1, offset, List.of());
    }
}
