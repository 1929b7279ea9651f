package io.mlaas.learning.learner;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlaas.testkit.TestIdentity;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class LearningForCompaniesTest extends RunningService {

    @Test
    void learnsWhatAServiceSendsForACompanyOnce() throws Exception {
        String name = regression("asked-by-a-service", "{}");
        UUID id = UUID.randomUUID();

        Answer learned = ask(name, id, TestIdentity.ACME, rows(0, 100, 2));
        assertThat(learned.status()).as(learned.text()).isEqualTo(200);
        assertThat(learned.body().at("/progress/learned").asInt()).isEqualTo(90);
        Answer again = ask(name, id, TestIdentity.ACME, rows(0, 100, 2));
        assertThat(again.body().at("/progress/learned").asInt()).isEqualTo(90);
        assertThat(again.body().at("/progress/duplicates").asInt()).isEqualTo(1);
        Answer other = ask(name, UUID.randomUUID(), TestIdentity.ACME, rows(0, 100, 2));
        assertThat(other.body().at("/progress/learned").asInt()).isEqualTo(180);
    }

    @Test
    void knowsNoLearnerOfAnotherCompanyAndNoRowsThatDoNotFit() throws Exception {
        String name = regression("asked-of-others", "{}");

        assertThat(ask(name, UUID.randomUUID(), TestIdentity.GLOBEX, rows(0, 1, 2))
                        .code())
                .isEqualTo("LEARNER_UNKNOWN");
        assertThat(ask(name, UUID.randomUUID(), TestIdentity.ACME, "{\"instances\": [[1]], \"targets\": [1]}")
                        .code())
                .isEqualTo("ROWS_REFUSED");
        assertThat(send(
                                "POST",
                                "/internal/learners/" + name + "/update?id=" + UUID.randomUUID(),
                                rows(0, 1, 2),
                                TestIdentity.acmeScientist())
                        .status())
                .isEqualTo(403);
    }

    private Answer ask(String name, UUID id, UUID company, String rows) throws Exception {
        return send(
                "POST",
                "/internal/learners/" + name + "/update?id=" + id + "&organization_id=" + company,
                rows,
                TestIdentity.service("monitoring-service"));
    }
}
