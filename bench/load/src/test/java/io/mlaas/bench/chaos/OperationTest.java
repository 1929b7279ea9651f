package io.mlaas.bench.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlaas.bench.GatewayClient.Answer;
import io.mlaas.bench.chaos.Operation.Kind;
import io.mlaas.bench.chaos.Operation.Outcome;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class OperationTest {
    private static final UUID ID = UUID.fromString("5d066d58-06de-47ab-a2f6-c8f413e21947");

    @Test
    void holdsThePlatformToWhatItHasAccepted() {
        Operation operation = answered(201, "{\"dataset_id\":\"%s\"}".formatted(ID));
        assertThat(operation.outcome()).isEqualTo(Outcome.ACCEPTED);
        assertThat(operation.asset()).isEqualTo(ID);
    }

    @Test
    void holdsThePlatformToWhatItHasRefused() {
        assertThat(answered(422, "{\"code\":\"INVALID_METADATA\"}").outcome()).isEqualTo(Outcome.REFUSED);
    }

    @Test
    void cannotKnowWhatASilentServiceHasDone() {
        assertThat(answered(503, "{\"code\":\"UPSTREAM_UNAVAILABLE\"}").outcome())
                .isEqualTo(Outcome.UNKNOWN);
    }

    @Test
    void readsAnAssetsIdFromATopic() {
        assertThat(ChainEvents.uuid("0x5d066d5806de47aba2f6c8f413e21947" + "0".repeat(32)))
                .isEqualTo(ID);
    }

    private static Operation answered(int status, String body) {
        return Operation.answered(
                Kind.DATASET, "key", "", new Answer(status, JsonMapper.shared().readTree(body)));
    }
}
