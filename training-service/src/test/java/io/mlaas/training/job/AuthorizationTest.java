package io.mlaas.training.job;

import static io.mlaas.testkit.authorization.AuthorizationMatrix.ADMIN;
import static io.mlaas.testkit.authorization.AuthorizationMatrix.DATA_SCIENTIST;
import static io.mlaas.testkit.authorization.AuthorizationMatrix.OPERATOR;
import static io.mlaas.testkit.authorization.AuthorizationMatrix.SERVICE;

import io.mlaas.testkit.authorization.AuthorizationMatrix;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

class AuthorizationTest extends TrainingServiceTest {
    @Autowired
    @Qualifier("requestMappingHandlerMapping")
    private RequestMappingHandlerMapping handlers;

    @Test
    void everyOperationLetsInThoseWhoMayAndNobodyElse() {
        UUID model = train("test/trains:1");
        awaitState(model, JobState.SUCCEEDED);
        REGISTRY.status(model, "TRAINED");
        String reproduction = reproduce(model);
        new AuthorizationMatrix("training-service", "http://127.0.0.1:" + port, handlers)
                .platform("image", SERVICE)
                .platform("trainingProgress", SERVICE)
                .platform("cancelTraining", SERVICE)
                .company("list", DATA_SCIENTIST, OPERATOR)
                .asset("schedule", model, DATA_SCIENTIST)
                .asset("status", model, DATA_SCIENTIST, OPERATOR)
                .asset("cancel", model, DATA_SCIENTIST, OPERATOR)
                .company("audit", OPERATOR, ADMIN)
                // What a company was refused names what it asked for, whosever that is.
                .with("audit", "outcome", "DONE")
                .asset("logs", model, DATA_SCIENTIST, OPERATOR)
                .asset("reproduce", model, DATA_SCIENTIST)
                .json("reproduce", "{\"runs\":1}")
                .asset("reproductions", model, DATA_SCIENTIST, OPERATOR)
                .asset("reproduction", model, DATA_SCIENTIST, OPERATOR)
                .with("reproduction", "reproduction_id", reproduction)
                .asset("cancelReproduction", model, DATA_SCIENTIST, OPERATOR)
                .with("cancelReproduction", "reproduction_id", reproduction)
                .verify();
    }

    private String reproduce(UUID model) {
        String location = String.valueOf(acme().post()
                .uri("/model/" + model + "/reproduce")
                .exchange()
                .expectStatus()
                .isAccepted()
                .returnResult(Void.class)
                .getResponseHeaders()
                .getLocation());
        return location.substring(location.lastIndexOf('/') + 1);
    }
}
