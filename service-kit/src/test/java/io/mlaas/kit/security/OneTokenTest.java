package io.mlaas.kit.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;

class OneTokenTest {

    private static MockHttpServletRequest with(String... authorizations) {
        MockHttpServletRequest request = new MockHttpServletRequest();
        for (String authorization : authorizations) {
            request.addHeader("Authorization", authorization);
        }
        return request;
    }

    @ParameterizedTest
    @ValueSource(strings = {"eyJhbGciOi.eyJ-_z09.s1g", "abc~+/x=="})
    void readsWhatTheSpecificationAllows(String token) {
        assertThat(new OneToken().resolve(with("Bearer " + token))).isEqualTo(token);
        assertThat(new OneToken().resolve(with("bearer " + token))).isEqualTo(token);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer ", "Bearer a b", "Bearer a=b", "Bearer é"})
    void refusesWhatItDoesNot(String authorization) {
        assertThatThrownBy(() -> new OneToken().resolve(with(authorization)))
                .isInstanceOf(OAuth2AuthenticationException.class);
    }

    @Test
    void takesNoOtherSchemeAndNotTwo() {
        assertThat(new OneToken().resolve(with("Basic eA"))).isNull();
        assertThat(new OneToken().resolve(with())).isNull();
        assertThatThrownBy(() -> new OneToken().resolve(with("Bearer a", "Bearer b")))
                .isInstanceOf(OAuth2AuthenticationException.class);
    }
}
