/** Descriptions of neural networks: their JSON form, the layers, and the shapes that flow through them. */
@NullMarked
package io.mlaas.neural.network;

import org.jspecify.annotations.NullMarked;
