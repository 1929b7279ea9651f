/** The least a learner has to beat: the mean of the targets, the shares of the classes. */
@NullMarked
package io.mlaas.online.baseline;

import org.jspecify.annotations.NullMarked;
