/** Neural networks that go on learning: a TorchScript archive as a learner, on the PyTorch engine. */
@NullMarked
package io.mlaas.online.torch;

import org.jspecify.annotations.NullMarked;
