package io.mlaas.learning.learner;

import static io.mlaas.testkit.authorization.AuthorizationMatrix.ADMIN;
import static io.mlaas.testkit.authorization.AuthorizationMatrix.DATA_SCIENTIST;
import static io.mlaas.testkit.authorization.AuthorizationMatrix.DEVICE;
import static io.mlaas.testkit.authorization.AuthorizationMatrix.OPERATOR;
import static io.mlaas.testkit.authorization.AuthorizationMatrix.SERVICE;

import io.mlaas.testkit.authorization.AuthorizationMatrix;
import org.junit.jupiter.api.Test;

class AuthorizationTest extends RunningService {

    @Test
    void everyOperationLetsInThoseWhoMayAndNobodyElse() throws Exception {
        String name = regression("matrix", "{}");
        String device = post("/devices", "{\"name\": \"matrix-1\"}")
                .body()
                .path("device_id")
                .asString();
        new AuthorizationMatrix("online-learning-service", "http://127.0.0.1:" + port, handlers)
                .company("make", DATA_SCIENTIST)
                .company("list", DATA_SCIENTIST, OPERATOR)
                .asset("read", name, DATA_SCIENTIST, OPERATOR)
                .asset("change", name, DATA_SCIENTIST)
                .asset("snapshots", name, DATA_SCIENTIST, OPERATOR)
                .asset("deadLetters", name, DATA_SCIENTIST, OPERATOR)
                .asset("update", name, DATA_SCIENTIST, DEVICE)
                .asset("predict", name, DATA_SCIENTIST, DEVICE)
                .asset("receive", name, DATA_SCIENTIST, DEVICE)
                .asset("rollBack", name, DATA_SCIENTIST)
                .asset("ready", name, DATA_SCIENTIST, DEVICE)
                .asset("kServe", name, DATA_SCIENTIST, DEVICE)
                .asset("explain", name, DATA_SCIENTIST, DEVICE)
                .asset("kServeExplain", name, DATA_SCIENTIST, DEVICE)
                .company("inferenceServer", DATA_SCIENTIST, DEVICE)
                .company("inferenceLive", DATA_SCIENTIST, DEVICE)
                .company("inferenceReady", DATA_SCIENTIST, DEVICE)
                .asset("inferenceModel", name, DATA_SCIENTIST, DEVICE)
                .asset("inferenceModelReady", name, DATA_SCIENTIST, DEVICE)
                .asset("infer", name, DATA_SCIENTIST, DEVICE)
                .asset("inferenceVersion", name, DATA_SCIENTIST, DEVICE)
                .asset("inferenceVersionReady", name, DATA_SCIENTIST, DEVICE)
                .asset("inferVersion", name, DATA_SCIENTIST, DEVICE)
                .asset("delete", name, DATA_SCIENTIST)
                .company("whoAmI", DEVICE)
                .company("makeDevice", DATA_SCIENTIST, ADMIN)
                .json("makeDevice", "{\"name\": \"matrix\"}")
                .company("devices", DATA_SCIENTIST, OPERATOR, ADMIN)
                .asset("device", device, DATA_SCIENTIST, OPERATOR, ADMIN)
                .asset("revokeDevice", device, DATA_SCIENTIST, ADMIN)
                .asset("rotateDevice", device, DATA_SCIENTIST, ADMIN)
                .platform("authenticateDevice", SERVICE)
                .json("authenticateDevice", "{\"user_name\": \"x\", \"password\": \"y\"}")
                .platform("updateForCompany", SERVICE)
                .with("updateForCompany", "name", name)
                .company("audit", OPERATOR, ADMIN)
                // What a company was refused names what it asked for, whosever that is.
                .with("audit", "outcome", "DONE")
                .verify();
    }
}
