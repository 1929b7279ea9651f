package io.mlaas.training.cluster;

import io.mlaas.training.cluster.model.TrainingJobSpec;
import java.time.Duration;
import java.time.Instant;

/** Where the credential comes from with which a training's pods fetch and register. */
interface Credentials {

    sealed interface Answer {
        record Issued(String token, Instant expires) implements Answer {
            @Override
            public String toString() {
                return "Issued[token=…, expires=" + expires + "]";
            }
        }

        /** Asking again is of no use. */
        record Refused(String message) implements Answer {}

        record Unavailable(String message) implements Answer {}
    }

    Answer issue(TrainingJobSpec spec, Duration validity);
}
