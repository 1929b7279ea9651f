package io.mlaas.stack.supervise;

import io.mlaas.stack.process.Home;
import io.mlaas.stack.process.Jvm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What references of training images mean on this machine: commands, and the files whose content is the image. */
record TrainingImages(List<Image> images) {

    /** @param environment set for the program, beside what every image is given */
    record Image(String reference, List<String> command, List<String> files, Map<String, String> environment) {}

    private static final List<String> JVM_OPTIONS =
            List.of("-XX:+UseSerialGC", "-Xmx512m", "--enable-native-access=ALL-UNNAMED", "-Dfile.encoding=UTF-8");

    /** Those of frameworks only where ppfl-frameworks/install.sh has installed them. */
    private static final List<String> FRAMEWORKS = List.of("flare", "flower");

    static TrainingImages of(Home home, Path cache) {
        List<Image> images = new ArrayList<>();
        images.add(java(home, "mlaas/trainer:1", "trainer", "io.mlaas.trainer.Trainer"));
        images.add(java(home, "mlaas/federated:1", "ppfl-trainer", "io.mlaas.ppfl.trainer.FederatedTrainer"));
        for (String framework : FRAMEWORKS) {
            Path folder = cache.resolve("frameworks").resolve(framework);
            if (Files.isRegularFile(folder.resolve("version"))) {
                images.add(python("mlaas/" + framework + ":1", folder));
            }
        }
        return new TrainingImages(images);
    }

    private static Image java(Home home, String reference, String module, String main) {
        String classpath = home.classpath(module);
        List<String> command = new ArrayList<>();
        command.add(Jvm.java().toString());
        command.addAll(JVM_OPTIONS);
        command.addAll(List.of("-cp", classpath, main));
        // where the engine unpacks itself anyway; named, it is part of the image and may be read when a training is
        // repeated
        Path engine = Path.of(System.getProperty("user.home"), ".djl.ai");
        return new Image(
                reference,
                command,
                List.of(classpath.split(System.getProperty("path.separator"), -1)),
                Map.of("DJL_CACHE_DIR", engine.toString()));
    }

    private static Image python(String reference, Path folder) {
        return new Image(
                reference,
                List.of(
                        folder.resolve("venv/bin/python").toString(),
                        folder.resolve("program/job.py").toString()),
                List.of(folder.toString()),
                // what ran once must leave the image as it was
                Map.of(
                        "PYTHONDONTWRITEBYTECODE",
                        "1",
                        "PYTHONPATH",
                        folder.resolve("program").toString()));
    }

    /** As variables of training-service. */
    void into(Map<String, String> environment) {
        for (int n = 0; n < images.size(); n++) {
            Image image = images.get(n);
            String prefix = "MLAAS_TRAINING_IMAGES_" + n + "_";
            environment.put(prefix + "REFERENCE", image.reference());
            for (int i = 0; i < image.command().size(); i++) {
                environment.put(prefix + "COMMAND_" + i, image.command().get(i));
            }
            for (int i = 0; i < image.files().size(); i++) {
                environment.put(prefix + "FILES_" + i, image.files().get(i));
            }
            image.environment().forEach((name, value) -> environment.put(prefix + "ENVIRONMENT_" + name, value));
        }
    }
}
