package io.mlaas.onnx;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes of one input without the batch, some of which may vary. */
public record InputShape(List<Size> sizes) {
    private static final Pattern SIZE = Pattern.compile("(?:([A-Za-z_][A-Za-z_0-9]*):)?([0-9]{1,9})");

    /**
     * @param axis its name, where the size may vary
     * @param usual the size, or a usual one
     */
    public record Size(Optional<String> axis, int usual) {
        public Size {
            if (usual < 1 || axis.filter("batch"::equals).isPresent()) {
                throw new IllegalArgumentException(
                        "size: " + axis.map(a -> a + ":").orElse("") + usual + " (expected: >= 1, the batch left out)");
            }
        }

        /** @param text such as {@code 224}, or {@code time:12} for an axis named {@code time} that is usually 12 long */
        static Size parse(String text) {
            Matcher size = SIZE.matcher(text.strip());
            if (!size.matches()) {
                throw new IllegalArgumentException("size: " + text + " (expected: such as 224, or time:12)");
            }
            return new Size(Optional.ofNullable(size.group(1)), Integer.parseInt(size.group(2)));
        }
    }

    public InputShape {
        sizes = List.copyOf(sizes);
    }

    /**
     * @param text sizes with commas, each a number or an axis with a usual size: {@code time:12,8}; empty for one number per
     *     sample
     * @throws IllegalArgumentException for anything else
     */
    public static InputShape parse(String text) {
        return of(text.isBlank() ? List.of() : Arrays.asList(text.split(",", -1)));
    }

    /** @throws IllegalArgumentException as {@link #parse} */
    public static InputShape of(List<String> sizes) {
        return new InputShape(sizes.stream().map(Size::parse).toList());
    }
}
