package io.mlaas.transform.payload;

import static io.mlaas.transform.payload.PayloadFixture.shown;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The packs are the examples of RFC 8428, sections 5.1 and 6. */
class SenmlReaderTest {
    private static final String CURRENTS = """
            device 2010-06-08T18:01:16.001Z {"voltage":{"value":120.1,"unit":"V"},"current":{"value":1.7,"unit":"A"}}
            device 2010-06-08T18:01:11.001Z {"current":{"value":1.2,"unit":"A"}}
            device 2010-06-08T18:01:12.001Z {"current":{"value":1.3,"unit":"A"}}
            device 2010-06-08T18:01:13.001Z {"current":{"value":1.4,"unit":"A"}}
            device 2010-06-08T18:01:14.001Z {"current":{"value":1.5,"unit":"A"}}
            device 2010-06-08T18:01:15.001Z {"current":{"value":1.6,"unit":"A"}}
            """;

    private final PayloadFixture senml = new PayloadFixture("{\"format\": \"senml\"}");
    private final PayloadFixture local = new PayloadFixture("{\"format\": \"senml\", \"names\": \"local\"}");

    @Test
    void readsASingleValueAtTheTimeOfReceipt() throws BadPayloadException {
        assertThat(shown(senml.read("[{\"n\":\"urn:dev:ow:10e2073a01080063\",\"u\":\"Cel\",\"v\":23.1}]")))
                .isEqualTo("device 2026-03-01T12:00:00Z "
                        + "{\"urn:dev:ow:10e2073a01080063\":{\"value\":23.1,\"unit\":\"Cel\"}}\n");
    }

    @Test
    void appliesBaseFieldsAndRelativeTimes() throws BadPayloadException {
        assertThat(shown(local.read("""
                [{"bn":"urn:dev:ow:10e2073a0108006:","bt":1.276020076001e+09,"bu":"A","bver":5,
                  "n":"voltage","u":"V","v":120.1},
                 {"n":"current","t":-5,"v":1.2},{"n":"current","t":-4,"v":1.3},{"n":"current","t":-3,"v":1.4},
                 {"n":"current","t":-2,"v":1.5},{"n":"current","t":-1,"v":1.6},{"n":"current","v":1.7}]"""))).isEqualTo(CURRENTS);
    }

    @Test
    void readsTheSameFromCbor() throws BadPayloadException {
        byte[] cbor = HexFormat.of()
                .parseHex(
                        "87a721781b75726e3a6465763a6f773a3130653230373361303130383030363a22fb41d303"
                                + "a15b00106223614120050067766f6c7461676501615602fb405e066666666666a3006763757272656e74062402fb3ff3333333333333"
                                + "a3006763757272656e74062302fb3ff4cccccccccccda3006763757272656e74062202fb3ff6666666666666a3006763757272656e74"
                                + "062102f93e00a3006763757272656e74062002fb3ff999999999999aa3006763757272656e74060002fb3ffb333333333333");
        PayloadFixture fixture = new PayloadFixture("{\"format\": \"senml_cbor\", \"names\": \"local\"}");

        assertThat(shown(fixture.read(cbor))).isEqualTo(CURRENTS);
        for (int length = 1; length < cbor.length; length++) {
            assertThat(fixture.reason(java.util.Arrays.copyOf(cbor, length))).isNotEmpty();
        }
    }

    @Test
    void keepsAPositionsTwoCoordinatesApart() throws BadPayloadException {
        assertThat(shown(senml.read("""
                [{"bn":"urn:dev:ow:10e2073a01080063","bt":1.320067464e+09,"bu":"%RH","v":20},
                 {"u":"lon","v":24.30621},{"u":"lat","v":60.07965},{"t":60,"v":20.3}]""")))
                .contains("\"urn:dev:ow:10e2073a01080063\":{\"value\":20.0,\"unit\":\"%RH\"}")
                .contains("\"urn:dev:ow:10e2073a01080063:lon\":{\"value\":24.30621,\"unit\":\"lon\"}")
                .contains("\"urn:dev:ow:10e2073a01080063:lat\":{\"value\":60.07965,\"unit\":\"lat\"}")
                .contains("2011-10-31T13:25:24Z {\"urn:dev:ow:10e2073a01080063\":{\"value\":20.3");
    }

    @Test
    void addsBaseValueAndBaseSumAndTakesTheSourceFromTheBaseName() throws BadPayloadException {
        PayloadFixture byName =
                new PayloadFixture("{\"format\": \"senml\", \"names\": \"local\", \"source_from\": \"base_name\"}");
        assertThat(shown(byName.read("""
                [{"bn":"urn:dev:ow:1:","n":"w","bv":10,"v":2.5,"bs":100,"s":1},{"bn":"urn:dev:ow:2:","n":"open","vb":true},
                 {"n":"label","vs":"x"}]"""))).isEqualTo("""
                        urn:dev:ow:1 2026-03-01T12:00:00Z {"w":{"value":12.5,"sum":101.0}}
                        urn:dev:ow:2 2026-03-01T12:00:00Z {"open":{"value":true,"sum":100.0},"label":{"value":"x","sum":100.0}}
                        """);
    }

    @Test
    void saysWhyAPackIsRefused() {
        assertThat(senml.reason("{}")).isEqualTo("payload: no list (expected: a list of 1 to 10000 SenML records)");
        assertThat(senml.reason("[]")).startsWith("payload: 0 records");
        assertThat(senml.reason("[1]")).isEqualTo("record 0: 1 (expected: an object)");
        assertThat(senml.reason("[{\"n\":\"a\",\"v\":1,\"mtu_\":2}]"))
                .isEqualTo("record 0: mtu_: a field that must be understood and is not");
        assertThat(senml.reason("[{\"n\":\"a\",\"v\":1},{\"n\":\"b\"}]"))
                .isEqualTo("record 1: 0 values (expected: one of v, vs, vb, vd)");
        assertThat(senml.reason("[{\"n\":\"a\",\"v\":1,\"vb\":true}]")).startsWith("record 0: 2 values");
        assertThat(senml.reason("[{\"n\":\" \",\"v\":1}]")).startsWith("record 0: name: \" \"");
        assertThat(senml.reason("[{\"bver\":11,\"n\":\"a\",\"v\":1}]"))
                .isEqualTo("record 0: bver: 11 (expected: 1 to 10)");
        assertThat(senml.reason("[{\"n\":\"a\",\"v\":1,\"t\":1e30}]")).startsWith("record 0: time: ");
        assertThat(senml.reason("[{\"n\":\"a\",\"v\":1e999999999}]")).startsWith("record 0: v: ");
        assertThat(senml.reason("[{\"n\":\"a\",\"v\":\"1\"}]")).isEqualTo("record 0: v: \"1\" (expected: a number)");
    }
}
