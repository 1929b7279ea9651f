package io.mlaas.onnx.evaluate;

import io.mlaas.onnx.graph.Attribute;
import io.mlaas.onnx.graph.Dim;
import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.graph.Shape;
import io.mlaas.onnx.graph.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Interpolation to other sizes, and sampling at given places. */
final class ResizeOperators {
    private ResizeOperators() {}

    static void register(OperatorTable table) {
        String nearest = "self output_size scale_factors=None more=None most=None";
        for (int axes = 1; axes <= 3; axes++) {
            table.add("upsample_nearest" + axes + "d", nearest, "Resize", c -> resize(c, "nearest", "floor"));
            table.add(
                    "_upsample_nearest_exact" + axes + "d",
                    nearest,
                    "Resize",
                    c -> resize(c, "nearest", "round_prefer_ceil"));
        }
        String linear = "self output_size align_corners scale_factors=None more=None most=None";
        for (String name : List.of("upsample_linear1d", "upsample_bilinear2d", "upsample_trilinear3d")) {
            table.add(name, linear, "Resize", c -> resize(c, "linear", ""));
        }
        table.add("upsample_bicubic2d", linear, "Resize", c -> resize(c, "cubic", ""));
        table.add(
                "grid_sampler",
                "input grid interpolation_mode padding_mode align_corners",
                "GridSample",
                ResizeOperators::gridSample);
        table.add(
                "grid_sampler_2d",
                "input grid interpolation_mode padding_mode align_corners",
                "GridSample",
                ResizeOperators::gridSample);
        table.add("affine_grid_generator", "theta size align_corners", "MatMul", ResizeOperators::affineGrid);
    }

    private static Value resize(Call call, String mode, String rounding) {
        Tensor self = call.tensor("self");
        int axes = self.rank() - 2;
        boolean nearest = mode.equals("nearest");
        List<Attribute> attributes = new ArrayList<>(List.of(Attribute.of("mode", mode)));
        if (nearest) {
            attributes.add(Attribute.of("nearest_mode", rounding));
            attributes.add(Attribute.of(
                    "coordinate_transformation_mode", rounding.equals("floor") ? "asymmetric" : "half_pixel"));
        } else {
            attributes.add(Attribute.of(
                    "coordinate_transformation_mode", call.bool("align_corners") ? "align_corners" : "half_pixel"));
        }
        if (mode.equals("cubic")) {
            attributes.add(Attribute.of("cubic_coeff_a", -0.75));
        }
        boolean bySize = call.given("output_size");
        double[] scales = bySize ? new double[0] : scales(call, axes);
        Shape shape = self.shape();
        for (int i = 0; i < axes; i++) {
            shape = shape.with(
                    2 + i, bySize ? call.dims("output_size").get(i) : scaled(call, self.size(2 + i), scales[i]));
        }
        // PyTorch maps coordinates by the factor itself, which need not be the ratio of the sizes
        boolean exact = bySize || whole(scales) || (!nearest && call.bool("align_corners"));
        double[] all = new double[self.rank()];
        Arrays.fill(all, 1);
        System.arraycopy(scales, 0, all, 2, scales.length);
        List<@Nullable Tensor> inputs = new ArrayList<>(Arrays.asList(self, null));
        if (exact) {
            inputs.add(null);
            inputs.add(call.graph().sizes(shape));
        } else {
            inputs.add(call.graph().numbers(ElementType.FLOAT32, Shape.of(all.length), all));
        }
        return Values.of(call.node("Resize", self.type(), shape, inputs, attributes.toArray(Attribute[]::new)));
    }

    private static boolean whole(double[] scales) {
        return Arrays.stream(scales).allMatch(s -> s == Math.rint(s));
    }

    private static double[] scales(Call call, int axes) {
        List<Value> given =
                switch (call.value("scale_factors")) {
                    case Value.Items list -> list.items();
                    case Value.Tuple tuple -> tuple.items();
                    case Value other -> List.of(other);
                };
        call.require(given.size() == axes, "scale_factors: " + given.size() + " (expected: " + axes + ")");
        return given.stream()
                .mapToDouble(v -> Call.number(v).orElseThrow(() -> call.refuse("scale_factors")))
                .toArray();
    }

    private static Dim scaled(Call call, Dim size, double scale) {
        if (scale == Math.rint(scale)) {
            return size.times((long) scale);
        }
        call.require(size.isConstant(), "scale factor " + scale + " of an axis of size " + size);
        return Dim.of((long) Math.floor(size.value() * scale));
    }

    private static Value gridSample(Call call) {
        Tensor input = call.tensor("input");
        call.requireOpset(16, "sampling at given places");
        Tensor grid = call.tensor("grid");
        call.require(input.rank() == 4, "input " + input.shape() + " (expected: batch, channels, height, width)");
        boolean renamed = call.graph().opset() >= 20;
        String mode = List.of(renamed ? "linear" : "bilinear", "nearest", renamed ? "cubic" : "bicubic")
                .get((int) call.integer("interpolation_mode"));
        String padding = List.of("zeros", "border", "reflection").get((int) call.integer("padding_mode"));
        Shape shape = new Shape(List.of(input.size(0), input.size(1), grid.size(1), grid.size(2)));
        return Values.of(call.node(
                "GridSample",
                input.type(),
                shape,
                List.of(input, grid),
                Attribute.of("mode", mode),
                Attribute.of("padding_mode", padding),
                Attribute.of("align_corners", call.bool("align_corners") ? 1 : 0)));
    }

    /** (x, y, 1) of each pixel, between -1 and 1, times the transposed matrices. */
    private static Value affineGrid(Call call) {
        Tensor theta = call.tensor("theta");
        List<Dim> size = call.dims("size");
        call.require(
                size.size() == 4 && size.get(2).isConstant() && size.get(3).isConstant(),
                "size " + size + " (expected: known height and width)");
        int height = (int) size.get(2).value();
        int width = (int) size.get(3).value();
        call.require((long) height * width <= 1 << 20, "size " + size);
        boolean corners = call.bool("align_corners");
        double[] base = new double[height * width * 3];
        for (int i = 0; i < height * width; i++) {
            base[3 * i] = coordinate(i % width, width, corners);
            base[3 * i + 1] = coordinate(i / width, height, corners);
            base[3 * i + 2] = 1;
        }
        Tensor points = call.graph().numbers(theta.type(), Shape.of((long) height * width, 3), base);
        Tensor moved = LinearOperators.matmul(call, points, call.graph().transpose(theta, 0, 2, 1));
        return Values.of(
                call.graph().reshape(moved, new Shape(List.of(theta.size(0), size.get(2), size.get(3), Dim.of(2)))));
    }

    private static double coordinate(int i, int count, boolean corners) {
        return corners ? (count == 1 ? 0 : 2.0 * i / (count - 1) - 1) : (2.0 * i + 1) / count - 1;
    }
}
