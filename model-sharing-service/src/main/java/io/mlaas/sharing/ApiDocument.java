package io.mlaas.sharing;

import io.mlaas.kit.problem.ProblemBody;
import io.swagger.v3.core.converter.ModelConverters;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Makes {@code /openapi.json} say that whatever goes wrong is answered as a problem. */
@Configuration(proxyBeanMethods = false)
class ApiDocument {

    @Bean
    OpenApiCustomizer problems() {
        ApiResponse problem = new ApiResponse()
                .description("A problem: its code says which, docs/errors.md lists them")
                .content(new Content()
                        .addMediaType(
                                "application/problem+json",
                                new MediaType().schema(new Schema<>().$ref("#/components/schemas/ProblemBody"))));
        return document -> {
            Components components = document.getComponents();
            ModelConverters.getInstance(true).readAll(ProblemBody.class).forEach(components::addSchemas);
            document.getPaths().values().forEach(path -> path.readOperations()
                    .forEach(operation -> operation.getResponses().setDefault(problem)));
        };
    }
}
