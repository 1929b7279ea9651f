package io.mlaas.transform.step;

import java.awt.image.BufferedImage;

/**
 * How a picture comes to lie in a tensor of so many pixels: stretched, or whole with a margin. Pixels are interpolated
 * linearly between their centres.
 */
record Fit(int width, int height, boolean letterbox) {
    /** Pixels of the tensor per pixel of the picture, and where the picture's corner lies in the tensor. */
    public record Placement(double scaleX, double scaleY, double left, double top) {
        double pictureX(double x) {
            return (x - left) / scaleX;
        }

        double pictureY(double y) {
            return (y - top) / scaleY;
        }
    }

    Placement place(int pictureWidth, int pictureHeight) {
        double scaleX = (double) width / pictureWidth;
        double scaleY = (double) height / pictureHeight;
        if (!letterbox) {
            return new Placement(scaleX, scaleY, 0, 0);
        }
        double scale = Math.min(scaleX, scaleY);
        return new Placement(scale, scale, (width - scale * pictureWidth) / 2, (height - scale * pictureHeight) / 2);
    }

    /** Red, green and blue of a tensor's pixel, 0 to 255, into an array of three. */
    void sample(BufferedImage picture, Placement placement, int x, int y, double margin, double[] into) {
        double px = placement.pictureX(x + .5);
        double py = placement.pictureY(y + .5);
        if (px < 0 || py < 0 || px > picture.getWidth() || py > picture.getHeight()) {
            into[0] = margin;
            into[1] = margin;
            into[2] = margin;
            return;
        }
        double left = Math.clamp(px - .5, 0, picture.getWidth() - 1.0);
        double top = Math.clamp(py - .5, 0, picture.getHeight() - 1.0);
        int x0 = (int) left;
        int y0 = (int) top;
        int x1 = Math.min(x0 + 1, picture.getWidth() - 1);
        int y1 = Math.min(y0 + 1, picture.getHeight() - 1);
        int topLeft = picture.getRGB(x0, y0);
        int topRight = picture.getRGB(x1, y0);
        int bottomLeft = picture.getRGB(x0, y1);
        int bottomRight = picture.getRGB(x1, y1);
        for (int channel = 0; channel < 3; channel++) {
            int shift = 16 - 8 * channel;
            double above = between(topLeft >> shift & 0xff, topRight >> shift & 0xff, left - x0);
            double below = between(bottomLeft >> shift & 0xff, bottomRight >> shift & 0xff, left - x0);
            into[channel] = between(above, below, top - y0);
        }
    }

    private static double between(double from, double to, double share) {
        return from + share * (to - from);
    }
}
