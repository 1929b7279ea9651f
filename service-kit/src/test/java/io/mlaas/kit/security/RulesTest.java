package io.mlaas.kit.security;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.security.authentication.AuthenticationCredentialsNotFoundException;
import org.springframework.security.core.context.SecurityContextHolder;

class RulesTest {
    private final Rules rules = new Rules();

    static class Free {
        @PreAuthorize("hasRole('OPERATOR')")
        public String one() {
            return "one";
        }

        @PreAuthorize("hasAnyRole('DATA_SCIENTIST', 'DEVICE')")
        public String any() {
            return "any";
        }

        @PreAuthorize("hasRole('OPERATOR') and authentication.name == 'ada'")
        public String adaAlone() {
            return "ada";
        }

        public String open() {
            return "open";
        }
    }

    @PreAuthorize("hasRole('ADMIN')")
    static class Closed extends Free {
        @PreAuthorize("permitAll()")
        public String everybody() {
            return "everybody";
        }
    }

    @Import(MethodRules.class)
    static class Beans {
        @Bean
        Free free() {
            return new Free();
        }

        @Bean
        Closed closed() {
            return new Closed();
        }
    }

    private static CallerAuthentication caller(String name, String... roles) {
        return new CallerAuthentication(new Caller("1", name, new UUID(0, 1), Set.of(roles)), null);
    }

    @AfterEach
    void nobody() {
        SecurityContextHolder.clearContext();
    }

    @Test
    void comparesRolesAndEvaluatesWhatIsMoreThanRoles() {
        assertAllowed("one", caller("bob", "OPERATOR"));
        assertDenied("one", caller("bob", "ADMIN", "DEVICE"));
        assertDenied("one", caller("bob"));
        assertAllowed("any", caller("bob", "DEVICE"));
        assertAllowed("any", caller("bob", "ADMIN", "DATA_SCIENTIST"));
        assertDenied("any", caller("bob", "OPERATOR"));
        assertAllowed("adaAlone", caller("ada", "OPERATOR"));
        assertDenied("adaAlone", caller("bob", "OPERATOR"));
        assertDenied("adaAlone", caller("ada", "ADMIN"));
        assertAllowed("open", caller("bob"));
    }

    @Test
    void somebodyWhoIsNotAuthenticatedHasNoRole() {
        CallerAuthentication claimed = caller("bob", "OPERATOR");
        claimed.setAuthenticated(false);

        assertDenied("one", claimed);
    }

    @Test
    void whereThereIsARuleSomebodyMustBeKnown() {
        assertThatExceptionOfType(AuthenticationCredentialsNotFoundException.class)
                .isThrownBy(() -> rules.require(Free.class, Free.class.getMethod("one"), null));
        assertThatCode(() -> rules.require(Free.class, Free.class.getMethod("open"), null))
                .doesNotThrowAnyException();
    }

    @Test
    void methodsKeepTheirRulesWhoeverCallsThem() {
        try (var context = new AnnotationConfigApplicationContext(Beans.class)) {
            Closed closed = context.getBean(Closed.class);
            Free free = context.getBean("free", Free.class);

            assertThatThrownBy(free::one).isInstanceOf(AuthenticationCredentialsNotFoundException.class);
            SecurityContextHolder.getContext().setAuthentication(caller("bob", "OPERATOR"));
            assertThatCode(free::one).doesNotThrowAnyException();
            assertThatThrownBy(free::any).isInstanceOf(AccessDeniedException.class);
            assertThatCode(free::open).doesNotThrowAnyException();
            assertThatThrownBy(closed::open)
                    .as("the rule of the class is that of what it inherits")
                    .isInstanceOf(AccessDeniedException.class);
            assertThatCode(closed::everybody).doesNotThrowAnyException();
        }
    }

    private void assertAllowed(String method, CallerAuthentication caller) {
        assertThatCode(() -> rules.require(Free.class, Free.class.getMethod(method), caller))
                .doesNotThrowAnyException();
    }

    private void assertDenied(String method, CallerAuthentication caller) {
        assertThatExceptionOfType(AccessDeniedException.class)
                .isThrownBy(() -> rules.require(Free.class, Free.class.getMethod(method), caller));
    }
}
