package io.mlaas.translation.onnx;

import io.mlaas.translate.GivenOptions;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.Explode;
import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.BindParam;

/** Query parameters that say of a model's inputs what its file does not, and how its users want it. */
record InputQuery(
        @Parameter(description = "Calculate in 64-bit floats, where ONNX allows it")
        @Schema(defaultValue = "false")
        @Nullable
        Boolean float64,

        @Parameter(name = "static", description = "Fix every size; the batch is 1")
        @Schema(defaultValue = "false")
        @BindParam("static")
        @Nullable
        Boolean fixed,

        @Parameter(
                name = "input_shape",
                explode = Explode.TRUE,
                description = "[NAME=]SIZES without the batch, such as 3,224,224, where the file does not say; for"
                        + " several inputs once for each, with its name: tokens=time:12, where the axis time may vary"
                        + " and is 12 long as a rule",
                array = @ArraySchema(schema = @Schema(type = "string")))
        @BindParam("input_shape")
        @Nullable
        List<String> inputShapes,

        @Parameter(
                name = "input_type",
                explode = Explode.TRUE,
                description = "[NAME=]TYPE, such as float32 or int64, where the file does not say",
                array = @ArraySchema(schema = @Schema(type = "string")))
        @BindParam("input_type")
        @Nullable
        List<String> inputTypes) {
    GivenOptions given() {
        return new GivenOptions(
                inputShapes == null ? List.of() : inputShapes,
                inputTypes == null ? List.of() : inputTypes,
                Boolean.TRUE.equals(float64),
                Boolean.TRUE.equals(fixed));
    }
}
