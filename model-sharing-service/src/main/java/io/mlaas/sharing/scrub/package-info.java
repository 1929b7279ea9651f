/** Looks at everything at rest, again and again, so that tampering is found before somebody asks for the file. */
@NullMarked
package io.mlaas.sharing.scrub;

import org.jspecify.annotations.NullMarked;
