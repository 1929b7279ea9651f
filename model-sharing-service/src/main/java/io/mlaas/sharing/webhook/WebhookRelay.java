package io.mlaas.sharing.webhook;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.mlaas.kit.seal.Seal;
import io.mlaas.kit.work.Rounds;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Sends deliveries until they arrive, are given up, or their webhook is disabled. A delivery is leased while it is sent:
 * what a killed process was sending is sent again when its lease ends, with the same id.
 */
class WebhookRelay implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(WebhookRelay.class);
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration TROUBLE = Duration.ofSeconds(5);

    private final DeliveryRepository deliveries;
    private final WebhookRepository webhooks;
    private final WebhookSender sender;
    private final Seal seal;
    private final WebhookProperties properties;
    private final TransactionTemplate transactions;
    private final MeterRegistry meters;
    private final Rounds rounds =
            new Rounds("webhook-relay", POLL, TROUBLE, log, "deliveries cannot be read now", this::sendWhatIsDue);
    private final Semaphore free;
    private final Map<UUID, Integer> underWay = new ConcurrentHashMap<>();
    private volatile long waiting;

    WebhookRelay(
            DeliveryRepository deliveries,
            WebhookRepository webhooks,
            WebhookSender sender,
            Seal seal,
            WebhookProperties properties,
            TransactionTemplate transactions,
            MeterRegistry meters) {
        this.deliveries = deliveries;
        this.webhooks = webhooks;
        this.sender = sender;
        this.seal = seal;
        this.properties = properties;
        this.transactions = transactions;
        this.meters = meters;
        this.free = new Semaphore(properties.parallel());
        Gauge.builder("mlaas.webhook.waiting", () -> waiting)
                .description("Deliveries that have not arrived")
                .register(meters);
    }

    void wake() {
        rounds.wake();
    }

    @Override
    public void start() {
        rounds.start();
    }

    @Override
    public void stop() {
        rounds.stop(Duration.ZERO);
        sender.cancelAll();
    }

    @Override
    public boolean isRunning() {
        return rounds.isRunning();
    }

    @Scheduled(initialDelayString = "PT10M", fixedDelayString = "PT1H")
    void removeOld() {
        int removed = deliveries.removeEndedBefore(Instant.now().minus(properties.keep()));
        log.debug("removed {} old deliveries", removed);
    }

    @Scheduled(fixedDelayString = "PT30S")
    void count() {
        waiting = deliveries.waiting();
    }

    private boolean sendWhatIsDue() throws InterruptedException {
        int slots = free.availablePermits();
        if (slots == 0) {
            return false;
        }
        List<DeliveryRepository.Due> due = transactions.execute(status ->
                deliveries.lease(slots, properties.perWebhook(), List.copyOf(underWay.keySet()), properties.lease()));
        if (due == null || due.isEmpty()) {
            return false;
        }
        for (DeliveryRepository.Due delivery : due) {
            free.acquire();
            underWay.merge(delivery.webhookId(), 1, Integer::sum);
            Thread.ofVirtual().name("webhook-" + delivery.id()).start(() -> {
                try {
                    send(delivery);
                } catch (RuntimeException e) {
                    log.warn("delivery {} waits until its lease ends", delivery.id(), e);
                } finally {
                    underWay.computeIfPresent(delivery.webhookId(), (id, count) -> count == 1 ? null : count - 1);
                    free.release();
                    wake();
                }
            });
        }
        return true;
    }

    private void send(DeliveryRepository.Due delivery) {
        byte[] secret = seal.open(delivery.webhookId(), delivery.sealedSecret());
        WebhookSender.Result result =
                sender.send(delivery.url(), secret, delivery.eventId().toString(), delivery.body());
        if (!isRunning() && !result.delivered()) {
            return; // broken off by the end of this process: nothing is known, the next life sends it again
        }
        transactions.executeWithoutResult(status -> record(delivery, result));
    }

    private void record(DeliveryRepository.Due delivery, WebhookSender.Result result) {
        if (!webhooks.lock(delivery.webhookId())) {
            return; // deleted meanwhile, and its log with it
        }
        deliveries.attempted(delivery.id(), result.attempt());
        if (result.delivered()) {
            deliveries.ended(delivery.id(), "DELIVERED");
            webhooks.works(delivery.webhookId());
            counted("delivered");
            return;
        }
        Instant failingSince = webhooks.fails(delivery.webhookId());
        if (result.gone()) {
            deliveries.ended(delivery.id(), "FAILED");
            counted("failed");
            disable(delivery.webhookId(), "The receiver answered 410 Gone.");
        } else if (Instant.now().isAfter(delivery.giveUpAt())) {
            deliveries.ended(delivery.id(), "FAILED");
            counted("failed");
        } else {
            Duration pause = properties.pause(delivery.attempts());
            Duration asked = result.retryAfter();
            deliveries.retryAfter(delivery.id(), asked == null || asked.compareTo(pause) < 0 ? pause : asked);
            counted("retried");
        }
        if (failingSince.isBefore(Instant.now().minus(properties.disableAfter()))) {
            disable(delivery.webhookId(), "Nothing could be delivered since " + failingSince + ".");
        }
    }

    private void disable(UUID webhook, String reason) {
        if (webhooks.disable(webhook, reason)) {
            log.warn("webhook {} is disabled: {}", webhook, reason);
            meters.counter("mlaas.webhook.disabled").increment();
        }
    }

    private void counted(String outcome) {
        meters.counter("mlaas.webhook.attempts", "outcome", outcome).increment();
    }
}
