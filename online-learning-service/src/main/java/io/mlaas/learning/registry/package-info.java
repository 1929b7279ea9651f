/** The registry of models, as learners use it: what they begin with, and where their snapshots become versions. */
@NullMarked
package io.mlaas.learning.registry;

import org.jspecify.annotations.NullMarked;
