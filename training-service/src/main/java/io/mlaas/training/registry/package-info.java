/** What training asks of the registry: orders, job credentials, input files, and the registration of results. */
@NullMarked
package io.mlaas.training.registry;

import org.jspecify.annotations.NullMarked;
