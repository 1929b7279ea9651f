package io.mlaas.kit.problem;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.apache.coyote.ActionCode;

/**
 * Breaks off a response whose beginning was already sent, by closing its connection. Ending it in the normal way, or
 * appending an error to it, would let a truncated file look whole to the client.
 */
public final class AbortedResponse {
    private static final String ATTRIBUTE = AbortedResponse.class.getName();

    private AbortedResponse() {}

    /** After the request is handled, its connection is closed; what was not flushed until then is never sent. */
    public static void abort(HttpServletRequest request) {
        request.setAttribute(ATTRIBUTE, true);
    }

    /** Sits outside the container's own error handling, which would finish the response. */
    static final class Valve extends ValveBase {
        Valve() {
            super(true);
        }

        @Override
        public void invoke(Request request, Response response) throws IOException, jakarta.servlet.ServletException {
            getNext().invoke(request, response);
            if (request.getAttribute(ATTRIBUTE) != null) {
                response.getCoyoteResponse().action(ActionCode.CLOSE_NOW, null);
            }
        }
    }
}
