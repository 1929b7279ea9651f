package io.mlaas.kit.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverters;
import io.swagger.v3.core.jackson.ModelResolver;
import io.swagger.v3.core.util.Json31;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class RecordSchemasTest {

    record Inner(int count) {}

    record Answer(
            String firstName,
            @Nullable String lastName,
            @Nullable Inner inner,
            Map<String, Object> more,
            JsonNode one) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Sparse(
            String name,
            @Nullable String note,

            @JsonRawValue @Schema(implementation = Object.class, description = "as it was told") @Nullable
            String told) {}

    record Form(
            @Schema(requiredMode = Schema.RequiredMode.REQUIRED)
            String metadata,

            String file) {}

    @Test
    void requiresWhatIsNeverNullAndLetsTheOthersBeNull() {
        String schema = schema(Answer.class);

        assertThat(schema).contains("\"required\":[\"first_name\",\"more\",\"one\"]");
        assertThat(schema).contains("\"first_name\":{\"type\":\"string\"}");
        assertThat(schema).contains("\"last_name\":{\"type\":[\"string\",\"null\"]}");
        assertThat(schema)
                .contains("\"inner\":{\"anyOf\":[{\"$ref\":\"#/components/schemas/RecordSchemasTestInner\"},"
                        + "{\"type\":\"null\"}]}");
    }

    @Test
    void takesAnyJsonForAnyJson() {
        assertThat(schema(Answer.class))
                .contains("\"more\":{\"type\":\"object\",\"additionalProperties\":{}}", "\"one\":{}");
        assertThat(schema(Sparse.class)).contains("\"told\":{\"description\":\"as it was told\"}");
    }

    @Test
    void saysNothingOfNullsThatAreLeftOut() {
        assertThat(schema(Sparse.class)).contains("\"note\":{\"type\":\"string\"}", "\"required\":[\"name\"]");
    }

    @Test
    void leavesAloneWhatSaysItselfWhatIsRequired() {
        assertThat(schema(Form.class)).contains("\"required\":[\"metadata\"]");
    }

    private static String schema(Class<?> type) {
        ModelConverters converters = new ModelConverters(true);
        ModelResolver resolver = new ModelResolver(
                new ObjectMapper().setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE),
                new NestedTypeNames());
        converters.addConverter(resolver.openapi31(true));
        converters.addConverter(new RecordSchemas());
        return Json31.mapper()
                .valueToTree(
                        converters.readAll(new AnnotatedType(type)).get(new NestedTypeNames().getNameOfClass(type)))
                .toString();
    }
}
