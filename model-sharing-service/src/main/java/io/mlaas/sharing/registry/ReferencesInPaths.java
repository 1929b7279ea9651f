package io.mlaas.sharing.registry;

import io.mlaas.kit.security.Caller;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * Puts the asset's id where a path has a reference, for every operation that reads, changes or deletes an asset: no
 * operation can be added that takes an id and forgets references. What is no reference stays and is refused as the
 * malformed id that it is.
 */
@Component
class ReferencesInPaths implements HandlerInterceptor, WebMvcConfigurer {
    /** All but POST: what starts or releases something names its asset exactly. */
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "PATCH", "DELETE", "PUT");

    private static final Map<String, List<AssetKind>> KINDS = Map.of(
            "dataset_id", List.of(AssetKind.DATASET),
            "model_id", List.of(AssetKind.MODEL),
            "asset_id", List.of(AssetKind.MODEL, AssetKind.DATASET));

    private final References references;

    ReferencesInPaths(References references) {
        this.references = references;
    }

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(this).addPathPatterns("/dataset/**", "/model/**", "/metadata/**");
    }

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        if (METHODS.contains(request.getMethod())
                && request.getAttribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE)
                        instanceof Map<?, ?> variables) {
            Caller caller = caller();
            if (caller != null) {
                request.setAttribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE, resolve(variables, caller));
            }
        }
        return true;
    }

    private Map<String, Object> resolve(Map<?, ?> variables, Caller caller) {
        Map<String, Object> resolved = new LinkedHashMap<>();
        variables.forEach((key, value) -> {
            String name = String.valueOf(key);
            String text = String.valueOf(value);
            List<AssetKind> kinds = KINDS.get(name);
            resolved.put(name, kinds == null || !References.isReference(text) ? text : id(name, kinds, text, caller));
        });
        return resolved;
    }

    private String id(String name, List<AssetKind> kinds, String reference, Caller caller) {
        return kinds.stream()
                .map(kind -> references.find(kind, caller.organizationId(), reference))
                .flatMap(Optional::stream)
                .findFirst()
                .map(UUID::toString)
                .orElseThrow(() -> References.unknown(name, reference));
    }

    private static @Nullable Caller caller() {
        Authentication authentication = SecurityContextHolder.getContext().getAuthentication();
        return authentication != null && authentication.getPrincipal() instanceof Caller caller ? caller : null;
    }
}
