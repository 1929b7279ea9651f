package io.mlaas.learning.learner;

import io.mlaas.learning.event.PredictionEvent;
import io.mlaas.learning.log.LogEntry;

/**
 * A prediction that a message led to.
 *
 * @param part which of the effects of its entry is the answer: the two have one id
 * @param state of the learner that predicted
 */
record StreamedPrediction(LogEntry.Message message, int part, Predicted predicted, PredictionEvent.State state) {}
