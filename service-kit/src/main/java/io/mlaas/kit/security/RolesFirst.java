package io.mlaas.kit.security;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.expression.Expression;
import org.springframework.expression.spel.standard.SpelExpressionParser;
import org.springframework.expression.spel.support.StandardEvaluationContext;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.access.expression.SecurityExpressionRoot;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;

/**
 * Checks {@code @PreAuthorize} before anything of the request is read. Method security alone comes after the arguments
 * are made: somebody without the role would have the body parsed, and would learn what is wrong with it.
 */
class RolesFirst implements HandlerInterceptor {
    private final SpelExpressionParser parser = new SpelExpressionParser();
    private final Map<String, Expression> parsed = new ConcurrentHashMap<>();

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        if (handler instanceof HandlerMethod method) {
            PreAuthorize rule = AnnotatedElementUtils.findMergedAnnotation(method.getMethod(), PreAuthorize.class);
            Authentication caller = SecurityContextHolder.getContext().getAuthentication();
            if (rule != null && caller != null && !allows(rule.value(), caller)) {
                throw new AccessDeniedException(rule.value());
            }
        }
        return true;
    }

    private boolean allows(String rule, Authentication caller) {
        Expression expression = parsed.computeIfAbsent(rule, parser::parseExpression);
        return Boolean.TRUE.equals(expression.getValue(
                new StandardEvaluationContext(new SecurityExpressionRoot<>(() -> caller, rule) {}), Boolean.class));
    }
}
