/**
 * What is wrong with the data themselves, before any question of drift: columns that are missing, new or of another type; missing
 * values, new categories, numbers out of range, sensors that are stuck, gaps in time, and units that changed. Each finding has the
 * numbers it rests on.
 */
@NullMarked
package io.mlaas.statistics.skew;

import org.jspecify.annotations.NullMarked;
