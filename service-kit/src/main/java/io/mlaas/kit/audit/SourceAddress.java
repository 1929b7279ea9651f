package io.mlaas.kit.audit;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import org.springframework.security.web.util.matcher.IpAddressMatcher;

/** Where a request came from. What the gateway says of it is believed, what anybody else says is not. */
final class SourceAddress {
    private static final Pattern ADDRESS = Pattern.compile("[0-9a-fA-F:.]{2,45}(%[A-Za-z0-9]{1,16})?");

    private final List<IpAddressMatcher> gateways;

    SourceAddress(List<String> gateways) {
        this.gateways = gateways.stream().map(IpAddressMatcher::new).toList();
    }

    String of(HttpServletRequest request) {
        String remote = request.getRemoteAddr();
        List<String> forwarded = Collections.list(request.getHeaders("X-Forwarded-For"));
        boolean said = forwarded.size() == 1
                && ADDRESS.matcher(forwarded.getFirst()).matches()
                && gateways.stream().anyMatch(gateway -> gateway.matches(remote));
        return said ? forwarded.getFirst() : remote;
    }
}
