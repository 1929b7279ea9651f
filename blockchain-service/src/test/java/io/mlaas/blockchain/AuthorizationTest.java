package io.mlaas.blockchain;

import static io.mlaas.testkit.authorization.AuthorizationMatrix.ADMIN;
import static io.mlaas.testkit.authorization.AuthorizationMatrix.OPERATOR;
import static io.mlaas.testkit.authorization.AuthorizationMatrix.SERVICE;

import io.mlaas.testkit.TestIdentity;
import io.mlaas.testkit.authorization.AuthorizationMatrix;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

class AuthorizationTest extends RunningService {
    @LocalServerPort
    private int port;

    @Autowired
    @Qualifier("requestMappingHandlerMapping")
    private RequestMappingHandlerMapping handlers;

    @Test
    void everyOperationLetsInThoseWhoMayAndNobodyElse() {
        UUID id = UUID.randomUUID();
        String address = post("/contract", dataset(id, TestIdentity.ACME, SHA256), REGISTRY)
                .text("address");
        new AuthorizationMatrix("blockchain-service", "http://127.0.0.1:" + port, handlers)
                .platform("chain", SERVICE, OPERATOR, ADMIN)
                .platform("newestBlock", SERVICE)
                .platform("deploy", SERVICE)
                .platform("deployAll", SERVICE)
                .assetIn("find", "asset_id", id, SERVICE, OPERATOR, ADMIN)
                .asset("read", address, SERVICE, OPERATOR, ADMIN)
                .platform("verify", SERVICE)
                .platform("anchor", SERVICE)
                .platform("anchorOf", SERVICE)
                .company("audit", OPERATOR, ADMIN)
                // What a company was refused names what it asked for, whosever that is.
                .with("audit", "outcome", "DONE")
                .platform("status", ADMIN)
                .company("list", OPERATOR, ADMIN)
                .asset("of", TestIdentity.ACME, OPERATOR, ADMIN)
                .platform("rotate", ADMIN)
                .platform("sign", SERVICE)
                .platform("signingKeys", SERVICE, ADMIN)
                .platform("rotateSigningKey", ADMIN)
                .verify();
    }
}
