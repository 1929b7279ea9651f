/**
 * A fake of a Kubernetes cluster: an API server in memory, and actors that play Job controller, scheduler, garbage collector
 * and kubelet. Containers are local processes.
 */
package io.mlaas.training.cluster.fake;
