package io.mlaas.transform.step;

import io.mlaas.transform.document.Fields;
import io.mlaas.transform.row.Column;
import io.mlaas.transform.row.Column.Kind;
import io.mlaas.transform.row.Schema;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * {@code image}: a PNG or JPEG in base64 as a tensor, (value/255 - mean) / deviation of each channel. Grey is
 * 0.299 R + 0.587 G + 0.114 B.
 */
final class ImageStep extends Step {
    private static final int LARGEST_SIDE = 4096;
    private static final double[] GREY = {.299, .587, .114};

    private enum Layout {
        CHW,
        HWC
    }

    private enum Resize {
        STRETCH,
        LETTERBOX
    }

    private final int column;
    private final Fit fit;
    private final int channels;
    private final Layout layout;
    private final double[] mean;
    private final double[] deviation;
    private final double margin;
    private final int mostBytes;
    private final int mostPixels;

    private ImageStep(
            Schema input,
            Schema output,
            int column,
            Fit fit,
            int channels,
            Layout layout,
            double[] mean,
            double[] deviation,
            double margin,
            int mostBytes,
            int mostPixels) {
        super(input, output);
        this.column = column;
        this.fit = fit;
        this.channels = channels;
        this.layout = layout;
        this.mean = mean;
        this.deviation = deviation;
        this.margin = margin;
        this.mostBytes = mostBytes;
        this.mostPixels = mostPixels;
    }

    static Step read(Fields fields, Schema input) {
        Columns columns = new Columns(fields, input);
        int column = columns.one("field", Kind.TEXT);
        Fit fit = new Fit(
                fields.integer("width", 1, LARGEST_SIDE),
                fields.integer("height", 1, LARGEST_SIDE),
                fields.choice("resize", Resize.STRETCH) == Resize.LETTERBOX);
        int channels = fields.integer("channels", 3, 1, 3);
        if (channels == 2) {
            fields.bad("channels", "2 (expected: 3, or 1 for grey)");
        }
        Layout layout = fields.choice("layout", Layout.CHW);
        String into = columns.fresh("into", fields.text("into", "pixels"));
        Column tensor = layout == Layout.CHW
                ? Column.vector(into, channels, fit.height(), fit.width())
                : Column.vector(into, fit.height(), fit.width(), channels);
        return new ImageStep(
                input,
                input.with(tensor),
                column,
                fit,
                channels,
                layout,
                perChannel(fields, "mean", channels, 0),
                perChannel(fields, "deviation", channels, 1),
                fields.number("margin", 114, 0, 255),
                fields.integer("bytes", 8 << 20, 1, 1 << 26),
                fields.integer("pixels", 16_000_000, 1, 1 << 28));
    }

    private static double[] perChannel(Fields fields, String name, int channels, double fallback) {
        double[] given = fields.numbers(name);
        double[] all = new double[channels];
        Arrays.fill(all, fallback);
        if (given.length == 0) {
            return all;
        }
        boolean good = given.length == channels;
        for (double one : given) {
            good &= !name.equals("deviation") || one > 0;
        }
        if (!good) {
            fields.bad(
                    name,
                    fields.node().get(name) + " (expected: " + channels + " numbers"
                            + (name.equals("deviation") ? " > 0)" : ")"));
            return all;
        }
        return given;
    }

    /** The name of the tensor's column. */
    public String into() {
        return output().columns().getLast().name();
    }

    /** How pictures come to lie in the tensor. */
    public Fit fit() {
        return fit;
    }

    @Override
    public Processor start() {
        return (row, next) -> {
            @Nullable Object[] values = row.values(output().size());
            String text = row.text(column);
            values[row.size()] = text == null ? null : tensor(Pictures.decode(text, mostBytes, mostPixels));
            next.pass(row.with(values));
        };
    }

    private double[] tensor(BufferedImage picture) {
        int width = fit.width();
        int height = fit.height();
        double[] tensor = new double[channels * width * height];
        double[] colour = new double[3];
        Fit.Placement placement = fit.place(picture.getWidth(), picture.getHeight());
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                fit.sample(picture, placement, x, y, margin, colour);
                if (channels == 1) {
                    colour[0] = GREY[0] * colour[0] + GREY[1] * colour[1] + GREY[2] * colour[2];
                }
                for (int c = 0; c < channels; c++) {
                    int at = layout == Layout.CHW ? (c * height + y) * width + x : (y * width + x) * channels + c;
                    tensor[at] = (colour[c] / 255 - mean[c]) / deviation[c];
                }
            }
        }
        return tensor;
    }
}
