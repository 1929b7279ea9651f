/** Reading a transformer's JSON document: every mistake in it is collected with its JSON path, none is thrown early. */
@NullMarked
package io.mlaas.transform.document;

import org.jspecify.annotations.NullMarked;
