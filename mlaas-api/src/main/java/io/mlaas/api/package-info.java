/** What the services of the platform say to one another: one package per owning service, plus the event envelope. */
@NullMarked
package io.mlaas.api;

import org.jspecify.annotations.NullMarked;
