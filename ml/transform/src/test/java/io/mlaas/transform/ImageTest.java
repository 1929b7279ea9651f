package io.mlaas.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.mlaas.transform.payload.Message;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** Pictures in, tensors to the detector, boxes out. */
class ImageTest {
    private static final String DOCUMENT = """
            {"steps": [
               {"step": "extract", "fields": [{"name": "image", "path": "$.image", "type": "text"}]},
               {"step": "image", "field": "image", "into": "pixels", "width": %d, "height": %d%s},
               {"step": "sample", "inputs": ["pixels"]}],
             "post": [{"step": "boxes", "path": "$.image", "of": "pixels", "labels": ["device"], "thickness": 1}]}""";

    @Test
    void decodesAPictureIntoATensorOfItsChannels() {
        BufferedImage picture = new BufferedImage(2, 1, BufferedImage.TYPE_INT_RGB);
        picture.setRGB(0, 0, 0xff0000);
        picture.setRGB(1, 0, 0x0033ff);

        Transformer transformer = transformer(2, 1, ", \"mean\": [0.5, 0, 0], \"deviation\": [0.5, 1, 2]");
        assertThat(tensor(transformer, picture)).containsExactly(new double[] {1, -1, 0, .2, 0, .5}, within(1e-12));
        assertThat(transformer.describe().input().shape()).containsExactly(3, 1, 2);
        assertThat(tensor(transformer(2, 1, ", \"layout\": \"hwc\""), picture))
                .containsExactly(new double[] {1, 0, 0, 0, .2, 1}, within(1e-12));
        assertThat(tensor(transformer(2, 1, ", \"channels\": 1"), picture))
                .containsExactly(new double[] {.299, .587 * .2 + .114}, within(1e-12));
    }

    @Test
    void resizesBetweenTheCentresOfPixels() {
        BufferedImage picture = new BufferedImage(2, 1, BufferedImage.TYPE_INT_RGB);
        picture.setRGB(1, 0, 0xffffff);

        assertThat(tensor(transformer(4, 1, ", \"channels\": 1"), picture))
                .containsExactly(new double[] {0, .25, .75, 1}, within(1e-12));
        assertThat(tensor(transformer(2, 3, ", \"channels\": 1, \"resize\": \"letterbox\", \"margin\": 51"), picture))
                .containsExactly(new double[] {.2, .2, 0, 1, .2, .2}, within(1e-12));
    }

    @Test
    void drawsBoxesIntoTheOriginalPicture() throws IOException {
        BufferedImage picture = new BufferedImage(20, 10, BufferedImage.TYPE_INT_RGB);
        Transformer transformer = transformer(10, 10, ", \"resize\": \"letterbox\"");
        Message message = message(base64(picture, "png"));
        Sample sample = transformer.accept(message).samples().getFirst();

        ObjectNode answer =
                transformer.answer(message, sample, new double[] {1, 3.5, 4, 5.5, .9, 0, 0, 0, 9, 9, .4, 0});

        assertThat(answer.path("detections").toString())
                .isEqualTo("[{\"box\":[2.0,2.0,8.0,6.0],\"score\":0.9,\"class\":0,\"label\":\"device\"}]");
        BufferedImage drawn = ImageIO.read(new ByteArrayInputStream(
                Base64.getDecoder().decode(answer.path("image").asString())));
        assertThat(drawn.getWidth()).isEqualTo(20);
        assertThat(drawn.getRGB(2, 4)).isEqualTo(0xffff0000);
        assertThat(drawn.getRGB(5, 4)).isEqualTo(0xff000000);
        assertThatThrownBy(() -> transformer.answer(message, sample, new double[7]))
                .hasMessage("prediction: 7 numbers (expected: a multiple of 6, at most 60000)");
    }

    @Test
    void refusesWhatIsNoPictureOrTooLargeAOne() {
        Transformer transformer = transformer(2, 2, ", \"pixels\": 1000, \"bytes\": 2000");

        assertThat(reason(transformer, "%%%")).isEqualTo("image: no base64 (expected: a PNG or JPEG in base64)");
        assertThat(reason(transformer, "R0lGODlhAQABAAAAACw="))
                .isEqualTo("image: neither PNG nor JPEG (expected: one of them)");
        String good = base64(new BufferedImage(30, 30, BufferedImage.TYPE_INT_RGB), "jpeg");
        assertThat(transformer.accept(message("data:image/jpeg;base64," + good)).samples())
                .hasSize(1);
        assertThat(reason(transformer, good.substring(0, 400))).startsWith("image: ");
        assertThat(reason(transformer, base64(new BufferedImage(100, 11, BufferedImage.TYPE_INT_RGB), "png")))
                .isEqualTo("image: 100 x 11 (expected: at most 1000 pixels)");
        assertThat(reason(transformer, "A".repeat(4000)))
                .isEqualTo("image: 4000 characters (expected: at most 2000 bytes in base64)");
        // a header that promises 2^31 - 1 pixels a side
        byte[] bomb = Base64.getDecoder().decode(base64(new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB), "png"));
        for (int i = 16; i < 24; i++) {
            bomb[i] = (byte) (i % 4 == 0 ? 0x7f : 0xff);
        }
        assertThat(reason(transformer, Base64.getEncoder().encodeToString(bomb)))
                .startsWith("image: ");
    }

    private static Transformer transformer(int width, int height, String more) {
        return Transformer.of(DOCUMENT.formatted(width, height, more));
    }

    private static double[] tensor(Transformer transformer, BufferedImage picture) {
        return transformer
                .accept(message(base64(picture, "png")))
                .samples()
                .getFirst()
                .input();
    }

    private static String reason(Transformer transformer, String image) {
        return transformer.accept(message(image)).rejections().getFirst().reason();
    }

    private static Message message(String image) {
        return Message.of("s", Pipeline.START, ("{\"image\": \"" + image + "\"}").getBytes(StandardCharsets.UTF_8));
    }

    private static String base64(BufferedImage picture, String format) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.setUseCache(false);
            ImageIO.write(picture, format, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Base64.getEncoder().encodeToString(bytes.toByteArray());
    }
}
