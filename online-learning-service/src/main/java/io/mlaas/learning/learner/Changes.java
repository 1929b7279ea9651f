package io.mlaas.learning.learner;

import io.mlaas.learning.log.LearningLog;
import io.mlaas.learning.log.LogAwayException;
import io.mlaas.learning.log.LogEntry;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Changes of learners: each is made of what the one before it left, in the order of the log. */
@Component
class Changes {
    private final LearnerRepository learners;
    private final LearningLog log;

    Changes(LearnerRepository learners, LearningLog log) {
        this.learners = learners;
        this.log = log;
    }

    /**
     * Others wait meanwhile who change the same learner.
     *
     * @param entry the id of the change's entry in the log
     * @param change of the learner as it is now
     */
    @Transactional
    void make(StoredLearner learner, UUID entry, UnaryOperator<Change> change) {
        StoredLearner now = learners.findForChange(learner.id())
                .orElseThrow(() -> LearnerProblem.LEARNER_UNKNOWN.because(learner.name() + " was deleted meanwhile"));
        Change changed = change.apply(new Change(now.document(), now.state()));
        long offset = append(new LogEntry.Changed(learner.id(), entry, changed.text()));
        learners.change(learner.id(), offset, changed.document(), changed.state());
    }

    private long append(LogEntry entry) {
        try {
            return log.append(entry).offset();
        } catch (LogAwayException e) {
            throw LearnerProblem.LEARNING_LOG_AWAY.because("the log cannot be written now", e);
        }
    }
}
