package io.mlaas.training.runner;

/**
 * Runs programs over the job's directory on this machine: the service fetches the inputs before the run, and registers the
 * output after it.
 */
public non-sealed interface DirectoryRunner extends JobRunner {}
