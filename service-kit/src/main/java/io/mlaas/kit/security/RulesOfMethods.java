package io.mlaas.kit.security;

import org.aopalliance.intercept.MethodInterceptor;
import org.springframework.aop.support.AopUtils;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.Pointcuts;
import org.springframework.aop.support.annotation.AnnotationMatchingPointcut;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.security.authorization.method.AuthorizationInterceptorsOrder;
import org.springframework.security.core.context.SecurityContextHolder;

/** Asks {@link Rules} before a method that has one. */
final class RulesOfMethods extends DefaultPointcutAdvisor {
    private static final long serialVersionUID = 1;

    RulesOfMethods(Rules rules) {
        super(
                Pointcuts.union(
                        new AnnotationMatchingPointcut(null, PreAuthorize.class, true),
                        new AnnotationMatchingPointcut(PreAuthorize.class, true)),
                interceptor(rules));
        setOrder(AuthorizationInterceptorsOrder.PRE_AUTHORIZE.getOrder());
    }

    private static MethodInterceptor interceptor(Rules rules) {
        return call -> {
            Object target = call.getThis();
            Class<?> type = target == null ? call.getMethod().getDeclaringClass() : target.getClass();
            rules.require(
                    type,
                    AopUtils.getMostSpecificMethod(call.getMethod(), type),
                    SecurityContextHolder.getContext().getAuthentication());
            return call.proceed();
        };
    }
}
