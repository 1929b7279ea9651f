package io.mlaas.sharing.passport;

import jakarta.servlet.http.HttpServletRequest;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Where a model's pages are for whoever asks: as the gateway says, which takes these headers from nobody else. */
final class ModelAddress {
    private ModelAddress() {}

    static String of(UUID id, HttpServletRequest request) {
        String scheme = given(request.getHeader("X-Forwarded-Proto"), request.getScheme());
        String host = given(request.getHeader("X-Forwarded-Host"), request.getServerName());
        String port = given(request.getHeader("X-Forwarded-Port"), Integer.toString(request.getServerPort()));
        boolean usual = port.equals(scheme.equals("https") ? "443" : "80");
        return scheme + "://" + host + (usual ? "" : ":" + port) + "/model/" + id;
    }

    private static String given(@Nullable String forwarded, String own) {
        return forwarded == null ? own : forwarded;
    }
}
