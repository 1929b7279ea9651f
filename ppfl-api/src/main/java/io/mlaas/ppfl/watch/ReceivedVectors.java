package io.mlaas.ppfl.watch;

import io.mlaas.ppfl.watch.FederationReport.Received;
import java.util.List;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** What the server received of the clients. */
@Component
class ReceivedVectors {

    List<Received> latest(UUID federation) {
        return List.of();
    }
}
