/** What every learner must keep, whichever module it is in: extend {@code LearnerContract}. */
package io.mlaas.online.contract;
