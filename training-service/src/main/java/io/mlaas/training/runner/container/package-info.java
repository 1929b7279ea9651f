/** Runs jobs as containers of a Docker or Podman daemon on this machine, over the Docker Engine API. */
@NullMarked
package io.mlaas.training.runner.container;

import org.jspecify.annotations.NullMarked;
