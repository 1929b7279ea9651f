package io.mlaas.kit.security;

import java.lang.reflect.Method;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.expression.Expression;
import org.springframework.expression.spel.standard.SpelExpressionParser;
import org.springframework.expression.spel.support.StandardEvaluationContext;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.access.expression.SecurityExpressionRoot;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.security.authentication.AuthenticationCredentialsNotFoundException;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.GrantedAuthority;

/**
 * What {@code @PreAuthorize} says of methods, looked up once for each: to read the annotation and to evaluate its
 * expression anew would take longer than what many a request is for. Lists of roles, which nearly all rules are, are
 * compared without an expression.
 */
final class Rules {
    private static final Pattern ROLES = Pattern.compile("has(?:Any)?Role\\(\\s*('\\w+'(?:\\s*,\\s*'\\w+')*)\\s*\\)");
    private static final Rule FREE = caller -> true;
    private static final Pattern ROLE = Pattern.compile("\\w+");

    private final SpelExpressionParser parser = new SpelExpressionParser();
    private final Map<Operation, Rule> rules = new ConcurrentHashMap<>();

    private record Operation(Class<?> type, Method method) {}

    private interface Rule {
        boolean allows(Authentication caller);
    }

    /**
     * @param type whose method it is, perhaps inherited
     * @throws AuthenticationCredentialsNotFoundException if the method has a rule and nobody is known
     * @throws AccessDeniedException if the rule does not allow it
     */
    void require(Class<?> type, Method method, @Nullable Authentication caller) {
        Rule rule = rules.computeIfAbsent(new Operation(type, method), this::rule);
        if (rule == FREE) {
            return;
        }
        if (caller == null) {
            throw new AuthenticationCredentialsNotFoundException("no caller");
        }
        if (!rule.allows(caller)) {
            throw new AccessDeniedException("this operation needs another role");
        }
    }

    private Rule rule(Operation operation) {
        PreAuthorize annotation = AnnotatedElementUtils.findMergedAnnotation(operation.method(), PreAuthorize.class);
        if (annotation == null) {
            annotation = AnnotatedElementUtils.findMergedAnnotation(operation.type(), PreAuthorize.class);
        }
        return annotation == null ? FREE : rule(annotation.value());
    }

    private Rule rule(String text) {
        Matcher roles = ROLES.matcher(text);
        if (!roles.matches()) {
            Expression expression = parser.parseExpression(text);
            return caller -> Boolean.TRUE.equals(expression.getValue(
                    new StandardEvaluationContext(new SecurityExpressionRoot<>(() -> caller, text) {}), Boolean.class));
        }
        Set<String> authorities = ROLE.matcher(roles.group(1))
                .results()
                .map(role -> "ROLE_" + role.group())
                .collect(Collectors.toUnmodifiableSet());
        return caller -> caller.isAuthenticated() && hasAny(caller, authorities);
    }

    private static boolean hasAny(Authentication caller, Set<String> authorities) {
        for (GrantedAuthority granted : caller.getAuthorities()) {
            String authority = granted.getAuthority();
            if (authority != null && authorities.contains(authority)) {
                return true;
            }
        }
        return false;
    }
}
