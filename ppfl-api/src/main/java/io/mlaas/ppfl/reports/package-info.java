/** The doors that earlier clients know: their fields, from which plans are made. */
@NullMarked
package io.mlaas.ppfl.reports;

import org.jspecify.annotations.NullMarked;
