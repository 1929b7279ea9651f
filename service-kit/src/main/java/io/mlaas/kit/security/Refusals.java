package io.mlaas.kit.security;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/** Is told of known callers who are refused before their request comes to the service; a bean of this type listens. */
public interface Refusals {

    void refused(CallerAuthentication caller, HttpServletRequest request, HttpServletResponse response);
}
