package io.mlaas.kit.openapi;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.NamingBase;
import com.fasterxml.jackson.databind.type.TypeFactory;
import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverter;
import io.swagger.v3.core.converter.ModelConverterContext;
import io.swagger.v3.oas.annotations.media.Schema.RequiredMode;
import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.media.Schema;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Says in schemas what the records say in their types: a component that is not {@code @Nullable} is required, one that
 * is may be null, unless nulls of its record are left out; and any JSON value is any JSON value.
 */
class RecordSchemas implements ModelConverter {

    private static final NamingBase NAMES = (NamingBase) PropertyNamingStrategies.SNAKE_CASE;

    @Override
    public @Nullable Schema<?> resolve(
            AnnotatedType type, ModelConverterContext context, Iterator<ModelConverter> chain) {
        Class<?> raw = raw(type);
        if (raw == JsonNode.class || raw == Object.class) {
            return new JsonSchema();
        }
        Schema<?> schema = chain.hasNext() ? chain.next().resolve(type, context, chain) : null;
        if (schema != null && raw.isRecord()) {
            Schema<?> described = described(schema, context);
            if (described != null) {
                describe(described, raw);
            }
        }
        return schema;
    }

    private static Class<?> raw(AnnotatedType type) {
        return type.getType() instanceof JavaType java
                ? java.getRawClass()
                : TypeFactory.defaultInstance().constructType(type.getType()).getRawClass();
    }

    private static @Nullable Schema<?> described(Schema<?> schema, ModelConverterContext context) {
        String reference = schema.get$ref();
        return reference == null
                ? schema
                : context.getDefinedModels().get(reference.substring(reference.lastIndexOf('/') + 1));
    }

    private static void describe(Schema<?> schema, Class<?> type) {
        boolean nullsAreLeftOut = leavesOutNulls(type);
        Map<String, Schema> properties = properties(schema);
        List<String> required = new ArrayList<>();
        for (RecordComponent component : type.getRecordComponents()) {
            String name = NAMES.translate(component.getName());
            Schema<?> property = properties.get(name);
            if (property == null || component.isAnnotationPresent(JsonInclude.class)) {
                continue;
            }
            if (component.getGenericType() instanceof ParameterizedType map
                    && map.getRawType() == Map.class
                    && map.getActualTypeArguments()[1] == Object.class) {
                property.setAdditionalProperties(new JsonSchema());
            }
            if (!component.getAnnotatedType().isAnnotationPresent(Nullable.class)) {
                required.add(name);
            } else if (!nullsAreLeftOut) {
                properties.put(name, orNull(property));
            }
        }
        if (!saysItself(type)) {
            schema.setRequired(required.isEmpty() ? null : required);
        }
    }

    /** Of a subtype the properties are in a part of their own. */
    @SuppressWarnings("rawtypes")
    private static Map<String, Schema> properties(Schema<?> schema) {
        return Stream.concat(Stream.of(schema), schema.getAllOf() == null ? Stream.of() : schema.getAllOf().stream())
                .map(part -> (Map<String, Schema>) part.getProperties())
                .filter(found -> found != null)
                .findFirst()
                .orElse(Map.of());
    }

    private static Schema<?> orNull(Schema<?> property) {
        if (property.get$ref() != null || property.getEnum() != null) {
            JsonSchema nothing = new JsonSchema();
            nothing.addType("null");
            JsonSchema either = new JsonSchema();
            either.addAnyOfItem(property);
            either.addAnyOfItem(nothing);
            return either;
        }
        if (property.getTypes() != null) {
            property.addType("null");
        }
        return property;
    }

    /** A form's record, for instance, that is only there to be described. */
    private static boolean saysItself(Class<?> type) {
        return Stream.of(type.getRecordComponents())
                .map(component ->
                        component.getAccessor().getAnnotation(io.swagger.v3.oas.annotations.media.Schema.class))
                .anyMatch(said -> said != null && said.requiredMode() != RequiredMode.AUTO);
    }

    private static boolean leavesOutNulls(Class<?> type) {
        return Stream.concat(Stream.of(type), Stream.of(type.getInterfaces()))
                .map(one -> one.getAnnotation(JsonInclude.class))
                .anyMatch(include -> include != null && include.value() != JsonInclude.Include.ALWAYS);
    }
}
