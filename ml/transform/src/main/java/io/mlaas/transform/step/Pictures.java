package io.mlaas.transform.step;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.Iterator;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** PNG and JPEG from base64, bounded: the size is read from the header before a pixel is decoded. */
final class Pictures {
    private Pictures() {}

    /** With or without {@code data:image/png;base64,} before it. */
    public static BufferedImage decode(String base64, int mostBytes, int mostPixels) throws RowRejectedException {
        int start = base64.startsWith("data:") ? base64.indexOf(',') + 1 : 0;
        if ((base64.length() - start) / 4L * 3 > mostBytes + 3L) {
            throw new RowRejectedException(
                    "image: " + base64.length() + " characters (expected: at most " + mostBytes + " bytes in base64)");
        }
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(base64.substring(start).replaceAll("\\s", ""));
        } catch (IllegalArgumentException e) {
            throw new RowRejectedException("image: no base64 (expected: a PNG or JPEG in base64)", e);
        }
        ImageReader reader = reader(bytes);
        try (MemoryCacheImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
            reader.setInput(in, true, true);
            long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
            if (pixels < 1 || pixels > mostPixels) {
                throw new RowRejectedException("image: " + reader.getWidth(0) + " x " + reader.getHeight(0)
                        + " (expected: at most " + mostPixels + " pixels)");
            }
            return reader.read(0);
        } catch (IOException | RuntimeException e) {
            throw new RowRejectedException("image: cannot be decoded (" + e.getMessage() + ")", e);
        } finally {
            reader.dispose();
        }
    }

    private static ImageReader reader(byte[] bytes) throws RowRejectedException {
        boolean png =
                bytes.length > 8 && bytes[0] == (byte) 0x89 && bytes[1] == 'P' && bytes[2] == 'N' && bytes[3] == 'G';
        boolean jpeg =
                bytes.length > 3 && bytes[0] == (byte) 0xff && bytes[1] == (byte) 0xd8 && bytes[2] == (byte) 0xff;
        Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(png ? "png" : "jpeg");
        if (!(png || jpeg) || !readers.hasNext()) {
            throw new RowRejectedException("image: neither PNG nor JPEG (expected: one of them)");
        }
        return readers.next();
    }

    static String mediaType(String format) {
        return "image/" + format.toLowerCase(Locale.ROOT);
    }
}
