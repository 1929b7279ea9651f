package io.mlaas.learning.log;

/** Which part of the log this instance reads. What one instance alone may do is done by the owner of a partition. */
public interface LogOwnership {

    /** The log's topic, the same for all instances that share learners. */
    String topic();

    /** How many partitions it has; 0 while that is not known. */
    int partitions();

    /** Whether this instance reads the partition now; for a moment another one may think so, too. */
    boolean owns(int partition);
}
