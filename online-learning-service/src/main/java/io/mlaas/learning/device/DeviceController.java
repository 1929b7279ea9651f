package io.mlaas.learning.device;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.mlaas.api.learning.DeviceIdentity;
import io.mlaas.kit.audit.Audit;
import io.mlaas.kit.security.Caller;
import io.mlaas.online.ConfigurationFields;
import io.mlaas.online.ConfigurationRefused;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.ExampleObject;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

@RestController
@RequestMapping("/devices")
@Tag(name = "devices")
class DeviceController {
    private static final String MAY_CHANGE = "hasAnyRole('DATA_SCIENTIST', 'ADMIN')";
    private static final String MAY_SEE = "hasAnyRole('DATA_SCIENTIST', 'OPERATOR', 'ADMIN')";
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?");
    private static final String EXAMPLE = "{\"name\": \"pmu-7\", \"description\": \"meter in hall 3\"}";
    private static final int LONGEST_DESCRIPTION = 1000;
    private static final int MOST = 200;

    private final DeviceRepository repository;
    private final EndedCredentials ended;
    private final TransactionTemplate transactions;

    DeviceController(DeviceRepository repository, EndedCredentials ended, TransactionTemplate transactions) {
        this.repository = repository;
        this.ended = ended;
        this.transactions = transactions;
    }

    /** @param nextCursor give it as {@code cursor} to get what follows; absent on the last page */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(name = "DevicePage")
    record Page(List<Device> items, @Nullable String nextCursor) {}

    /** The one answer that shows a password. */
    record IssuedCredential(UUID deviceId, String name, String userName, String password) {
        @Override
        public String toString() {
            return "IssuedCredential[userName=" + userName + ", password=…]";
        }
    }

    @PostMapping
    @PreAuthorize(MAY_CHANGE)
    @Operation(
            summary = "Make a device; its password is shown in this answer and never again",
            description = "It may publish and subscribe below mlaas/{organization_id}/ at the MQTT broker, and send its"
                    + " password as a bearer token over REST where the role DEVICE may.")
    ResponseEntity<IssuedCredential> makeDevice(
            @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            required = true,
                            content = @Content(schema = @Schema(type = "object"), examples = @ExampleObject(EXAMPLE)))
                    @RequestBody
                    JsonNode json,
            Caller caller) {
        Wanted wanted = Wanted.parse(json);
        UUID id = UUID.randomUUID();
        DevicePassword password = DevicePassword.fresh();
        if (!repository.insert(
                id, caller.organizationId(), wanted.name(), wanted.description(), password, caller.name())) {
            throw DeviceProblem.DEVICE_EXISTS.because("name: " + wanted.name() + " is taken");
        }
        Audit.about(id);
        return ResponseEntity.created(URI.create("/devices/" + id))
                .cacheControl(CacheControl.noStore())
                .body(new IssuedCredential(id, wanted.name(), Device.userName(id), password.text()));
    }

    private record Wanted(String name, @Nullable String description) {
        static Wanted parse(JsonNode json) {
            try {
                ConfigurationFields fields = new ConfigurationFields(json, "$");
                String name = fields.text("name");
                if (!NAME.matcher(name).matches()) {
                    throw fields.refused(
                            "name",
                            "\"" + name + "\"",
                            "1 to 63 letters, digits, '.', '_', '-', a letter or digit at both ends");
                }
                JsonNode description = fields.raw("description");
                if (description != null
                        && (!description.isString() || description.asString().length() > LONGEST_DESCRIPTION)) {
                    throw fields.refused(
                            "description", description, "a text of at most " + LONGEST_DESCRIPTION + " characters");
                }
                fields.done();
                return new Wanted(name, description == null ? null : description.asString());
            } catch (ConfigurationRefused refused) {
                throw DeviceProblem.DEVICE_INVALID.because(String.valueOf(refused.getMessage()));
            }
        }
    }

    @GetMapping
    @PreAuthorize(MAY_SEE)
    @Operation(summary = "The company's devices that are not revoked, by name")
    Page devices(
            @RequestParam(name = "limit", defaultValue = "50") int limit,
            @RequestParam(name = "cursor", required = false) @Nullable String cursor,
            Caller caller) {
        if (limit < 1 || limit > MOST) {
            throw DeviceProblem.DEVICE_INVALID.because("limit: " + limit + " (expected: 1 to " + MOST + ")");
        }
        if (cursor != null && !NAME.matcher(cursor).matches()) {
            throw DeviceProblem.DEVICE_INVALID.because("cursor: " + cursor + " (expected: the next_cursor of a page)");
        }
        List<Device> found = repository.list(caller.organizationId(), cursor, limit + 1);
        return found.size() <= limit
                ? new Page(found, null)
                : new Page(found.subList(0, limit), found.get(limit - 1).name());
    }

    @GetMapping("/me")
    @PreAuthorize("hasRole('DEVICE')")
    @Operation(summary = "Whose password this request was made with")
    DeviceIdentity whoAmI(Caller caller) {
        return Device.idOf(caller.name())
                .flatMap(id -> repository.find(caller.organizationId(), id))
                .map(known ->
                        new DeviceIdentity(known.deviceId(), known.organizationId(), known.name(), known.userName()))
                .orElseThrow(() -> DeviceProblem.DEVICE_UNKNOWN.because(
                        caller.name() + " is no device of your company (expected: a device's password as the token)"));
    }

    @GetMapping("/{device_id}")
    @PreAuthorize(MAY_SEE)
    @Operation(summary = "A device, also a revoked one; never its password")
    Device device(@PathVariable("device_id") UUID id, Caller caller) {
        return find(id, caller);
    }

    @DeleteMapping("/{device_id}")
    @PreAuthorize(MAY_CHANGE)
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(summary = "Revoke a device: it is not let in again, and its open connections are ended")
    void revokeDevice(@PathVariable("device_id") UUID id, Caller caller) {
        find(id, caller);
        transactions.executeWithoutResult(status -> repository.revoke(caller.organizationId(), id));
        ended.wake();
    }

    @PostMapping("/{device_id}/rotate")
    @PreAuthorize(MAY_CHANGE)
    @Operation(
            summary = "Give a device another password",
            description = "The one before ends at once, and so do the connections that were opened with it.")
    ResponseEntity<IssuedCredential> rotateDevice(@PathVariable("device_id") UUID id, Caller caller) {
        Device device = find(id, caller);
        DevicePassword password = DevicePassword.fresh();
        if (!Boolean.TRUE.equals(
                transactions.execute(status -> repository.rotate(caller.organizationId(), id, password)))) {
            throw DeviceProblem.DEVICE_REVOKED.because(device.name() + " is REVOKED (expected: ACTIVE)");
        }
        ended.wake();
        return ResponseEntity.ok()
                .cacheControl(CacheControl.noStore())
                .body(new IssuedCredential(id, device.name(), device.userName(), password.text()));
    }

    private Device find(UUID id, Caller caller) {
        return repository
                .find(caller.organizationId(), id)
                .orElseThrow(() -> DeviceProblem.DEVICE_UNKNOWN.because(
                        "device_id: " + id + " (expected: a device of your company)"));
    }
}
