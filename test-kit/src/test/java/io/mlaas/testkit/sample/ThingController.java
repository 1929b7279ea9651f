package io.mlaas.testkit.sample;

import io.mlaas.kit.observe.Correlation;
import io.mlaas.kit.security.Caller;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Positive;
import java.io.IOException;
import java.time.temporal.ChronoUnit;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
class ThingController {
    /** A permit for every piece of an upload that was read. */
    static final Semaphore PIECES = new Semaphore(0);

    record Thing(
            @NotBlank String fullName,
            @Positive int size,
            @Nullable ChronoUnit unit) {}

    record WhoAsks(
            String subject,
            String name,
            UUID organizationId,
            SortedSet<String> roles,
            @Nullable String correlation) {}

    @GetMapping("/who")
    @PreAuthorize("isAuthenticated()")
    WhoAsks who(Caller caller) {
        return new WhoAsks(
                caller.subject(),
                caller.name(),
                caller.organizationId(),
                new TreeSet<>(caller.roles()),
                Correlation.current());
    }

    @GetMapping("/thing/{id}")
    @PreAuthorize("hasRole('DATA_SCIENTIST')")
    Thing thing(@PathVariable("id") UUID id, @RequestParam("size") int size) {
        return new Thing(id.toString(), size, null);
    }

    @PostMapping(path = "/thing", consumes = MediaType.APPLICATION_JSON_VALUE)
    @PreAuthorize("hasRole('DATA_SCIENTIST')")
    Thing register(@Valid @RequestBody Thing thing) {
        return thing;
    }

    @PostMapping("/upload")
    @PreAuthorize("hasRole('SERVICE')")
    long upload(HttpServletRequest request) throws IOException {
        long size = 0;
        byte[] piece = new byte[1000];
        for (int count = request.getInputStream().readNBytes(piece, 0, 1000);
                count > 0;
                count = request.getInputStream().readNBytes(piece, 0, 1000)) {
            size += count;
            PIECES.release();
        }
        return size;
    }
}
