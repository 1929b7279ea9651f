package io.mlaas.kit.image;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.util.jar.JarFile;

/**
 * Starts the application of a jar while its image is built, so that the JVM records what is loaded. A service that cannot
 * come up without a server ends with the failure that {@code mlaas.rehearsal.ends-with} names, which is as far as a
 * rehearsal gets; every other failure fails the build of the image.
 */
public final class Rehearsal {
    private Rehearsal() {}

    public static void main(String[] args) throws IOException, ReflectiveOperationException {
        String expected = System.getProperty("mlaas.rehearsal.ends-with", "");
        try {
            Class.forName(mainClass(System.getProperty("java.class.path")))
                    .getMethod("main", String[].class)
                    .invoke(null, (Object) args);
        } catch (InvocationTargetException e) {
            if (!isExpected(e.getCause(), expected)) {
                throw e;
            }
            System.out.println("rehearsed up to " + expected);
            System.exit(0);
        }
    }

    private static String mainClass(String jar) throws IOException {
        try (JarFile file = new JarFile(jar)) {
            return file.getManifest().getMainAttributes().getValue("Main-Class");
        }
    }

    static boolean isExpected(Throwable thrown, String expected) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause.getClass().getName().equals(expected)) {
                return true;
            }
        }
        return false;
    }
}
