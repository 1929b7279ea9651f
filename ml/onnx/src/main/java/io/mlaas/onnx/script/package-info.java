/** The language of the code in a TorchScript archive: tokens, syntax, classes and functions. */
@NullMarked
package io.mlaas.onnx.script;

import org.jspecify.annotations.NullMarked;
