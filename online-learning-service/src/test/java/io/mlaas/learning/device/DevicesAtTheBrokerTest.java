package io.mlaas.learning.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.mlaas.learning.learner.RunningService;
import io.mlaas.testkit.TestIdentity;
import io.mlaas.testkit.TestServers;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Real MQTT clients at a real broker, which asks the real service. */
class DevicesAtTheBrokerTest extends RunningService {
    private static final int GRANTED = 1;
    private static final int NOT_AUTHORIZED = 0x87;
    private static final long PATIENCE = 20_000;
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final String ACME = "mlaas/" + TestIdentity.ACME + "/";
    private static final String GLOBEX = "mlaas/" + TestIdentity.GLOBEX + "/";

    private final List<MqttAsyncClient> clients = new CopyOnWriteArrayList<>();

    @BeforeEach
    void theBrokerAsksThisService() {
        TestServers.mqttAsks(URI.create("http://127.0.0.1:" + port));
    }

    @AfterEach
    void closeAll() throws MqttException {
        for (MqttAsyncClient client : clients) {
            if (client.isConnected()) {
                client.disconnect().waitForCompletion(PATIENCE);
            }
            client.close(true);
        }
    }

    @Test
    void aDeviceReachesWhatItsCompanyHasAndNothingElse() throws Exception {
        JsonNode made = make("reaches", TestIdentity.acmeScientist());
        MqttAsyncClient device = connect("meter", made);
        List<String> received = new CopyOnWriteArrayList<>();
        var platform = new org.eclipse.paho.client.mqttv3.MqttClient(
                TestServers.mqttBroker().server().url(), "reaches", null);
        platform.connect(options(TestServers.MQTT_OPERATOR, TestServers.MQTT_PASSWORD));
        platform.subscribe("mlaas/#", 1, (topic, message) -> received.add(topic));

        assertThat(publish(device, ACME + "uc9/pmu/7")).isLessThan(0x80);
        assertThat(subscribe(device, ACME + "forecasts/#")).isEqualTo(GRANTED);
        assertThat(subscribe(device, "$share/readers/" + ACME + "forecasts/#")).isEqualTo(GRANTED);
        for (String closed : List.of(
                GLOBEX + "#",
                "mlaas/#",
                "mlaas/+/uc9/pmu/7",
                "#",
                "$share/readers/" + GLOBEX + "forecasts/#",
                "$share/readers/#",
                "$SYS/#")) {
            assertThat(subscribe(device, closed)).as(closed).isEqualTo(NOT_AUTHORIZED);
        }
        for (String closed : List.of(GLOBEX + "uc9/pmu/7", "uc9/pmu/7", EndedCredentials.TOPIC)) {
            MqttAsyncClient trespasser = connect("trespasser", made);
            trespasser.publish(closed, new byte[] {1}, 1, false);
            await(closed).atMost(LONG).until(() -> !trespasser.isConnected());
        }
        assertThat(publish(device, ACME + "last")).isLessThan(0x80);
        await().atMost(LONG).until(() -> received.contains(ACME + "last"));
        assertThat(received).containsExactly(ACME + "uc9/pmu/7", ACME + "last");
        platform.disconnect();
        platform.close();
    }

    @Test
    void aDeviceOfMqtt3DoesTheSame() throws Exception {
        JsonNode made = make("three", TestIdentity.acmeScientist());
        var device = new org.eclipse.paho.client.mqttv3.MqttClient(
                TestServers.mqttBroker().server().url(), "meter-3", null);
        String name = made.path("user_name").asString();
        assertThatThrownBy(() -> device.connect(options(name, "wrong")))
                .isInstanceOf(org.eclipse.paho.client.mqttv3.MqttSecurityException.class);
        device.connect(options(name, made.path("password").asString()));
        List<String> received = new CopyOnWriteArrayList<>();
        device.subscribe(ACME + "three", 1, (topic, message) -> received.add(topic));
        device.publish(ACME + "three", new byte[] {1}, 1, false);
        await().atMost(LONG).until(() -> !received.isEmpty());
        assertThatThrownBy(() -> device.subscribe(GLOBEX + "three", 1))
                .isInstanceOf(org.eclipse.paho.client.mqttv3.MqttException.class);
        assertThat(device.isConnected()).isTrue();

        revoke(made);
        await().atMost(LONG).until(() -> !device.isConnected());
        device.close();
    }

    @Test
    void whoIsNotKnownIsRefused() throws Exception {
        JsonNode made = make("known", TestIdentity.acmeScientist());
        String name = made.path("user_name").asString();
        assertThatThrownBy(() -> connect("a", name, "mld_wrong")).isInstanceOf(MqttException.class);
        assertThatThrownBy(() -> connect(
                        "a",
                        "device-" + UUID.randomUUID(),
                        made.path("password").asString()))
                .isInstanceOf(MqttException.class);
        assertThatThrownBy(() -> connect("a", TestServers.MQTT_OPERATOR, "wrong"))
                .isInstanceOf(MqttException.class);
    }

    @Test
    void nobodyTakesOverTheClientOfAnother() throws Exception {
        MqttAsyncClient acme = connect("meter", make("mine", TestIdentity.acmeScientist()));
        MqttAsyncClient globex = connect("meter", make("mine", TestIdentity.globexScientist()));
        JsonNode third = make("mine-too", TestIdentity.acmeScientist());
        MqttAsyncClient stranger = connect(acme.getClientId(), third);

        assertThat(publish(globex, GLOBEX + "x")).isLessThan(0x80);
        assertThat(publish(stranger, ACME + "x")).isLessThan(0x80);
        assertThat(publish(acme, ACME + "x")).isLessThan(0x80);
    }

    @Test
    void aRotatedPasswordEndsWhatWasOpenedWithTheOneBefore() throws Exception {
        JsonNode made = make("rotated", TestIdentity.acmeScientist());
        MqttAsyncClient open = connect("meter", made);
        MqttAsyncClient other = connect("meter", make("not-rotated", TestIdentity.acmeScientist()));

        Answer rotated = post("/devices/" + made.path("device_id").asString() + "/rotate", "");
        MqttAsyncClient again = connect("meter-again", rotated.body());
        await().atMost(LONG).until(() -> !open.isConnected());
        await().atMost(LONG).until(this::brokerKnowsAll);
        assertThat(publish(again, ACME + "x")).isLessThan(0x80);
        assertThat(publish(other, ACME + "x")).isLessThan(0x80);
        assertThatThrownBy(() -> connect("meter", made)).isInstanceOf(MqttException.class);
    }

    @Test
    void aTokenIsAPasswordUntilItEnds() throws Exception {
        MqttAsyncClient scientist = connect(
                "laptop", TestIdentity.ACME_SCIENTIST.toString(), TestIdentity.acmeScientistFor(Duration.ofSeconds(5)));
        assertThat(publish(scientist, ACME + "x")).isLessThan(0x80);
        await().atMost(LONG).until(() -> !scientist.isConnected());
    }

    @Test
    void onlyTheOperatorIsLetInWhileTheServiceIsAway() throws Exception {
        JsonNode made = make("away", TestIdentity.acmeScientist());
        TestServers.mqttAsks(null);
        assertThatThrownBy(() -> connect("meter", made)).isInstanceOf(MqttException.class);
        assertThat(operator("still").isConnected()).isTrue();
        TestServers.mqttAsks(URI.create("http://127.0.0.1:" + port));
        assertThat(connect("meter", made).isConnected()).isTrue();
    }

    @Test
    void theBrokerIsToldOnceItIsBack() throws Exception {
        JsonNode made = make("missed", TestIdentity.acmeScientist());
        MqttAsyncClient device = connect("meter", made);
        TestServers.mqttBroker().child().kill();
        await().atMost(LONG).until(() -> !device.isConnected());

        revoke(made);
        assertThat(brokerKnowsAll()).isFalse();
        TestServers.startMqttAgain();
        await().atMost(LONG).until(this::brokerKnowsAll);
        assertThatThrownBy(() -> connect("meter", made)).isInstanceOf(MqttException.class);
    }

    /** What a service that was killed after the commit left behind is told by whoever runs next. */
    @Test
    void whatWasCommittedAndNotToldIsToldLater() throws Exception {
        JsonNode made = make("killed", TestIdentity.acmeScientist());
        MqttAsyncClient device = connect("meter", made);
        jdbc.sql("insert into ended_credential (device_id, below) values (:id, 2)")
                .param("id", UUID.fromString(made.path("device_id").asString()))
                .update();
        await().atMost(LONG).until(() -> !device.isConnected());
        await().atMost(LONG).until(this::brokerKnowsAll);
    }

    private boolean brokerKnowsAll() {
        return jdbc.sql("select count(*) from ended_credential")
                        .query(Integer.class)
                        .single()
                == 0;
    }

    private JsonNode make(String name, String token) throws Exception {
        Answer made = send("POST", "/devices", "{\"name\": \"broker-" + name + "\"}", token);
        assertThat(made.status()).isEqualTo(201);
        return made.body();
    }

    private void revoke(JsonNode device) throws Exception {
        Answer revoked =
                send("DELETE", "/devices/" + device.path("device_id").asString(), null, TestIdentity.acmeScientist());
        assertThat(revoked.status()).isEqualTo(204);
    }

    private static org.eclipse.paho.client.mqttv3.MqttConnectOptions options(String name, String password) {
        var options = new org.eclipse.paho.client.mqttv3.MqttConnectOptions();
        options.setMqttVersion(org.eclipse.paho.client.mqttv3.MqttConnectOptions.MQTT_VERSION_3_1_1);
        options.setUserName(name);
        options.setPassword(password.toCharArray());
        return options;
    }

    private MqttAsyncClient operator(String id) throws MqttException {
        return connect(id, TestServers.MQTT_OPERATOR, TestServers.MQTT_PASSWORD);
    }

    private MqttAsyncClient connect(String id, JsonNode device) throws MqttException {
        return connect(
                id, device.path("user_name").asString(), device.path("password").asString());
    }

    private MqttAsyncClient connect(String id, String name, String password) throws MqttException {
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setUserName(name);
        options.setPassword(password.getBytes(StandardCharsets.UTF_8));
        options.setSessionExpiryInterval(600L);
        MqttAsyncClient client =
                new MqttAsyncClient(TestServers.mqttBroker().server().url(), id, null);
        try {
            client.connect(options).waitForCompletion(PATIENCE);
        } catch (MqttException e) {
            client.close(true);
            throw e;
        }
        clients.add(client);
        return client;
    }

    /** @return the reason code of the acknowledgement */
    private static int publish(MqttAsyncClient client, String topic) throws MqttException {
        IMqttToken token = client.publish(topic, new byte[] {1}, 1, false);
        token.waitForCompletion(PATIENCE);
        return token.getReasonCodes()[0];
    }

    private static int subscribe(MqttAsyncClient client, String filter) throws MqttException {
        IMqttToken token = client.subscribe(filter, 1);
        token.waitForCompletion(PATIENCE);
        return token.getReasonCodes()[0];
    }
}
