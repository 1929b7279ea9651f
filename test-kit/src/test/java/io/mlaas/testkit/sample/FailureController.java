package io.mlaas.testkit.sample;

import io.mlaas.kit.client.ServiceClients;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.http.MediaType;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.security.authentication.CredentialsExpiredException;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
class FailureController {
    private final ServiceClients clients;

    FailureController(ServiceClients clients) {
        this.clients = clients;
    }

    @GetMapping("/failure/busy")
    @PreAuthorize("permitAll()")
    String busy() {
        throw SampleProblem.BUSY.retryAfter(7, "slots: 4 of 4 taken");
    }

    /** As a service answers whose clock runs ahead of the token's issuer. */
    @GetMapping("/failure/expired")
    @PreAuthorize("permitAll()")
    String expired() {
        throw new CredentialsExpiredException("The access token has expired");
    }

    @GetMapping("/failure/unexpected")
    @PreAuthorize("permitAll()")
    String unexpected() {
        throw new DataIntegrityViolationException("insert into secrets values ('hunter2')");
    }

    /** As libraries do that hide what happened on the way to a server. */
    @GetMapping("/failure/unreachable")
    @PreAuthorize("isAuthenticated()")
    String unreachable() {
        throw new IllegalStateException(new java.net.ConnectException("Connection refused"));
    }

    /** As a statement ends when PostgreSQL stops under it. */
    @GetMapping("/failure/database")
    @PreAuthorize("isAuthenticated()")
    String database() {
        throw new DataAccessResourceFailureException(
                "select 1", new java.sql.SQLException("terminating connection", "57P02"));
    }

    /** The pool's own exception for a connection that broke has no SQL state. */
    @GetMapping("/failure/rollback")
    @PreAuthorize("isAuthenticated()")
    String rollback() {
        TransactionSystemException failure = new TransactionSystemException(
                "Could not roll back JDBC transaction", new java.sql.SQLException("Connection is closed"));
        failure.initApplicationException(new DataAccessResourceFailureException(
                "select 1", new java.sql.SQLException("An I/O error occurred", "08006")));
        throw failure;
    }

    @GetMapping("/failure/answered")
    @PreAuthorize("permitAll()")
    void answered(@RequestParam("length") boolean length, HttpServletResponse response) throws IOException {
        response.setContentType(MediaType.APPLICATION_OCTET_STREAM_VALUE);
        if (length) {
            response.setContentLength(100_100);
        }
        response.getOutputStream().write(new byte[100_000]);
        response.flushBuffer();
        throw new IllegalStateException("the rest is gone");
    }

    /** Asks another service, as this request's user. */
    @GetMapping("/relay")
    @PreAuthorize("isAuthenticated()")
    String relay(@RequestParam("to") URI to) {
        return String.valueOf(clients.restClient(to).get().retrieve().body(String.class));
    }
}
