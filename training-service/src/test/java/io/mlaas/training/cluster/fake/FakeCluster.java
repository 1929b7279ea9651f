package io.mlaas.training.cluster.fake;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.CustomResourceDefinitionContext;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.server.mock.KubernetesMixedDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import io.fabric8.mockwebserver.ServerRequest;
import io.fabric8.mockwebserver.ServerResponse;
import io.fabric8.mockwebserver.http.MockResponse;
import io.fabric8.mockwebserver.http.RecordedRequest;
import io.mlaas.training.cluster.Crd;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.util.FileSystemUtils;

/**
 * A fake cluster of two nodes. What it does not do: validate schemas, authorize, admit, enforce network policies, isolate
 * containers. Tests of those need a real API server.
 */
public final class FakeCluster implements Cluster {
    private static final Pattern LOG =
            Pattern.compile("/api/v1/namespaces/[^/]+/pods/([^/]+)/log\\?(?:.*&)?container=([^&]+).*");
    private static final Pattern OTHERS = Pattern.compile("/apis/((?:[^/]+\\.)?(?:argoproj\\.io|kubeflow\\.org))/.*");
    private static final Pattern SINCE = Pattern.compile(".*[?&]sinceTime=([^&]+).*");
    private static final Pattern TAIL = Pattern.compile(".*[?&]tailLines=(\\d+).*");

    private final KubernetesMockServer server;
    private final KubernetesClient client;
    private final Path directory;
    private final FakeKubelet kubelet;
    private final List<Runnable> actors = new CopyOnWriteArrayList<>();
    private final List<ResourceDefinitionContext> installed = new CopyOnWriteArrayList<>();
    private final Thread thread;
    private volatile boolean closed;

    public FakeCluster() {
        Map<ServerRequest, Queue<ServerResponse>> responses = new HashMap<>();
        server = new KubernetesMockServer(new Context(), new MockWebServer(), responses, dispatcher(responses), false);
        server.init();
        client = server.createClient();
        try {
            directory = Files.createTempDirectory("mlaas-fake-cluster");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        kubelet = new FakeKubelet(client, directory);
        kubelet.knows(image(), List.of("sh", "-c", "eval \"$" + PROGRAM + "\""));
        kubelet.knows(shellImage(), List.of("sh"));
        actors.add(new FakeJobController(client)::act);
        actors.add(kubelet::act);
        actors.add(new FakeGarbageCollector(client, installed)::act);
        thread = Thread.ofPlatform().name("fake-cluster").start(this::play);
    }

    private KubernetesMixedDispatcher dispatcher(Map<ServerRequest, Queue<ServerResponse>> responses) {
        return new KubernetesMixedDispatcher(
                responses, List.of(CustomResourceDefinitionContext.fromCrd(Crd.definition()))) {
            @Override
            public MockResponse dispatch(RecordedRequest request) {
                Matcher log = LOG.matcher(request.getPath());
                if (!serves(request.getPath())) {
                    return new MockResponse().setResponseCode(404);
                }
                return log.matches() ? log(request.getPath(), log.group(1), log.group(2)) : super.dispatch(request);
            }
        };
    }

    /** As in a real one, what was not installed is not found. */
    private boolean serves(String path) {
        Matcher group = OTHERS.matcher(path);
        return !group.matches()
                || installed.stream().anyMatch(kind -> group.group(1).equals(kind.getGroup()));
    }

    private MockResponse log(String path, String pod, String container) {
        String text = kubelet.log(pod, container);
        if (text == null) {
            return new MockResponse().setResponseCode(404);
        }
        Matcher tail = TAIL.matcher(path);
        if (tail.matches()) {
            List<String> lines = text.lines().toList();
            long keep = Long.parseLong(tail.group(1));
            text = String.join("\n", lines.subList((int) Math.max(0, lines.size() - keep), lines.size())) + "\n";
        }
        if (path.contains("timestamps=true")) {
            Matcher since = SINCE.matcher(path);
            text = withTimes(
                    text, since.matches() ? Instant.parse(since.group(1).replace("%3A", ":")) : Instant.MIN);
        }
        return new MockResponse().setResponseCode(200).setBody(text);
    }

    /** A line always has the same time, and only complete lines are there; as in a real one, "since" means its second. */
    private static String withTimes(String text, Instant since) {
        StringBuilder lines = new StringBuilder();
        Instant time = Instant.EPOCH;
        for (String line : text.substring(0, text.lastIndexOf('\n') + 1).lines().toList()) {
            time = time.plusMillis(300);
            if (!time.isBefore(since.truncatedTo(ChronoUnit.SECONDS))) {
                lines.append(time).append(' ').append(line).append('\n');
            }
        }
        return lines.toString();
    }

    private void play() {
        while (!closed) {
            for (Runnable actor : actors) {
                try {
                    actor.run();
                } catch (KubernetesClientException e) {
                    // somebody else changed the object meanwhile: the next look sees it
                    if (e.getCode() != 409 && e.getCode() != 404 && !closed) {
                        throw e;
                    }
                }
            }
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /** Somebody else's kind, with a player of its controller. */
    public void install(ResourceDefinitionContext kind, Runnable controller) {
        installed.add(kind);
        actors.add(controller);
    }

    /** An image that runs this command when a container names no other. */
    public void image(String image, List<String> entrypoint) {
        kubelet.knows(image, entrypoint);
    }

    /** Puts an empty file into a volume. */
    public void touch(String claim, String path) {
        try {
            Files.createFile(directory.resolve("volumes").resolve(claim).resolve(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public FakeKubelet kubelet() {
        return kubelet;
    }

    @Override
    public KubernetesClient client(Consumer<KubernetesClientBuilder> more) {
        return server.createClient(more);
    }

    @Override
    public String namespace() {
        return client.getNamespace();
    }

    @Override
    public String image() {
        return "mlaas.test/program@sha256:" + "a".repeat(64);
    }

    @Override
    public String shellImage() {
        return "mlaas.test/shell:1";
    }

    @Override
    public void evict(String pod) {
        kubelet.evict(pod);
    }

    @Override
    public boolean real() {
        return false;
    }

    @Override
    public boolean canLoseNodes() {
        return true;
    }

    @Override
    public void loseNodeOf(String pod) {
        kubelet.loseNodeOf(pod);
    }

    static String uid(HasMetadata object) {
        return object.getMetadata().getUid();
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join(10_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        kubelet.close();
        client.close();
        server.destroy();
        try {
            FileSystemUtils.deleteRecursively(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
