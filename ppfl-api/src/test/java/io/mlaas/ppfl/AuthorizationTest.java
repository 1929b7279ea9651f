package io.mlaas.ppfl;

import static io.mlaas.testkit.authorization.AuthorizationMatrix.ADMIN;
import static io.mlaas.testkit.authorization.AuthorizationMatrix.DATA_SCIENTIST;
import static io.mlaas.testkit.authorization.AuthorizationMatrix.OPERATOR;

import io.mlaas.testkit.authorization.AuthorizationMatrix;
import org.junit.jupiter.api.Test;

class AuthorizationTest extends RunningService {

    @Test
    void everyOperationLetsInThoseWhoMayAndNobodyElse() throws Exception {
        String id = federation("matrix");
        new AuthorizationMatrix("ppfl-api", "http://127.0.0.1:" + port, handlers)
                .company("federate", DATA_SCIENTIST)
                .company("federations", DATA_SCIENTIST, OPERATOR)
                .asset("federation", id, DATA_SCIENTIST, OPERATOR)
                .asset("cancelFederation", id, DATA_SCIENTIST)
                .company("audit", OPERATOR, ADMIN)
                // What a company was refused names what it asked for, whosever that is.
                .with("audit", "outcome", "DONE")
                .platform("status", ADMIN)
                .verify();
    }
}
