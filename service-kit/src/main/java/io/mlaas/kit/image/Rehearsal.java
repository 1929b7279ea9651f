package io.mlaas.kit.image;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Set;
import java.util.jar.JarFile;
import org.jspecify.annotations.Nullable;

/**
 * Starts the application of a jar while its image is built, so that the JVM records what is loaded. A service that cannot
 * come up without a server ends with the failure that {@code mlaas.rehearsal.ends-with} names (classes of exceptions,
 * separated by commas), which is as far as a rehearsal gets; every other failure fails the build of the image.
 */
public final class Rehearsal {
    private Rehearsal() {}

    public static void main(String[] args) throws IOException, ReflectiveOperationException {
        Set<String> expected =
                Set.of(System.getProperty("mlaas.rehearsal.ends-with", "").split(",", -1));
        try {
            Method main = Class.forName(mainClass(System.getProperty("java.class.path")))
                    .getDeclaredMethod("main", String[].class);
            main.setAccessible(true); // it need not be public
            main.invoke(null, (Object) args);
        } catch (InvocationTargetException e) {
            if (!isExpected(e.getCause(), expected)) {
                throw e;
            }
            System.out.println("rehearsed as far as it goes without servers");
            System.exit(0);
        }
    }

    private static String mainClass(String jar) throws IOException {
        try (JarFile file = new JarFile(jar)) {
            return file.getManifest().getMainAttributes().getValue("Main-Class");
        }
    }

    static boolean isExpected(@Nullable Throwable thrown, Set<String> expected) {
        for (@Nullable Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (expected.contains(cause.getClass().getName())) {
                return true;
            }
        }
        return false;
    }
}
