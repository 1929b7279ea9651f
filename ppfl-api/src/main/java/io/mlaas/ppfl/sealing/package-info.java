/** What is sealed before it is written to the database: secrets of requests, seeds, keys of federations. */
@NullMarked
package io.mlaas.ppfl.sealing;

import org.jspecify.annotations.NullMarked;
