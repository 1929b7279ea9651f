package io.mlaas.online.race;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlaas.online.Algorithm;
import io.mlaas.online.ConfigurationRefused;
import io.mlaas.online.Learner;
import io.mlaas.online.contract.LearnerContract;
import io.mlaas.online.evaluation.Prequential;
import io.mlaas.online.stream.Agrawal;
import io.mlaas.online.stream.Concepts;
import io.mlaas.online.stream.RowStream;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class ChampionRaceTest extends LearnerContract {
    private static final String CONTENDERS = """
            {"contenders": [{"algorithm": "baseline"}, {"algorithm": "hoeffding_tree", "configuration": {"grace_period": 50}},
            {"algorithm": "linear", "configuration": {"loss": "softmax", "optimizer": {"type": "ftrl"}}}]}""";

    @Override
    protected Algorithm algorithm() {
        return new ChampionRace();
    }

    @Override
    protected String configuration() {
        return CONTENDERS;
    }

    @Override
    protected String otherConfiguration() {
        return CONTENDERS.replace("{\"contenders\"", "{\"fading\": 0.9, \"contenders\"");
    }

    @Test
    void refusesAContenderWithItsPath() {
        assertThatThrownBy(() -> algorithm()
                        .create(
                                schema(),
                                JsonMapper.shared()
                                        .readTree(
                                                "{\"contenders\": [{\"algorithm\": \"linear\", \"configuration\": {\"loss\": 3}}]}"),
                                "$.configuration"))
                .isInstanceOf(ConfigurationRefused.class)
                .hasMessageStartingWith("$.configuration.contenders[0].configuration.loss: 3 (expected: one of ");
        assertThatThrownBy(() -> algorithm()
                        .create(
                                schema(),
                                JsonMapper.shared().readTree("{\"contenders\": [{\"algorithm\": \"oracle\"}]}"),
                                "$"))
                .hasMessageStartingWith("$.contenders[0].algorithm: \"oracle\" (expected: one of ");
    }

    @Test
    void followsWhoeverIsBestAfterAChange() {
        RowStream stream = new Concepts(List.of(new Agrawal(1, 0.05, 1), new Agrawal(7, 0.05, 2)), 5000);
        Learner race = algorithm().create(stream.schema(), JsonMapper.shared().readTree(CONTENDERS));
        Learner tree = JUDGED.create(stream.schema(), JsonMapper.shared().readTree("{\"grace_period\": 50}"));
        Prequential ofRace = new Prequential(race, 1000);
        Prequential ofTree = new Prequential(tree, 1000);
        for (int i = 0; i < 10; i++) {
            var batch = stream.next(1000);
            ofRace.take(batch);
            ofTree.take(batch);
        }
        assertThat(ofRace.measures().accuracy()).isGreaterThan(ofTree.measures().accuracy() - 0.01);
        assertThat(ofRace.measures().recentKappa()).isBetween(0.0, 1.0);
    }

    private static final Algorithm JUDGED = new io.mlaas.online.tree.HoeffdingTree();
}
