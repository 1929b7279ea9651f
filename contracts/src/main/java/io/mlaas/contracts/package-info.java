/**
 * The platform's contracts as Java sees them: what to send to the chain, and how to read what it says, with nothing
 * but a JSON-RPC address.
 */
@NullMarked
package io.mlaas.contracts;

import org.jspecify.annotations.NullMarked;
