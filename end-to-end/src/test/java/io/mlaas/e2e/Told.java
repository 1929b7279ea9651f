package io.mlaas.e2e;

import io.mlaas.stack.demo.Story;
import java.util.concurrent.Callable;

/** Tells a story to the test's log. */
final class Told implements Story {
    @Override
    public <T> T step(String title, String proves, Callable<T> work) throws Exception {
        System.out.println(title);
        return work.call();
    }

    @Override
    public void show(String line) {
        System.out.println("    " + line);
    }
}
