package io.mlaas.ppfl;

import static io.mlaas.testkit.authorization.AuthorizationMatrix.ADMIN;
import static io.mlaas.testkit.authorization.AuthorizationMatrix.ANONYMOUS;
import static io.mlaas.testkit.authorization.AuthorizationMatrix.DATA_SCIENTIST;
import static io.mlaas.testkit.authorization.AuthorizationMatrix.OPERATOR;

import io.mlaas.ppfl.ledger.PrivacyLedger;
import io.mlaas.privacy.accounting.PrivacyCost;
import io.mlaas.testkit.TestIdentity;
import io.mlaas.testkit.authorization.AuthorizationMatrix;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

class AuthorizationTest extends RunningService {
    @Autowired
    PrivacyLedger ledger;

    @Test
    void everyOperationLetsInThoseWhoMayAndNobodyElse() throws Exception {
        String id = federation("matrix");
        String real = realFederation("matrix-real", 2, 2, 1);
        // its events end at once
        String over = federation("matrix-over");
        delete("/federations/" + over);
        String owner = "owner-" + UUID.randomUUID();
        ledger.reserve(
                TestIdentity.ACME,
                owner,
                UUID.fromString(id),
                "fedavg",
                "gaussian",
                new PrivacyCost(1, 1e-5, "given", null, "for the matrix"));
        String entry = jdbc.sql("select id from privacy_entry where data_owner = :owner")
                .param("owner", owner)
                .query(String.class)
                .single();
        new AuthorizationMatrix("ppfl-api", "http://127.0.0.1:" + port, handlers)
                .company("federate", DATA_SCIENTIST)
                .company("federations", DATA_SCIENTIST, OPERATOR)
                .asset("federation", id, DATA_SCIENTIST, OPERATOR)
                .asset("cancelFederation", id, DATA_SCIENTIST)
                .asset("participants", real, DATA_SCIENTIST, OPERATOR)
                .asset("inviteParticipant", real, DATA_SCIENTIST)
                .json("inviteParticipant", "{\"name\": \"clinic-1\"}")
                .asset("revokeParticipant", real, DATA_SCIENTIST)
                .with("revokeParticipant", "name", "clinic-1")
                .open("federationPage")
                .asset("makeWatcher", id, DATA_SCIENTIST)
                .json("makeWatcher", "{\"name\": \"globex\"}")
                .asset("watchers", id, DATA_SCIENTIST, OPERATOR)
                .asset("removeWatcher", id, DATA_SCIENTIST)
                .with("removeWatcher", "watcher_id", "dd8fca81-a999-40f5-81f0-68627e303a27")
                .asset("federationEvents", over, ANONYMOUS, DATA_SCIENTIST, OPERATOR)
                .asset("federationReport", id, ANONYMOUS, DATA_SCIENTIST, OPERATOR)
                .company("privacyBudgets", DATA_SCIENTIST, OPERATOR)
                .asset("privacyBudget", owner, DATA_SCIENTIST, OPERATOR)
                // One begins with its limit: a company sets it for names of its own.
                .company("limitPrivacyBudget", OPERATOR)
                .asset("privacyEntries", owner, DATA_SCIENTIST, OPERATOR)
                .asset("privacyRecord", owner, DATA_SCIENTIST, OPERATOR)
                .with("privacyRecord", "entry_id", entry)
                .with("privacyRecord", "state", "RESERVED")
                .asset("privacyRecordProof", owner, DATA_SCIENTIST, OPERATOR)
                .with("privacyRecordProof", "entry_id", entry)
                .with("privacyRecordProof", "state", "RESERVED")
                .company("audit", OPERATOR, ADMIN)
                // What a company was refused names what it asked for, whosever that is.
                .with("audit", "outcome", "DONE")
                .platform("status", ADMIN)
                .verify();
    }
}
