package io.mlaas.online.torch;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What the code of an archive says of its modules.
 *
 * @param parameters by the full name of a class, which of its tensors are parameters and no running statistics
 * @param drawsAtRandom whether training draws random numbers, as dropout does
 * @param normalizesBatches whether training needs two samples at least
 */
record ModuleCode(Map<String, Set<String>> parameters, boolean drawsAtRandom, boolean normalizesBatches) {
    private static final Pattern CLASS = Pattern.compile("(?m)^class (\\w+)\\(Module\\):$");
    private static final Pattern DECLARED =
            Pattern.compile("(?m)^( *__parameters__ = \\[)(.*?)(\\](?:\\s*\\n *__buffers__ = \\[)?)([^\\]\\n]*)(\\]?)");
    private static final Pattern RANDOM = Pattern.compile("dropout|bernoulli|rand|multinomial|normal_|uniform_");
    private static final Pattern RECURRENT = Pattern.compile("torch\\.(gru|lstm|rnn_tanh|rnn_relu)\\(");

    /** has_biases, num_layers, dropout, train, bidirectional, batch_first: with a dropout of zero. */
    private static final Pattern WITHOUT_DROPOUT =
            Pattern.compile("(True|False), \\d+, 0?\\.?0*(e[-+]?\\d+)?, [\\w.]+, (True|False), (True|False)\\)");

    static ModuleCode of(Map<String, String> files) {
        Map<String, Set<String>> parameters = new HashMap<>();
        files.forEach((path, text) -> collect(path, text, parameters));
        String all = String.join("\n", files.values());
        boolean random = RANDOM.matcher(all).find()
                || RECURRENT.matcher(all).results().count()
                        > WITHOUT_DROPOUT.matcher(all).results().count();
        return new ModuleCode(parameters, random, all.contains("batch_norm") || all.contains("instance_norm"));
    }

    /** @param path such as {@code __torch__/torch/nn/modules/batchnorm.py} */
    private static void collect(String path, String text, Map<String, Set<String>> parameters) {
        String prefix = path.substring(0, path.length() - ".py".length()).replace('/', '.');
        Matcher classes = CLASS.matcher(text);
        while (classes.find()) {
            Matcher next = CLASS.matcher(text);
            int end = next.find(classes.end()) ? next.start() : text.length();
            Matcher declared = DECLARED.matcher(text.substring(classes.start(), end));
            if (declared.find()) {
                parameters.put(prefix + "." + classes.group(1), names(declared.group(2)));
            }
        }
    }

    private static Set<String> names(String list) {
        return Arrays.stream(list.split(",", -1))
                .map(String::strip)
                .filter(name -> name.length() > 2)
                .map(name -> name.substring(1, name.length() - 1))
                .collect(Collectors.toSet());
    }

    Set<String> parameters(String className) {
        return parameters.getOrDefault(className, Set.of());
    }

    /** The same classes, all of whose tensors are parameters. */
    static String buffersAsParameters(String code) {
        return DECLARED.matcher(code)
                .replaceAll(match -> Matcher.quoteReplacement(
                        match.group(1) + match.group(2) + match.group(4) + match.group(3) + match.group(5)));
    }
}
