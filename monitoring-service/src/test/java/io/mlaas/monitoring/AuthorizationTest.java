package io.mlaas.monitoring;

import static io.mlaas.testkit.authorization.AuthorizationMatrix.ADMIN;
import static io.mlaas.testkit.authorization.AuthorizationMatrix.DATA_SCIENTIST;
import static io.mlaas.testkit.authorization.AuthorizationMatrix.DEVICE;
import static io.mlaas.testkit.authorization.AuthorizationMatrix.OPERATOR;

import io.mlaas.testkit.authorization.AuthorizationMatrix;
import org.junit.jupiter.api.Test;

class AuthorizationTest extends RunningService {

    @Test
    void everyOperationLetsInThoseWhoMayAndNobodyElse() throws Exception {
        String id = monitor("matrix", "");
        new AuthorizationMatrix("monitoring-service", "http://127.0.0.1:" + port, handlers)
                .company("make", DATA_SCIENTIST)
                .company("list", DATA_SCIENTIST, OPERATOR)
                .asset("read", id, DATA_SCIENTIST, OPERATOR)
                .asset("change", id, DATA_SCIENTIST)
                .asset("observe", id, DATA_SCIENTIST, DEVICE)
                .asset("feedback", id, DATA_SCIENTIST, DEVICE)
                .asset("status", id, DATA_SCIENTIST, OPERATOR)
                .asset("report", id, DATA_SCIENTIST, OPERATOR)
                .asset("fleet", id, DATA_SCIENTIST, OPERATOR)
                .asset("history", id, DATA_SCIENTIST, OPERATOR)
                .asset("retrainings", id, DATA_SCIENTIST, OPERATOR)
                .asset("delete", id, DATA_SCIENTIST)
                .company("audit", OPERATOR, ADMIN)
                // What a company was refused names what it asked for, whosever that is.
                .with("audit", "outcome", "DONE")
                .verify();
    }
}
