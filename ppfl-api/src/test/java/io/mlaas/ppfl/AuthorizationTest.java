package io.mlaas.ppfl;

import static io.mlaas.testkit.authorization.AuthorizationMatrix.ADMIN;
import static io.mlaas.testkit.authorization.AuthorizationMatrix.ANONYMOUS;
import static io.mlaas.testkit.authorization.AuthorizationMatrix.DATA_SCIENTIST;
import static io.mlaas.testkit.authorization.AuthorizationMatrix.OPERATOR;

import io.mlaas.testkit.authorization.AuthorizationMatrix;
import org.junit.jupiter.api.Test;

class AuthorizationTest extends RunningService {

    @Test
    void everyOperationLetsInThoseWhoMayAndNobodyElse() throws Exception {
        String id = federation("matrix");
        // its events end at once
        String over = federation("matrix-over");
        delete("/federations/" + over);
        new AuthorizationMatrix("ppfl-api", "http://127.0.0.1:" + port, handlers)
                .company("federate", DATA_SCIENTIST)
                .company("federations", DATA_SCIENTIST, OPERATOR)
                .asset("federation", id, DATA_SCIENTIST, OPERATOR)
                .asset("cancelFederation", id, DATA_SCIENTIST)
                .open("federationPage")
                .asset("makeWatcher", id, DATA_SCIENTIST)
                .json("makeWatcher", "{\"name\": \"globex\"}")
                .asset("watchers", id, DATA_SCIENTIST, OPERATOR)
                .asset("removeWatcher", id, DATA_SCIENTIST)
                .with("removeWatcher", "watcher_id", "dd8fca81-a999-40f5-81f0-68627e303a27")
                .asset("federationEvents", over, ANONYMOUS, DATA_SCIENTIST, OPERATOR)
                .asset("federationReport", id, ANONYMOUS, DATA_SCIENTIST, OPERATOR)
                .company("audit", OPERATOR, ADMIN)
                // What a company was refused names what it asked for, whosever that is.
                .with("audit", "outcome", "DONE")
                .platform("status", ADMIN)
                .verify();
    }
}
