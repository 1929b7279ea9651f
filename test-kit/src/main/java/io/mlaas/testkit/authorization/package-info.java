/** Who may use which operation of a service: declared once, asked of the running service, published as a table. */
@NullMarked
package io.mlaas.testkit.authorization;

import org.jspecify.annotations.NullMarked;
