/** Real servers, a fake identity provider and the rules of architecture, for the tests of every service. */
@NullMarked
package io.mlaas.testkit;

import org.jspecify.annotations.NullMarked;
