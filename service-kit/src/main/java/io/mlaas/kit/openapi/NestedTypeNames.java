package io.mlaas.kit.openapi;

import io.swagger.v3.core.jackson.TypeNameResolver;

/**
 * Names a nested type after the one around it too: two interfaces may both have a {@code Dataset}, and schemas of one
 * name would be merged.
 */
class NestedTypeNames extends TypeNameResolver {

    @Override
    protected String getNameOfClass(Class<?> type) {
        Class<?> outer = type.getEnclosingClass();
        return outer == null ? type.getSimpleName() : getNameOfClass(outer) + type.getSimpleName();
    }
}
