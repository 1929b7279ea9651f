package io.mlaas.ppfl.job;

import io.mlaas.ppfl.federation.Federation;
import io.mlaas.ppfl.federation.FederationEngine;
import io.mlaas.ppfl.federation.FederationMode;
import java.util.List;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** Has the platform train what is simulated: as the model that has the federation's id. */
@Component
class JobEngine implements FederationEngine {
    private final JobRepository jobs;
    private final TrainingRights rights;
    private final BuiltInDataset digits;
    private final JobProperties properties;

    JobEngine(JobRepository jobs, TrainingRights rights, BuiltInDataset digits, JobProperties properties) {
        this.jobs = jobs;
        this.rights = rights;
        this.digits = digits;
        this.properties = properties;
    }

    @Override
    public boolean runs(Federation federation) {
        return federation.mode() == FederationMode.SIMULATION
                && properties.images().containsKey(federation.engine());
    }

    /** Where no dataset is named it is the built-in one, which the company has from then on. */
    @Override
    public Federation prepare(Federation federation) {
        UUID given = TrainingRights.dataset(federation);
        UUID dataset = given == null ? digits.of(federation.organizationId()) : given;
        rights.require(federation, dataset);
        return federation;
    }

    /** The company that the dataset is of, whoever trains on it. */
    @Override
    public List<DataOwner> owners(Federation federation) {
        UUID given = TrainingRights.dataset(federation);
        UUID owner = given == null ? federation.organizationId() : rights.ownerOf(given);
        return List.of(new DataOwner(owner, owner.toString()));
    }

    @Override
    public void start(Federation federation) {
        UUID given = TrainingRights.dataset(federation);
        UUID dataset = given == null ? digits.find(federation.organizationId()).orElseThrow() : given;
        jobs.insert(federation.id(), dataset);
    }

    @Override
    public void cancel(Federation federation) {
        jobs.cancel(federation.id(), federation.createdBy());
    }
}
