package io.mlaas.translation.onnx;

import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.Parameters;
import io.swagger.v3.oas.annotations.enums.Explode;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Schema;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Documents the parameters that say of a model's inputs what its file does not. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Parameters({
    @Parameter(
            name = "input_shape",
            in = ParameterIn.QUERY,
            explode = Explode.TRUE,
            description = "[NAME=]SIZES without the batch, such as 3,224,224, where the file does not say; for several"
                    + " inputs once for each, with its name: tokens=time:12, where the axis time may vary and is 12 long"
                    + " as a rule",
            array = @ArraySchema(schema = @Schema(type = "string"))),
    @Parameter(
            name = "input_type",
            in = ParameterIn.QUERY,
            explode = Explode.TRUE,
            description = "[NAME=]TYPE, such as float32 or int64, where the file does not say",
            array = @ArraySchema(schema = @Schema(type = "string")))
})
@interface InputOptions {}
