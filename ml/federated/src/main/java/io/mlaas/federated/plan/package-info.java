/**
 * The plan of a federation: what is trained, by whom, aggregated how, and with how much privacy. It is read strictly,
 * every violated rule is found at once, and what was left out is filled in, so that the plan that is kept, hashed and
 * run says everything.
 */
@NullMarked
package io.mlaas.federated.plan;

import org.jspecify.annotations.NullMarked;
