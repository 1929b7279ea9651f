package io.mlaas.training.runner.process;

import io.mlaas.api.sharing.ReproductionVerdict.Cause;
import io.mlaas.api.sharing.ReproductionVerdict.CauseKind;
import io.mlaas.observer.Barrier;
import io.mlaas.observer.Declared;
import io.mlaas.observer.Observations;
import io.mlaas.observer.Observer;
import io.mlaas.training.runner.Conditions;
import io.mlaas.training.runner.Observed;
import io.mlaas.training.runner.Run;
import io.mlaas.training.runner.process.ProcessProperties.Image;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Has processes watched by the observer, and what they depend on pinned. */
final class Watching {
    private static final int MOST = 20;

    private final Path directory;
    private @Nullable Observer observer;

    /** @param directory where the observer is unpacked when it is needed first */
    Watching(Path directory) {
        this.directory = directory;
    }

    private synchronized Observer observer() throws IOException {
        if (observer == null) {
            observer = Observer.installed(directory);
        }
        return observer;
    }

    Optional<String> missing() throws IOException {
        return observer().missing();
    }

    /** The words before a command. */
    List<String> prefix(Run run, Image image) throws IOException {
        if (run.conditions().equals(Conditions.NONE) || missing().isPresent()) {
            return List.of();
        }
        Observer.prepare(run.observations());
        return observer()
                .conditions(run.conditions().pinned(), run.observations(), declared(run, image))
                .prefix();
    }

    Observed observed(Run run, Image image) throws IOException {
        if (missing().isPresent()) {
            return Observed.nothing(missing().get());
        }
        Observations observations = Observations.read(run.observations());
        if (!observations.any()) {
            return Observed.nothing("nothing of the program was seen: it does not use the system's C library");
        }
        List<Cause> undeclared = observations.undeclared(declared(run, image)).stream()
                .limit(MOST)
                .map(each -> new Cause(
                        CauseKind.valueOf(each.kind().name()), each.asCause().detail()))
                .toList();
        List<String> limits = new ArrayList<>();
        Set<Barrier> open = EnumSet.allOf(Barrier.class);
        open.removeAll(observer().enforced());
        if (!open.isEmpty()) {
            limits.add("this machine does not let programs be kept from "
                    + open.stream()
                            .map(barrier -> barrier.name().toLowerCase(Locale.ROOT))
                            .collect(Collectors.joining(", "))
                    + ": what was undeclared was seen, not prevented");
        }
        observations.unobserved().stream()
                .limit(MOST)
                .forEach(program -> limits.add(program + " was started and could not be watched"));
        return new Observed(undeclared, limits);
    }

    private static Declared declared(Run run, Image image) {
        return Declared.of(
                image.command(),
                image.environment(),
                image.files(),
                List.of(run.workspace().input()),
                List.of(run.workspace().root()));
    }
}
