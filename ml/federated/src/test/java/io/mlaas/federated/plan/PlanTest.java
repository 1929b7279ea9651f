package io.mlaas.federated.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.mlaas.privacy.accounting.PrivacyCost;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class PlanTest {

    private static List<String> messages(String json) {
        try {
            Plan.parse(json);
            return List.of();
        } catch (InvalidPlanException e) {
            return e.violations().stream().map(Violation::message).toList();
        }
    }

    @Test
    void fillsInWhatWasLeftOut() {
        Plan plan = Plan.parse("{}");
        assertThat(plan.json()).isEqualTo("""
                {"name":"federation","engine":"fedavg","topology":{"mode":"simulation","clients":10,\
                "clients_per_round":10,"rounds":10,"quorum":8,"round_timeout_seconds":600,"partition":{"kind":"iid",\
                "alpha":0.5,"imbalance":0.0}},"training":{"local_epochs":1,"batch":32,"learning_rate":0.05,\
                "optimizer":"sgd","proximal_mu":0.0,"student_epochs":20,"teacher_epochs":20,\
                "central_comparison":false},"aggregation":{"strategy":"fedavg","byzantine":0,"trim":0.1,\
                "server_learning_rate":1.0},"privacy":{"mechanism":"none","delta":1.0E-5,"accept_weak_privacy":false,\
                "membership_inference":false,"publish_data_dependent":false,"homomorphic_encryption":false,\
                "filters":[]},"model":{"net_name":"digits-cnn","network":NETWORK},"data":{"test":0.2,"public":0.0},"seed":0}""".replace(
                        "NETWORK", Catalogue.network("digits-cnn").orElseThrow().toString()));
        assertThat(plan.topology().clientNames()).startsWith("client-01").endsWith("client-10");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", """
                {"engine": "fedpate", "topology": {"clients": 50}, "seed": 7,
                 "privacy": {"mechanism": "confident_gaussian", "sigma": 4, "threshold": 30, "threshold_sigma": 15}}""", """
                {"topology": {"mode": "real", "clients": 50, "partition": {"samples_per_client": 3, "target_label": "3"}},
                 "aggregation": {"strategy": "fedyogi"},
                 "privacy": {"mechanism": "gaussian", "target_epsilon": 8, "clipping": {"kind": "adaptive"},
                   "secure_aggregation": {}}}""", """
                {"privacy": {"filters": [{"kind": "percentile"}, {"kind": "sparse_vector"},
                   {"kind": "exclude", "variables": ["conv1.*"]}, {"kind": "gaussian"}]}}""", """
                {"model": {"network": {"layers": [{"type": "dense", "units": 10}, {"type": "softmax"}]}}}"""})
    void readsBackWhatItWrites(String json) {
        Plan plan = Plan.parse(json);
        assertThat(Plan.parse(plan.json())).isEqualTo(plan);
        assertThat(Plan.parse(plan.json()).json()).isEqualTo(plan.json());
        assertThat(Plan.of(JsonMapper.builder().build().readTree(json)).sha256())
                .isEqualTo(plan.sha256())
                .hasSize(64);
    }

    /** Who is asked is known to real clients, and all that are there may be asked in each round. */
    @Test
    void realFederationsGainNothingByAskingFewOfTheirClients() {
        String few = """
                {"name": "few", "engine": "fedavg",
                 "topology": {"mode": "%s", "clients": 100, "clients_per_round": 10, "rounds": 20%s},
                 "privacy": {"mechanism": "gaussian", "noise_multiplier": 4, "clipping": {"kind": "fixed", "norm": 1}},
                 "model": {"net_name": "digits-softmax"}}""";
        Plan real = Plan.parse(few.formatted("real", ", \"quorum\": 8"));
        Plan all = Plan.parse(few.formatted("real", ", \"quorum\": 8").replace("\"clients_per_round\": 10, ", ""));
        Plan simulated = Plan.parse(few.formatted("simulation", ""));
        assertThat(real.privacyCost().epsilon()).isEqualTo(all.privacyCost().epsilon());
        assertThat(real.privacyCost().epsilon())
                .isGreaterThan(2 * simulated.privacyCost().epsilon());
        assertThat(real.privacyCost().explanation()).contains("who is asked is no secret");
    }

    @Test
    void findsEveryBrokenRuleAtOnce() {
        assertThat(messages("""
                {"engine": "fedpate", "rounds": 3, "topology": {"clients": 0, "rounds": 2.5, "quorum": 12},
                 "training": {"batch": "16", "learning_rate": -1, "optimizer": "adamax"},
                 "privacy": {"mechanism": "laplacian", "delta": 1, "noise_multiplier": 1.1,
                             "filters": [{"kind": "zip"}]},
                 "model": {"net_name": "resnet"}, "data": {"dataset_id": "mine", "test": 0.5, "public": 0.5}}"""))
                .containsExactlyInAnyOrder(
                        "rounds: (not shown) (expected: no such member; known are aggregation, data, engine, model, name,"
                                + " privacy, seed, topology, training)",
                        "topology.clients: 0 (expected: an integer from 1 to 100000)",
                        "topology.rounds: 2.5 (expected: an integer from 1 to 100000)",
                        "training.batch: \"16\" (expected: an integer from 1 to 1048576)",
                        "training.learning_rate: -1 (expected: a number > 0)",
                        "training.optimizer: \"adamax\" (expected: one of sgd, adam, adamw, rmsprop)",
                        "privacy.delta: 1 (expected: a number greater than 0 and less than 1)",
                        "privacy.filters[0].kind: \"zip\" (expected: one of percentile, sparse_vector, exclude,"
                                + " gaussian)",
                        "model.net_name: \"resnet\" (expected: one of digits-cnn, digits-mlp, digits-softmax)",
                        "data.dataset_id: \"mine\" (expected: a UUID in lower case)",
                        "privacy.epsilon: missing (expected: a number > 0 with engine fedpate and mechanism"
                                + " laplacian)",
                        "privacy.noise_multiplier: 1.1 (expected: none with engine fedpate and mechanism laplacian)",
                        "data.public: 0.5 (expected: less than 1 together with data.test, 0.5: the teachers have the"
                                + " rest)");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            [] | plan: [] (expected: an object)
            {"privacy": {"homomorphic_encryption": true}} | privacy.homomorphic_encryption: true (expected: false in simulations, whose server is the clients)
            {"topology": {"mode": "real"}, "privacy": {"homomorphic_encryption": true, "secure_aggregation": {"threshold": 6}}} | privacy.homomorphic_encryption: true (expected: false with secure_aggregation: either hides single updates)
            {"topology": {"mode": "real"}, "aggregation": {"strategy": "median"}, "privacy": {"homomorphic_encryption": true}} | aggregation.strategy: median (expected: fedavg, fedprox, fedadam or fedyogi with homomorphic_encryption, which gives a sum)
            {"topology": {"mode": "real", "clients": 3, "quorum": 1}, "privacy": {"homomorphic_encryption": true}} | topology.quorum: 1 (expected: at least 2 with homomorphic_encryption: the sum of one update is that update)
            {"topology": {"clients": 5, "clients_per_round": 6}} | topology.clients_per_round: 6 (expected: at most topology.clients, 5)
            {"topology": {"clients": 5, "quorum": 6}} | topology.quorum: 6 (expected: at most topology.clients_per_round, 5)
            {"aggregation": {"strategy": "bulyan", "byzantine": 2}} | aggregation.byzantine: 2 (expected: so few that bulyan gets the 11 updates it needs; topology.clients_per_round is 10)
            {"aggregation": {"strategy": "krum", "byzantine": 4}} | aggregation.byzantine: 4 (expected: so few that krum gets the 11 updates it needs; topology.clients_per_round is 10)
            {"engine": "fedpate", "topology": {"mode": "real"}} | engine: fedpate (expected: fedavg where topology.mode is real; the other engines are simulated)
            {"privacy": {"mechanism": "laplacian"}} | privacy.mechanism: laplacian (expected: none or gaussian with engine fedavg; votes of engine fedpate take the others)
            {"engine": "flare", "privacy": {"mechanism": "laplacian"}} | privacy.mechanism: laplacian (expected: none with engine flare, which has no noise that could be accounted for)
            {"engine": "flare", "aggregation": {"strategy": "median"}} | aggregation.strategy: median (expected: one of fedavg, fedprox with engine flare)
            {"engine": "flower", "training": {"optimizer": "adam"}} | training.optimizer: adam (expected: sgd with engine flower)
            {"engine": "flower", "privacy": {"filters": [{"kind": "exclude", "variables": ["a"]}]}} | privacy.filters[0].kind: exclude (expected: no filter with engine flower)
            {"engine": "flower", "privacy": {"mechanism": "gaussian", "target_epsilon": 3}} | privacy.noise_multiplier: missing (expected: the multiplier itself with engine flower and mechanism gaussian)
            {"engine": "flower", "topology": {"clients": 9, "clients_per_round": 8}, "privacy": {"mechanism": "gaussian", "noise_multiplier": 3}} | topology.clients_per_round: 8 (expected: all 9 with engine flower and mechanism gaussian)
            {"engine": "flare", "model": {"network": {"layers": [{"type": "flatten"}, {"type": "gelu"}, {"type": "dense", "units": 10}, {"type": "softmax"}]}}} | model.network.layers[1].type: gelu (expected: one of avg_pool2d, conv2d, dense, dropout, flatten, linear, max_pool2d, relu, sigmoid, tanh, at the end softmax or log_softmax with engine flare)
            {"topology": {"mode": "real"}, "model": {"net_name": "digits-softmax"}, "privacy": {"filters": [{"kind": "exclude", "variables": ["output.*", "conv*"]}]}} | privacy.filters[0].variables[1]: conv* (expected: one that fits a parameter of the network: output.weight, output.bias)
            {"privacy": {"mechanism": "gaussian"}} | privacy.target_epsilon: missing (expected: target_epsilon or noise_multiplier with engine fedavg and mechanism gaussian)
            {"privacy": {"mechanism": "gaussian", "target_epsilon": 1, "noise_multiplier": 1}} | privacy.noise_multiplier: 1.0 (expected: none beside target_epsilon, for which it is solved)
            {"privacy": {"mechanism": "gaussian", "noise_multiplier": 1}, "aggregation": {"strategy": "median"}} | aggregation.strategy: median (expected: fedavg, fedprox, fedadam or fedyogi with mechanism gaussian, whose noise is that of a sum)
            {"privacy": {"mechanism": "gaussian", "noise_multiplier": 1, "clipping": {"kind": "adaptive"}}} | privacy.noise_multiplier: 1.0 (expected: less than a tenth of topology.clients_per_round, 1.0, with adaptive clipping)
            {"privacy": {"clipping": {"norm": 1}}, "aggregation": {"strategy": "median"}} | privacy.clipping: an object (expected: none with strategy median: what is clipped is added up, by fedavg, fedprox, fedadam or fedyogi)
            {"privacy": {"secure_aggregation": {}}} | privacy.secure_aggregation: an object (expected: none in simulations, whose server is the clients)
            {"topology": {"mode": "real"}, "privacy": {"secure_aggregation": {"threshold": 5}}} | privacy.secure_aggregation.threshold: 5 (expected: more than half of topology.clients_per_round, 10, and at most topology.quorum, 8)
            {"topology": {"mode": "real"}, "privacy": {"secure_aggregation": {}}, "aggregation": {"strategy": "median"}} | aggregation.strategy: median (expected: fedavg, fedprox, fedadam or fedyogi with secure_aggregation, which gives a sum)
            {"topology": {"partition": {"kind": "column", "column": "device"}}} | topology.partition.kind: column (expected: iid, dirichlet or label_skew without data.dataset_id, or in real federations)
            {"topology": {"partition": {"kind": "column"}}} | topology.partition.column: missing (expected: the column that says whose a row is)
            {"topology": {"partition": {"column": "device"}}} | topology.partition.column: device (expected: none but where topology.partition.kind is column)
            {"engine": "flower", "topology": {"partition": {"kind": "column", "column": "device"}}} | topology.partition.kind: column (expected: iid, dirichlet or label_skew with engine flower)
            {"privacy": {"queries": 5}} | privacy.queries: 5 (expected: none with engine fedavg: it is one of fedpate's)
            {"data": {"public": 0.1}} | data.public: 0.1 (expected: 0 but with engine fedpate)
            {"model": {"net_name": "digits-cnn", "network": {}}} | model.net_name: "digits-cnn" (expected: either net_name or another network)
            {"model": {"network": {"layers": [{"type": "dense"}]}}} | model.network: layer 0 (dense): units is missing (expected: an integer >= 1)
            {"model": {"network": {"layers": [{"type": "dense", "units": 9}]}}} | model.network.layers: 9 outputs (expected: 10, one for each digit)
            {"data": {"dataset_id": "5f1d1a52-5d6c-4f2d-9a4f-2f3f8a0f1b11"}} | model.network: missing (expected: a network description, or net_name)
            """)
    void namesTheValueAndWhatWasExpected(String json, String message) {
        assertThat(messages(json)).contains(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"seed\": 1, \"seed\": 2}", "{\"name\": ", "{} {}", ""})
    void refusesWhatIsNotOneJsonObjectWithEachMemberOnce(String json) {
        assertThatExceptionOfType(InvalidPlanException.class)
                .isThrownBy(() -> Plan.parse(json))
                .satisfies(e -> assertThat(e.violations()).hasSize(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ten clients", "Digits", "-x", "a/b"})
    void aNameIsOneThatTheModelMayHave(String name) {
        assertThat(messages("{\"name\": \"" + name + "\"}"))
                .containsExactly("name: \"" + name
                        + "\" (expected: a-z, 0-9, '.', '_' and '-', at most 100, a letter or digit first: the model is"
                        + " called so)");
    }

    @Test
    void leavesTheSeedOutWherePrivacyRestsOnWhatIsDrawn() {
        Plan plan = Plan.parse("{\"privacy\": {\"mechanism\": \"gaussian\", \"noise_multiplier\": 1}}");
        assertThat(plan.seed()).isNull();
        assertThat(plan.json()).doesNotContain("seed");
        assertThat(Plan.parse("{}").seed()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"digits-cnn", "digits-mlp", "digits-softmax"})
    void everyNetworkOfTheCatalogueFitsTheDigits(String name) {
        Plan plan = Plan.parse("{\"model\": {\"net_name\": \"" + name + "\"}}");
        assertThat(plan.model().description().name()).isEqualTo(name);
    }

    /** Numbers of the accountants' papers and of the requests' own example: epsilon 0.3 as scale 1/0.3. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"engine": "fedpate", "topology": {"clients": 2}, "privacy": {"mechanism": "laplacian", "epsilon": 0.6, "queries": 1000}} | 272.4 | 0.1
            {"engine": "fedpate", "topology": {"clients": 2}, "privacy": {"mechanism": "laplacian", "epsilon": 0.3, "queries": 1000}} | 90.5 | 0.1
            {"engine": "fedpate", "privacy": {"mechanism": "gaussian", "sigma": 40, "queries": 100}} | 1.759851818926445 | 1e-9
            {"topology": {"clients": 60000, "clients_per_round": 250, "rounds": 3600}, "privacy": {"mechanism": "gaussian", "noise_multiplier": 1.3}} | 0.9422002181627518 | 1e-9
            {"topology": {"clients": 100, "clients_per_round": 4, "rounds": 2250}, "privacy": {"mechanism": "gaussian", "target_epsilon": 8}} | 8 | 0.01
            {"topology": {"mode": "real", "rounds": 5}, "privacy": {"filters": [{"kind": "gaussian", "norm": 1, "noise_multiplier": 4}]}} | 2.4515 | 1e-3
            {"topology": {"mode": "real"}, "privacy": {"filters": [{"kind": "sparse_vector"}, {"kind": "percentile"}]}} | Infinity | 0
            {} | Infinity | 0
            {"engine": "fedpate"} | Infinity | 0
            """)
    void knowsWhatItCosts(String json, double epsilon, double tolerance) {
        PrivacyCost cost = Plan.parse(json).privacyCost();
        if (Double.isInfinite(epsilon)) {
            assertThat(cost.bounded()).isFalse();
        } else {
            assertThat(cost.epsilon()).isCloseTo(epsilon, within(tolerance));
            assertThat(cost.delta()).isEqualTo(1e-5);
        }
    }

    @Test
    void refusesABudgetThatNoNoiseKeeps() {
        assertThat(messages("""
                {"privacy": {"mechanism": "gaussian", "target_epsilon": 1e-4, "delta": 1e-300}}"""))
                .singleElement()
                .asString()
                .startsWith("privacy.target_epsilon: 1.0E-4 (expected: one that some noise reaches: ");
    }
}
