/**
 * Why a program's second run gives other bytes than its first, and which inputs it used that nobody declared. A library of
 * our own, put before the program's libc, tells what it opens and asks, and makes its clock and its random numbers the same
 * each time; a launcher gives it files, network and processes of its own; {@link io.mlaas.observer.Experiments} lets go of
 * one of them at a time and looks what changes.
 */
@NullMarked
package io.mlaas.observer;

import org.jspecify.annotations.NullMarked;
