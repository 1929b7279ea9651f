package io.mlaas.sharing.provenance;

import io.mlaas.api.blockchain.AnchorApi;
import io.mlaas.api.blockchain.SigningApi;
import io.mlaas.api.sharing.PublishedPages;
import io.mlaas.kit.client.ServiceClients;
import io.mlaas.kit.client.ServicesProperties;
import io.mlaas.kit.seal.MasterKeys;
import io.mlaas.kit.seal.Seal;
import io.mlaas.kit.seal.SealedColumn;
import io.mlaas.kit.security.OpenPaths;
import io.mlaas.sharing.registry.Assets;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.json.JsonMapper;

@Configuration(proxyBeanMethods = false)
class ProvenanceConfiguration {
    private static final String SEALED_AS = "disclosures";

    @Bean
    SigningApi signingApi(ServiceClients clients, ServicesProperties services) {
        return clients.create(SigningApi.class, services.blockchain());
    }

    @Bean
    AnchorApi anchorApi(ServiceClients clients, ServicesProperties services) {
        return clients.create(AnchorApi.class, services.blockchain());
    }

    @Bean
    SealedColumn sealedDisclosures(MasterKeys keys) {
        return new SealedColumn("evidence", "id", "asset_id", "sealed_disclosures", new Seal(keys, SEALED_AS));
    }

    /** Whether a passport is published, {@link Readers} decides. */
    @Bean
    OpenPaths publishedPages() {
        return OpenPaths.forReading(PublishedPages.PATTERNS);
    }

    @Bean
    Composer composer(
            Assets assets,
            EvidenceRepository evidence,
            TestimonyRepository testimony,
            Statements statements,
            MasterKeys keys,
            JsonMapper json) {
        return new Composer(assets, evidence, testimony, statements, new Seal(keys, SEALED_AS), json);
    }
}
