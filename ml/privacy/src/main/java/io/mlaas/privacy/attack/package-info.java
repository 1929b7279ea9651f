/** How much of its training data a model gives away: membership inference with shadow models and LiRA. */
@NullMarked
package io.mlaas.privacy.attack;

import org.jspecify.annotations.NullMarked;
