/**
 * What runs beside a program in a cluster: {@code fetch} before it, {@code register} after it. A main class without a
 * Spring context, in the image of this service.
 */
@NullMarked
package io.mlaas.training.agent;

import org.jspecify.annotations.NullMarked;
