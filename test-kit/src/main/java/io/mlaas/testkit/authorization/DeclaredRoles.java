package io.mlaas.testkit.authorization;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** What {@code @PreAuthorize} says at the handlers of a service, described in its document or not. */
record DeclaredRoles(RequestMappingHandlerMapping handlers) {
    private static final Pattern HAS_ROLE = Pattern.compile("has(?:Any)?Role\\(([^)]*)\\)");
    private static final Pattern NAME = Pattern.compile("'(\\w+)'");

    List<String> differences(List<ApiOperation> operations, Map<String, Rule> rules) {
        Map<String, Rule> byTitle = new HashMap<>();
        for (ApiOperation operation : operations) {
            Rule rule = rules.get(operation.id());
            if (rule != null) {
                byTitle.put(operation.title(), rule);
            }
        }
        List<String> differences = new ArrayList<>();
        handlers.getHandlerMethods().forEach((mapping, handler) -> {
            Class<?> type = handler.getBeanType();
            if (type.getName().startsWith("io.mlaas.") && !ErrorController.class.isAssignableFrom(type)) {
                for (String title : titles(mapping)) {
                    String difference = difference(title, handler, byTitle);
                    if (!difference.isEmpty()) {
                        differences.add(difference);
                    }
                }
            }
        });
        return differences;
    }

    private static String difference(String title, HandlerMethod handler, Map<String, Rule> rules) {
        Rule rule = rules.get(title);
        PreAuthorize declared = AnnotatedElementUtils.findMergedAnnotation(handler.getMethod(), PreAuthorize.class);
        if (rule == null) {
            return title + " is not in the API document: nobody sees who may use it";
        }
        if (declared == null) {
            return title + " has no @PreAuthorize";
        }
        if (rule.scope() == Rule.Scope.OPEN) {
            return declared.value().equals("permitAll()")
                    ? ""
                    : title + ": " + declared.value() + " (expected: permitAll())";
        }
        if (!HAS_ROLE.matcher(declared.value()).matches()) {
            return title + ": " + declared.value()
                    + " (expected: roles and nothing else, so that they can be checked first)";
        }
        Set<String> roles = new TreeSet<>();
        HAS_ROLE.matcher(declared.value()).results().forEach(call -> NAME.matcher(call.group(1))
                .results()
                .map(DeclaredRoles::name)
                .forEach(roles::add));
        return roles.equals(rule.roles()) ? "" : title + ": " + declared.value() + " (expected: " + rule.roles() + ")";
    }

    private static String name(MatchResult found) {
        return found.group(1);
    }

    /** Method and path as an OpenAPI document writes them; a path that ends in a slash is the one without. */
    private static List<String> titles(RequestMappingInfo mapping) {
        List<String> titles = new ArrayList<>();
        for (String pattern : mapping.getPatternValues()) {
            String path = pattern.length() > 1 && pattern.endsWith("/")
                    ? pattern.substring(0, pattern.length() - 1)
                    : pattern;
            String plain = path.replaceAll("\\{(\\w+):[^}]*}", "{$1}");
            for (RequestMethod method : mapping.getMethodsCondition().getMethods()) {
                titles.add(method.name() + " " + plain);
            }
        }
        return titles;
    }
}
