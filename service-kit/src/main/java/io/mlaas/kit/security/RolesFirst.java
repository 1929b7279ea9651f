package io.mlaas.kit.security;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;

/**
 * Checks {@code @PreAuthorize} before anything of the request is read. Method security alone comes after the arguments
 * are made: somebody without the role would have the body parsed, and would learn what is wrong with it.
 */
class RolesFirst implements HandlerInterceptor {
    private final Rules rules;

    RolesFirst(Rules rules) {
        this.rules = rules;
    }

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        if (handler instanceof HandlerMethod method) {
            rules.require(
                    method.getBeanType(),
                    method.getMethod(),
                    SecurityContextHolder.getContext().getAuthentication());
        }
        return true;
    }
}
