package io.mlaas.gateway.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TokenBucketTest {
    private static final long SECOND = 1_000_000_000L;

    @Test
    void letsABurstThroughAndThenASteadyRate() {
        TokenBucket bucket = new TokenBucket(2, 3, 0);
        for (int left = 2; left >= 0; left--) {
            assertThat(bucket.take(0)).isEqualTo(new TokenBucket.Answer(true, left, 0));
        }
        assertThat(bucket.take(0)).isEqualTo(new TokenBucket.Answer(false, 0, 1));
        assertThat(bucket.take(SECOND / 2).allowed()).isTrue();
        assertThat(bucket.take(SECOND / 2).allowed()).isFalse();
        assertThat(bucket.take(100 * SECOND).left()).isEqualTo(2);
    }

    @Test
    void saysHowLongTheNextRequestHasToWait() {
        TokenBucket bucket = new TokenBucket(0.1, 1, 0);
        bucket.take(0);

        assertThat(bucket.take(0).waitSeconds()).isEqualTo(10);
        assertThat(bucket.take(4 * SECOND).waitSeconds()).isEqualTo(6);
    }

    @Test
    void remembersNoMoreClientsThanItMay() {
        Buckets buckets = new Buckets(1, 2, 3);
        for (int client = 0; client < 3; client++) {
            assertThat(buckets.take("client " + client, 0).allowed()).isTrue();
        }
        long now = System.nanoTime();
        // All three are full again by now: they make room.
        assertThat(buckets.take("another", now).left()).isEqualTo(1);
        assertThat(buckets.size()).isEqualTo(1);
        buckets.take("client 1", now);
        buckets.take("client 2", now);
        buckets.take("one too many", now);
        buckets.take("and one more", now);
        assertThat(buckets.size()).isEqualTo(3);
        assertThat(buckets.take("and another", now).allowed()).isFalse();
    }

    @Test
    void takesAnIpv6NetworkForOneClient() {
        assertThat(RateLimits.client("2001:db8:1:2:3:4:5:6")).isEqualTo(RateLimits.client("2001:db8:1:2::9"));
        assertThat(RateLimits.client("2001:db8:1:2::9")).isNotEqualTo(RateLimits.client("2001:db8:1:3::9"));
        assertThat(RateLimits.client("192.0.2.7")).isEqualTo("192.0.2.7");
    }

    @Test
    void callsABodySlowOnlyForTheTimeThatTheClientIsWaitedFor() {
        BodyLimits.Pace pace = new BodyLimits.Pace(1000, Duration.ofSeconds(2));
        assertThat(pace.isTooSlow(1, SECOND)).isFalse();
        assertThat(pace.isTooSlow(1, SECOND)).isTrue();
        assertThat(pace.isTooSlow(1999, SECOND)).isFalse();
        assertThat(pace.isTooSlow(1, SECOND)).isFalse();
        for (int i = 0; i < 100; i++) {
            assertThat(pace.isTooSlow(1, SECOND / 1000)).isFalse();
        }
    }
}
