package io.mlaas.blockchain.transaction;

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
    Web3j web3j(ChainProperties properties) {
        OkHttpClient http = new OkHttpClient.Builder()
                .connectTimeout(properties.callTimeout())
                .readTimeout(properties.callTimeout())
                .build();
        return Web3j.build(new HttpService(properties.rpcUrl().toString(), http));
    }

    @Bean
    SchedulingConfigurer reconciling(Reconciler reconciler, ChainProperties properties) {
        return tasks -> tasks.addFixedDelayTask(reconciler::reconcileQuietly, properties.reconcileInterval());
    }
}
