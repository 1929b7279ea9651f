/** A bucket per company, with credentials of its own that are sealed in the database. */
@NullMarked
package io.mlaas.sharing.organization;

import org.jspecify.annotations.NullMarked;
