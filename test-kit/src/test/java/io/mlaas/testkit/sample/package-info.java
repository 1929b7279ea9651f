/** A service with nothing in it but what service-kit gives: the tests of service-kit ask it. */
@NullMarked
package io.mlaas.testkit.sample;

import org.jspecify.annotations.NullMarked;
