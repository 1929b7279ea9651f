package io.mlaas.kit.client;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.util.Map;
import java.util.function.Consumer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.StreamingHttpOutputMessage;
import org.springframework.http.client.ClientHttpRequest;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.ClientHttpResponse;

/**
 * A request that gets its last headers when it is sent. An interceptor would do the same, but holds the whole body in
 * memory.
 */
final class IdentifiedRequest implements ClientHttpRequest, StreamingHttpOutputMessage {
    private final ClientHttpRequest request;
    private final Consumer<HttpHeaders> identify;

    private IdentifiedRequest(ClientHttpRequest request, Consumer<HttpHeaders> identify) {
        this.request = request;
        this.identify = identify;
    }

    static ClientHttpRequestFactory factory(ClientHttpRequestFactory requests, Consumer<HttpHeaders> identify) {
        return (uri, method) -> new IdentifiedRequest(requests.createRequest(uri, method), identify);
    }

    @Override
    public ClientHttpResponse execute() throws IOException {
        identify.accept(request.getHeaders());
        return request.execute();
    }

    @Override
    public void setBody(Body body) {
        ((StreamingHttpOutputMessage) request).setBody(body);
    }

    @Override
    public OutputStream getBody() throws IOException {
        return request.getBody();
    }

    @Override
    public HttpMethod getMethod() {
        return request.getMethod();
    }

    @Override
    public URI getURI() {
        return request.getURI();
    }

    @Override
    public Map<String, Object> getAttributes() {
        return request.getAttributes();
    }

    @Override
    public HttpHeaders getHeaders() {
        return request.getHeaders();
    }
}
