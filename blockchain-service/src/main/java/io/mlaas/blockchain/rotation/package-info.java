/** Replaces companies' keys, and the registrar's, while transactions are under way. */
@NullMarked
package io.mlaas.blockchain.rotation;

import org.jspecify.annotations.NullMarked;
