package io.mlaas.online;

/** An algorithm whose learners may begin with a file, such as a trained network. */
public interface ArchiveAlgorithm extends Algorithm {

    /** The same algorithm with these files; without, it knows none. */
    Algorithm with(Archives archives);
}
