package io.mlaas.ppfl.watch;

import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How federations are watched.
 *
 * @param publicUrl where people reach the platform; absent: where the request for a link came in
 * @param poll how often an open stream looks for news
 * @param heartbeat after how much silence a stream says that it is still there
 * @param longest how long a stream is kept open; readers come back by themselves
 * @param most open streams of this instance at once
 * @param gauges how often metrics are read
 * @param signInClient the identity provider's client with which the page signs people in
 */
@ConfigurationProperties("mlaas.ppfl.watch")
record WatchProperties(
        @Nullable URI publicUrl,
        @DefaultValue("500ms") Duration poll,
        @DefaultValue("15s") Duration heartbeat,
        @DefaultValue("30m") Duration longest,
        @DefaultValue("200") int most,
        @DefaultValue("10s") Duration gauges,
        @DefaultValue("mlaas-console") String signInClient) {}
