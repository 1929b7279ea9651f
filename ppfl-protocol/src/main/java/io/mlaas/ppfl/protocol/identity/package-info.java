/**
 * Who may speak in a federation: each federation has a certificate authority of its own; a participant makes its key at
 * home, has it certified once with the secret of its enrolment kit, and is known by its certificate alone from then on.
 */
@NullMarked
package io.mlaas.ppfl.protocol.identity;

import org.jspecify.annotations.NullMarked;
