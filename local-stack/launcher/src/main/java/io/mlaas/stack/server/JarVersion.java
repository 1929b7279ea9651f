package io.mlaas.stack.server;

import io.mlaas.stack.process.Home;
import io.mlaas.stack.process.StackProblem;
import java.nio.file.Path;

/** The version of a library on a server's classpath, told by its file's name. */
final class JarVersion {

    private JarVersion() {}

    static String of(Home home, String module, String artifact) {
        String classpath;
        try {
            classpath = home.classpath(module);
        } catch (StackProblem notBuilt) {
            return "";
        }
        for (String entry : classpath.split(System.getProperty("path.separator"), -1)) {
            String file = String.valueOf(Path.of(entry).getFileName());
            if (file.startsWith(artifact + "-") && file.endsWith(".jar")) {
                return file.substring(artifact.length() + 1, file.length() - ".jar".length());
            }
        }
        return "";
    }
}
