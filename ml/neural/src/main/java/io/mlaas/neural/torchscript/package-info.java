/** Writes a network and its weights as a TorchScript archive that PyTorch loads, always with the same bytes. */
@NullMarked
package io.mlaas.neural.torchscript;

import org.jspecify.annotations.NullMarked;
