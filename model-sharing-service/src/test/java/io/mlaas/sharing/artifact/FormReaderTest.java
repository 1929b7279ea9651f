package io.mlaas.sharing.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FormReaderTest {
    private static final String TYPE = "multipart/form-data; boundary=";

    /** Answers at most so many bytes at a time. */
    private static final class Dripping extends ByteArrayInputStream {
        private final int most;

        Dripping(byte[] bytes, int most) {
            super(bytes);
            this.most = most;
        }

        @Override
        public synchronized int read(byte[] into, int offset, int length) {
            return super.read(into, offset, Math.min(length, most));
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static FormReader reader(String boundary, String body) throws IOException {
        return new FormReader(new ByteArrayInputStream(bytes(body)), TYPE + boundary, 1000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"b", "aaaaaaaa", "--", "----WebKitFormBoundaryabcdefgh", "-a-a-a-"})
    void contentsThatLookLikeTheBoundaryComeBackAsTheyAre(String boundary) throws Exception {
        RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
        String[] pieces = {"\r", "\n", "\r\n", "\r\n-", "\r\n--", "-", "--", "a", "b", "\r\n--" + boundary.substring(1)
        };
        for (int most : new int[] {1, 2, 7, 64, 100_000}) {
            List<byte[]> contents = new ArrayList<>();
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            body.writeBytes(bytes("preamble\r\n"));
            for (int part = 0; part < 5; part++) {
                StringBuilder content = new StringBuilder();
                int length = part == 0 ? 0 : random.nextInt(most == 100_000 ? 100_000 : 500);
                while (content.length() < length) {
                    content.append(pieces[random.nextInt(pieces.length)]);
                }
                String text = content.toString().replace("\r\n--" + boundary, "x");
                // What follows would make a boundary of the end of the content.
                contents.add(bytes(text.replaceAll("[\r\n-]+$", "")));
                body.writeBytes(bytes("--" + boundary + "\r\nContent-Disposition: form-data; name=\"p" + part
                        + "\"; filename=\"f\"\r\n\r\n"));
                body.writeBytes(contents.getLast());
                body.writeBytes(bytes("\r\n"));
            }
            body.writeBytes(bytes("--" + boundary + "--\r\nepilogue"));
            FormReader reader =
                    new FormReader(new Dripping(body.toByteArray(), most), TYPE + "\"" + boundary + '"', 1000);
            for (byte[] content : contents) {
                FormReader.Part part = reader.next();
                assertThat(part).isNotNull();
                assertThat(part.content().readAllBytes()).isEqualTo(content);
            }
            assertThat(reader.next()).isNull();
            assertThat(reader.next()).isNull();
        }
    }

    @Test
    void whatIsNotReadOfAPartIsSkipped() throws Exception {
        FormReader reader = reader("b", "--b\r\n\r\n" + "x".repeat(200_000) + "\r\n--b\r\n\r\ny\r\n--b--");
        assertThat(reader.next().content().read()).isEqualTo('x');
        assertThat(reader.next().content().readAllBytes()).isEqualTo(bytes("y"));
        assertThat(reader.next()).isNull();
    }

    @Test
    void headersAreReadWhateverTheirCaseAndFoldedOnes() throws Exception {
        FormReader.Part part = reader("b", """
                        --b
                        CONTENT-disposition: form-data;
                          name=" field "; filename*=UTF-8''%c3%a4.csv
                        no header at all
                        Content-Type: text/csv
                        content-type: text/html

                        --b--""".replace("\n", "\r\n")).next();
        assertThat(part.name()).isEqualTo("field");
        assertThat(part.fileName()).isEqualTo("ä.csv");
        assertThat(part.header("content-type")).isEqualTo("text/csv");
        assertThat(part.header("content-length")).isNull();
    }

    @Test
    void aPartWithoutAFileNameIsAText() throws Exception {
        FormReader reader = reader(
                "b",
                "--b\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n"
                        + "--b\r\nContent-Disposition: form-data; name=a; filename=\"\"\r\n\r\n\r\n--b--");
        assertThat(reader.next().fileName()).isNull();
        assertThat(reader.next().fileName()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--b",
                "--b\r\n",
                "--b\r\nContent-Disposition: form-data; name=a",
                "--bx\r\n\r\n\r\n--b--",
                "--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n\r\n--b--"
            })
    void refusesWhatIsNoForm(String body) {
        assertThatThrownBy(() -> reader("b", body).next()).isInstanceOf(IOException.class);
    }

    @Test
    void refusesAPartWithoutEndWhenItsEndIsReached() throws Exception {
        InputStream content = reader("b", "--b\r\n\r\nxyz\r\n-").next().content();
        assertThatThrownBy(content::readAllBytes).isInstanceOf(DelimitedStream.Ended.class);
    }

    @Test
    void aBodyWithoutTheBoundaryHasNoParts() throws Exception {
        assertThat(reader("b", "").next()).isNull();
        assertThat(reader("b", "x".repeat(100_000)).next()).isNull();
    }

    @Test
    void refusesHeadersThatAreTooLong() {
        assertThatThrownBy(() -> reader("b", "--b\r\nX: " + "y".repeat(1000)).next())
                .isInstanceOf(FormReader.Malformed.class);
        assertThatThrownBy(() -> reader("b", "--b\r\n" + "X: y\r\n".repeat(200)).next())
                .isInstanceOf(FormReader.Malformed.class);
    }

    @Test
    void refusesABoundaryThatIsMissingOrTooLong() {
        for (String type : new String[] {null, "multipart/form-data", TYPE, TYPE + "b".repeat(1025)}) {
            assertThatThrownBy(() -> new FormReader(InputStream.nullInputStream(), type, 1000))
                    .isInstanceOf(FormReader.Malformed.class);
        }
    }
}
