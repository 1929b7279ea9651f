package io.mlaas.blockchain.transaction;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.OkHttpClient;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.SchedulingConfigurer;
import org.web3j.protocol.Web3j;
import org.web3j.protocol.http.HttpService;

@Configuration(proxyBeanMethods = false)
@EnableScheduling
class ChainConfiguration {

    @Bean(destroyMethod = "shutdown")
    Web3j web3j(ChainProperties properties, NodeProperties nodeProperties) {
        Semaphore calls = new Semaphore(nodeProperties.parallelCalls(), true);
        OkHttpClient http = new OkHttpClient.Builder()
                .connectionPool(new ConnectionPool(nodeProperties.parallelCalls(), 1, TimeUnit.MINUTES))
                .addInterceptor(chain -> {
                    calls.acquireUninterruptibly();
                    try {
                        return chain.proceed(chain.request());
                    } finally {
                        calls.release();
                    }
                })
                .connectTimeout(properties.callTimeout())
                .readTimeout(properties.callTimeout())
                .build();
        return Web3j.build(new HttpService(properties.rpcUrl().toString(), http));
    }

    @Bean
    SchedulingConfigurer reconciling(
            Reconciler reconciler, ChainWatch watch, ChainProperties properties, NodeProperties nodeProperties) {
        return tasks -> {
            tasks.addFixedDelayTask(reconciler::reconcileQuietly, properties.reconcileInterval());
            // At a rate, so that a comparison that takes long does not hold it up.
            tasks.addFixedRateTask(watch::look, nodeProperties.watchInterval());
        };
    }

    @Bean
    MeterBinder waitingTransactions(Ledger ledger) {
        return meters -> {
            Gauge.builder("mlaas.chain.pending", ledger, one -> one.waiting().count())
                    .description("Transactions that are signed and not yet mined and confirmed")
                    .register(meters);
            TimeGauge.builder("mlaas.chain.pending.oldest", ledger, TimeUnit.SECONDS, one -> one.waiting()
                            .oldestSeconds())
                    .description("How long the oldest of them waits")
                    .register(meters);
        };
    }
}
