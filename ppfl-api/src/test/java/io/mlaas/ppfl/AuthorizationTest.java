package io.mlaas.ppfl;

import static io.mlaas.testkit.authorization.AuthorizationMatrix.ADMIN;
import static io.mlaas.testkit.authorization.AuthorizationMatrix.ANONYMOUS;
import static io.mlaas.testkit.authorization.AuthorizationMatrix.DATA_SCIENTIST;
import static io.mlaas.testkit.authorization.AuthorizationMatrix.OPERATOR;
import static org.assertj.core.api.Assertions.assertThat;

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
        String fp = report("/fp", """
                {"net_name": "digits-mlp", "num_rounds": 1, "num_teachers": 10, "teacher_epochs": 1, "student_epochs": 1,
                 "batch_size": 16, "epsilon": 0.01, "num_queries": 10}
                """);
        String tff = report("/tff", "{\"n_clients\": 3, \"num_rounds\": 2}");
        String asked = report("/nvoverser", "{\"start\": true}");
        String nv = federation("matrix-nv");
        jdbc.sql("update federation set kind = 'NV' where id = cast(:id as uuid)")
                .param("id", nv)
                .update();
        new AuthorizationMatrix("ppfl-api", "http://127.0.0.1:" + port, handlers)
                .company("federate", DATA_SCIENTIST)
                .company("federations", DATA_SCIENTIST, OPERATOR)
                .asset("federation", id, DATA_SCIENTIST, OPERATOR)
                .asset("cancelFederation", id, DATA_SCIENTIST)
                .company("fpTrain", DATA_SCIENTIST)
                .company("fpList", DATA_SCIENTIST, OPERATOR)
                .asset("fpRead", fp, DATA_SCIENTIST, OPERATOR)
                .asset("fpCancel", fp, DATA_SCIENTIST)
                .company("tffTrain", DATA_SCIENTIST)
                .company("tffList", DATA_SCIENTIST, OPERATOR)
                .asset("tffRead", tff, DATA_SCIENTIST, OPERATOR)
                .asset("tffCancel", tff, DATA_SCIENTIST)
                .company("nvTrain", DATA_SCIENTIST)
                .company("nvList", DATA_SCIENTIST, OPERATOR)
                .asset("nvRead", nv, DATA_SCIENTIST, OPERATOR)
                .asset("nvCancel", nv, DATA_SCIENTIST)
                .company("nvoverserAsk", DATA_SCIENTIST)
                .company("nvoverserList", DATA_SCIENTIST, OPERATOR)
                .asset("nvoverserRead", asked, DATA_SCIENTIST, OPERATOR)
                .asset("nvoverserWithdraw", asked, DATA_SCIENTIST)
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

    private String report(String path, String body) throws Exception {
        Answer made = post(path, body);
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        return made.body().path("id").asString();
    }
}
