package io.mlaas.transform.step;

import io.mlaas.transform.document.Fields;
import io.mlaas.transform.document.JsonPath;
import io.mlaas.transform.payload.Paths;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code boxes}: a detector's boxes drawn into the picture of the message. A detection is six numbers: the box, its score,
 * its class; boxes are in pixels of the tensor that an {@code image} step made, and come back in pixels of the picture.
 */
final class Boxes implements PostStep {
    private static final int NUMBERS = 6;
    private static final int MOST = 10_000;
    private static final double GOLDEN = 0.618033988749895;

    private enum Format {
        XYXY,
        CXCYWH
    }

    private enum Output {
        PNG,
        JPEG
    }

    private final JsonPath path;
    private final Fit fit;
    private final Format format;
    private final boolean normalized;
    private final double threshold;
    private final int thickness;
    private final List<String> labels;
    private final Output output;
    private final int mostBytes;
    private final int mostPixels;

    private Boxes(Fields fields, JsonPath path, Fit fit) {
        this.path = path;
        this.fit = fit;
        format = fields.choice("format", Format.XYXY);
        normalized = fields.flag("normalized", false);
        threshold = fields.number("threshold", .5, 0, 1);
        thickness = fields.integer("thickness", 3, 1, 100);
        labels = fields.optionalTexts("labels");
        output = fields.choice("output", Output.PNG);
        mostBytes = fields.integer("bytes", 8 << 20, 1, 1 << 26);
        mostPixels = fields.integer("pixels", 16_000_000, 1, 1 << 28);
    }

    static @Nullable PostStep read(Fields fields, List<Step> steps) {
        JsonPath path = Paths.path(fields, "path");
        String of = fields.text("of", "pixels");
        Fit fit = null;
        for (Step step : steps) {
            if (step instanceof ImageStep image && image.into().equals(of)) {
                fit = image.fit();
            }
        }
        if (fit == null) {
            fields.bad("of", "\"" + of + "\" (expected: the column that an image step makes)");
        }
        Boxes boxes =
                new Boxes(fields, path == null ? JsonPath.of("$") : path, fit == null ? new Fit(1, 1, false) : fit);
        return path == null || fit == null ? null : boxes;
    }

    @Override
    public boolean needsTheMessage() {
        return true;
    }

    @Override
    public ObjectNode apply(ObjectNode answer, JsonNode message, double[] prediction) throws RowRejectedException {
        if (prediction.length % NUMBERS != 0 || prediction.length > MOST * NUMBERS) {
            throw new RowRejectedException("prediction: " + prediction.length + " numbers (expected: a multiple of "
                    + NUMBERS + ", at most " + MOST * NUMBERS + ")");
        }
        JsonNode text = path.first(message);
        if (text == null || !text.isString()) {
            throw new RowRejectedException(path + ": missing (expected: a picture in base64)");
        }
        BufferedImage original = Pictures.decode(text.stringValue(), mostBytes, mostPixels);
        BufferedImage picture =
                new BufferedImage(original.getWidth(), original.getHeight(), BufferedImage.TYPE_INT_RGB);
        ArrayNode detections = answer.putArray("detections");
        Graphics2D pen = picture.createGraphics();
        try {
            pen.drawImage(original, 0, 0, null);
            pen.setStroke(new BasicStroke(thickness));
            Fit.Placement placement = fit.place(picture.getWidth(), picture.getHeight());
            for (int at = 0; at < prediction.length; at += NUMBERS) {
                if (prediction[at + 4] >= threshold) {
                    draw(prediction, at, placement, picture, pen, detections.addObject());
                }
            }
        } finally {
            pen.dispose();
        }
        answer.put("image", encoded(picture));
        answer.put("media_type", Pictures.mediaType(output.name()));
        return answer;
    }

    private void draw(
            double[] all,
            int at,
            Fit.Placement placement,
            BufferedImage picture,
            Graphics2D pen,
            ObjectNode detection) {
        double[] box = corners(all, at);
        double left = Math.clamp(placement.pictureX(box[0]), 0, picture.getWidth());
        double top = Math.clamp(placement.pictureY(box[1]), 0, picture.getHeight());
        double right = Math.clamp(placement.pictureX(box[2]), 0, picture.getWidth());
        double bottom = Math.clamp(placement.pictureY(box[3]), 0, picture.getHeight());
        int kind = (int) Math.clamp(Math.round(all[at + 5]), 0, Integer.MAX_VALUE);
        pen.setColor(Color.getHSBColor((float) (kind * GOLDEN % 1), 1, 1));
        pen.draw(new Rectangle2D.Double(left, top, right - left, bottom - top));
        detection.putArray("box").add(left).add(top).add(right).add(bottom);
        detection.put("score", all[at + 4]);
        detection.put("class", kind);
        if (kind < labels.size()) {
            detection.put("label", labels.get(kind));
        }
    }

    private double[] corners(double[] all, int at) {
        double x = normalized ? fit.width() : 1;
        double y = normalized ? fit.height() : 1;
        double a = all[at] * x;
        double b = all[at + 1] * y;
        double c = all[at + 2] * x;
        double d = all[at + 3] * y;
        return format == Format.XYXY
                ? new double[] {a, b, c, d}
                : new double[] {a - c / 2, b - d / 2, a + c / 2, b + d / 2};
    }

    private String encoded(BufferedImage picture) throws RowRejectedException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.setUseCache(false);
            if (!ImageIO.write(picture, output.name(), bytes)) {
                throw new RowRejectedException("image: cannot be written as " + output);
            }
        } catch (IOException e) {
            throw new RowRejectedException("image: cannot be written (" + e.getMessage() + ")", e);
        }
        return Base64.getEncoder().encodeToString(bytes.toByteArray());
    }
}
