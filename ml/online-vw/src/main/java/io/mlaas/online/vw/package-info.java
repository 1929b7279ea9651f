/**
 * Vowpal Wabbit as an {@link io.mlaas.online.Algorithm}. Its options are never taken from a document as they are: some of
 * them end the process ({@code --help}), others fork it ({@code --daemon}) or read and write files.
 */
@NullMarked
package io.mlaas.online.vw;

import org.jspecify.annotations.NullMarked;
