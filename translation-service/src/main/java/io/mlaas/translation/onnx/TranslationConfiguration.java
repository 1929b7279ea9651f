package io.mlaas.translation.onnx;

import io.mlaas.translate.Judge;
import io.mlaas.translate.PyTorchReference;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class TranslationConfiguration {

    @Bean
    Judge.Bench pyTorch() {
        return PyTorchReference::open;
    }
}
