/**
 * What to do about drift in a fleet: which features, devices and segments explain it, and whether to retrain, to check sensors,
 * or to leave everything as it is, with the evidence.
 */
@NullMarked
package io.mlaas.profile.triage;

import org.jspecify.annotations.NullMarked;
