/** Federations whose clients are real: where data owners come, over mutual TLS. */
@NullMarked
package io.mlaas.ppfl.server;

import org.jspecify.annotations.NullMarked;
