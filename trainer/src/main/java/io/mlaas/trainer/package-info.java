/** The built-in training image: a program that trains a network described in JSON on a dataset. */
@NullMarked
package io.mlaas.trainer;

import org.jspecify.annotations.NullMarked;
