package io.mlaas.kit.security;

import io.mlaas.kit.problem.PlatformProblem;
import io.mlaas.kit.problem.ProblemWriter;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.config.ObjectPostProcessor;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AuthorizeHttpRequestsConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.config.observation.SecurityObservationSettings;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidatorResult;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimValidator;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtValidators;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.oauth2.server.resource.web.authentication.BearerTokenAuthenticationFilter;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.AuthenticationEntryPointFailureHandler;
import org.springframework.security.web.firewall.HttpFirewall;
import org.springframework.security.web.firewall.StrictHttpFirewall;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** A resource server: everything but health, metrics and the API document needs a valid token. */
@AutoConfiguration(
        beforeName = {
            "org.springframework.boot.security.oauth2.server.resource.autoconfigure.OAuth2ResourceServerAutoConfiguration",
            "org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration",
            "org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration"
        })
@Import(MethodRules.class)
@EnableConfigurationProperties(SecurityProperties.class)
class SecurityAutoConfiguration {
    private static final Pattern ASSIGNED = Pattern.compile("[\\p{IsAssigned}&&[^\\p{IsControl}]]*");
    private static final Pattern ASSIGNED_OR_TAB = Pattern.compile("[\\t[\\p{IsAssigned}&&[^\\p{IsControl}]]]*");
    private static final String[] OPEN = {
        "/actuator/health/**",
        "/actuator/prometheus",
        "/openapi.json",
        "/openapi.json/swagger-config",
        "/docs",
        "/swagger-ui/**",
        "/error"
    };

    @Bean
    JwtDecoder jwtDecoder(SecurityProperties properties) {
        // Together no longer than a withdrawn key may be taken for good.
        Duration remembered = properties.keysMaxAge().dividedBy(20);
        NimbusJwtDecoder signatures = NimbusJwtDecoder.withJwkSource(new SigningKeys(
                        URI.create(properties.jwkSetUri()),
                        properties.keysMaxAge().minus(remembered)))
                .jwsAlgorithm(SignatureAlgorithm.RS256)
                .build();
        signatures.setJwtValidator(token -> OAuth2TokenValidatorResult.success());
        OAuth2TokenValidator<Jwt> audience = new JwtClaimValidator<List<String>>(
                "aud", listed -> listed != null && listed.contains(properties.audience()));
        OAuth2TokenValidator<Jwt> ends = new JwtClaimValidator<>("exp", Objects::nonNull);
        OAuth2TokenValidator<Jwt> claims = new DelegatingOAuth2TokenValidator<>(
                JwtValidators.createDefaultWithIssuer(properties.issuer()), audience, ends);
        return new RememberingDecoder(signatures, claims, remembered, InstantSource.system());
    }

    /** Each request is timed as a whole; timing each of the fifteen security filters as well would cost more than they do. */
    @Bean
    SecurityObservationSettings securityObservations() {
        return SecurityObservationSettings.noObservations();
    }

    @Bean
    CallerTokens callerTokens(JwtDecoder decoder, ObjectProvider<OpaqueCredential> opaque) {
        return new CallerTokens(decoder, opaque.orderedStream().toList());
    }

    @Bean
    UserTokens userTokens(CallerTokens tokens, JwtDecoder decoder) {
        return new UserTokens(tokens, decoder);
    }

    @Bean
    SecurityFilterChain securityFilterChain(
            HttpSecurity http,
            CallerTokens tokens,
            ProblemWriter problems,
            ObjectProvider<OpenPaths> open,
            ObjectProvider<Refusals> refusals)
            throws Exception {
        AuthenticationEntryPoint entryPoint = (request, response, e) -> {
            if (e instanceof AuthenticationServiceException) {
                response.setHeader("Retry-After", "5");
                problems.write(
                        PlatformProblem.UPSTREAM_UNAVAILABLE,
                        "The identity provider, or the service that issued the token, cannot be reached.",
                        request,
                        response);
                return;
            }
            response.setHeader("WWW-Authenticate", "Bearer");
            problems.write(
                    PlatformProblem.UNAUTHENTICATED,
                    request.getHeader("Authorization") == null
                            ? "There is no access token in the request."
                            : "The access token is not valid (expired, forged, or meant for another audience).",
                    request,
                    response);
        };
        AuthenticationManager manager = tokens::authenticate;
        AuthenticationEntryPointFailureHandler failures = new AuthenticationEntryPointFailureHandler(entryPoint);
        // Else an identity provider that is away becomes an unexpected exception of this service.
        failures.setRethrowAuthenticationServiceException(false);
        return http.csrf(csrf -> csrf.disable())
                .logout(logout -> logout.disable())
                .sessionManagement(s -> s.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .requestCache(cache -> cache.disable())
                .authorizeHttpRequests(requests -> {
                    requests.requestMatchers(OPEN).permitAll();
                    open.orderedStream().forEach(paths -> permit(requests, paths));
                    requests.anyRequest().authenticated();
                })
                .oauth2ResourceServer(server -> server.authenticationManagerResolver(request -> manager)
                        .bearerTokenResolver(new OneToken())
                        .authenticationEntryPoint(entryPoint)
                        .withObjectPostProcessor(new ObjectPostProcessor<BearerTokenAuthenticationFilter>() {
                            @Override
                            public <F extends BearerTokenAuthenticationFilter> F postProcess(F filter) {
                                filter.setAuthenticationFailureHandler(failures);
                                return filter;
                            }
                        }))
                .exceptionHandling(handling -> handling.authenticationEntryPoint(entryPoint)
                        .accessDeniedHandler((request, response, e) -> problems.write(
                                PlatformProblem.FORBIDDEN, "This operation needs another role.", request, response)))
                .addFilterAfter(
                        new OnBehalfOfFilter(
                                tokens, problems, refusals.orderedStream().toList()),
                        BearerTokenAuthenticationFilter.class)
                .build();
    }

    private static void permit(
            AuthorizeHttpRequestsConfigurer<HttpSecurity>.AuthorizationManagerRequestMatcherRegistry requests,
            OpenPaths open) {
        String[] patterns = open.patterns().toArray(String[]::new);
        if (open.methods().isEmpty()) {
            requests.requestMatchers(patterns).permitAll();
        }
        open.methods()
                .forEach(method -> requests.requestMatchers(method, patterns).permitAll());
    }

    /**
     * Lets a method that is known, but taken nowhere here, through to the answer 405. Plain headers, nearly all there are,
     * are told by a loop instead of a regular expression.
     */
    @Bean
    HttpFirewall firewall() {
        StrictHttpFirewall firewall = new StrictHttpFirewall();
        firewall.setAllowedHeaderNames(
                name -> isPrintableAscii(name) || ASSIGNED.matcher(name).matches());
        firewall.setAllowedHeaderValues(value ->
                isPrintableAscii(value) || ASSIGNED_OR_TAB.matcher(value).matches());
        firewall.setAllowedHttpMethods(List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "QUERY"));
        return firewall;
    }

    private static boolean isPrintableAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < ' ' || text.charAt(i) > '~') {
                return false;
            }
        }
        return true;
    }

    @Bean
    WebMvcConfigurer callerArgument(Rules rules) {
        return new WebMvcConfigurer() {
            @Override
            public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
                resolvers.add(new CallerArgument());
            }

            @Override
            public void addInterceptors(InterceptorRegistry registry) {
                registry.addInterceptor(new RolesFirst(rules)).order(Ordered.HIGHEST_PRECEDENCE);
            }
        };
    }
}
