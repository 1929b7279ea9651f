package io.mlaas.ppfl.server;

import io.mlaas.ppfl.protocol.v1.Phase;
import io.mlaas.ppfl.server.Answers.Verdict;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;

/** What was said in rounds, as it is committed. */
@Component
class RoundRecords {
    private final Answers answers;
    private final Authorities authorities;

    RoundRecords(Answers answers, Authorities authorities) {
        this.answers = answers;
        this.authorities = authorities;
    }

    /** Of the attempt that a run is at. */
    RoundRecord of(Run run) {
        return new RoundRecord() {
            @Override
            public Run run() {
                return run;
            }

            @Override
            public Map<String, byte[]> answers(Phase phase) {
                return answers.accepted(run.federation(), run.round(), run.attempt(), phase);
            }

            @Override
            public List<String> asked(Phase phase) {
                return answers
                        .of(
                                run.federation(),
                                run.place().toBuilder().setPhase(phase).build())
                        .stream()
                        .map(Verdict::name)
                        .toList();
            }

            @Override
            public String authority() {
                return authorities.of(run.federation()).orElseThrow().certificatePem();
            }
        };
    }
}
