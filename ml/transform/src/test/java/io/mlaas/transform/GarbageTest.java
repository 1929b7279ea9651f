package io.mlaas.transform;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlaas.transform.payload.Message;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever a device sends, or a user declares, comes back with a reason. */
class GarbageTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final String SENML =
            "[{\"bn\":\"urn:dev:ow:1:\",\"bt\":1.276020076001e+09,\"bu\":\"A\",\"bver\":5,\"n\":\"x\",\"u\":\"V\","
                    + "\"v\":120.1},{\"n\":\"y\",\"t\":-5,\"v\":1.2}]";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "json | 7b2278223a312e352c2279223a5b312c2d32652d335d2c2273223a2261227d",
                "senml | senml",
                "senml_cbor | 82a521626e3a22fb41d303a15b0010622361412005006178016156"
                        + "02fb405e066666666666a30061780624" + "02f93e00",
                "sparkplug_b | 0888a0b3c0f5321214" + "0a0178100118a0b3c0f532200a690000000000d06c40" + "1801",
                "numbers | 312e352c202d32203365322030783120",
                "csv | 312c22612c2262222222222c330a342c2c360a",
            })
    void nothingASourceSendsMakesATransformerFail(String format, String payload) {
        String columns = format.equals("csv") ? ", \"columns\": [\"x\", \"y\", \"z\"]" : "";
        Transformer transformer = Transformer.of("""
                {"payload": {"format": "%s"%s}, "limits": {"bytes": 10000, "readings": 50}, "steps": [
                   {"step": "extract", "fields": [{"name": "x", "path": "$..value", "required": false},
                      {"name": "n", "path": "$.x", "required": false}, {"name": "t", "path": "$.y", "type": "text", "required": false}]},
                   {"step": "fill", "method": "constant", "value": 0, "fields": ["x", "n"]},
                   {"step": "window", "inputs": ["x", "n"], "in": 2, "out": 1}]}""".formatted(format, columns));
        byte[] good = format.equals("senml")
                ? SENML.getBytes(StandardCharsets.UTF_8)
                : HexFormat.of().parseHex(payload);
        Random random = new Random(17);
        int rejected = 0;
        for (int i = 0; i < 4000; i++) {
            byte[] bytes = mutated(good, random);
            Outcome outcome = transformer.accept(Message.of("s", NOW, bytes).onTopic("spBv1.0/g/NBIRTH/n"));
            rejected += outcome.rejections().size();
            outcome.rejections()
                    .forEach(rejection ->
                            assertThat(rejection.reason()).isNotBlank().hasSizeLessThan(700));
        }
        assertThat(rejected).isPositive();
        assertThat(transformer.writeState()).hasSizeLessThan(20_000);
    }

    @Test
    void nothingADocumentSaysMakesItFailButForItsMistakes() throws IOException {
        String readme = Files.readString(Path.of("README.md"));
        int from = readme.indexOf("```json\n") + 8;
        byte[] good = readme.substring(from, readme.indexOf("```", from)).getBytes(StandardCharsets.UTF_8);
        Random random = new Random(23);
        int wrong = 0;
        for (int i = 0; i < 3000; i++) {
            try {
                Transformer.of(new String(mutated(good, random), StandardCharsets.UTF_8))
                        .describe();
            } catch (InvalidTransformerException e) {
                assertThat(e.problems()).isNotEmpty();
                wrong++;
            }
        }
        assertThat(wrong).isGreaterThan(1000);
    }

    private static byte[] mutated(byte[] good, Random random) {
        byte[] bytes = good.clone();
        for (int left = random.nextInt(4); left >= 0; left--) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(5)) {
                case 0 -> bytes[at] = (byte) random.nextInt();
                case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> bytes = Arrays.copyOf(bytes, at + 1);
                case 3 ->
                    System.arraycopy(
                            bytes, at, bytes, bytes.length - at > at ? 0 : at, Math.min(at, bytes.length - at));
                default -> bytes[at] = (byte) "0123456789-.e{}[]\",:$".charAt(random.nextInt(21));
            }
        }
        return bytes;
    }
}
