package io.mlaas.neural.torchscript;

import io.mlaas.neural.network.Network;
import io.mlaas.neural.network.Node;
import io.mlaas.neural.network.ParameterSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The modules of a network: the root, and one below it for each layer that owns tensors, so that a tensor is found under
 * the same name as in PyTorch's {@code state_dict}, such as {@code conv1.weight}.
 */
record ModuleTree(
        String className, String attribute, String path, List<ParameterSpec> tensors, List<ModuleTree> children) {

    static ModuleTree of(Network network) {
        int[] counter = {0};
        return new ModuleTree("Network", "", "", List.of(), children(network.nodes(), counter));
    }

    private static List<ModuleTree> children(List<Node> nodes, int[] counter) {
        List<ModuleTree> children = new ArrayList<>();
        for (Node node : nodes) {
            List<Node> inner = new ArrayList<>(node.body());
            inner.addAll(node.shortcut());
            String className = "Layer" + counter[0]++;
            List<ModuleTree> below = children(inner, counter);
            List<ParameterSpec> own = node.ownParameters();
            if (!own.isEmpty() || !below.isEmpty()) {
                children.add(new ModuleTree(className, node.name(), node.path() + ".", own, below));
            }
        }
        return children;
    }

    /**
     * Class declarations, innermost first; the root's ends where its {@code forward} is to follow.
     *
     * @param training declares running statistics as (frozen) parameters, because the engine shows a module's parameters
     *     to Java but not its buffers
     */
    String declarations(boolean training) {
        StringBuilder code = new StringBuilder();
        children.forEach(child -> code.append(child.declarations(training)));
        code.append("class ").append(className).append("(Module):\n");
        code.append("  __parameters__ = ")
                .append(names(t -> training || !t.buffer()))
                .append('\n');
        code.append("  __buffers__ = ")
                .append(names(t -> !training && t.buffer()))
                .append('\n');
        tensors.forEach(t -> code.append("  ").append(t.name()).append(" : Tensor\n"));
        code.append("  training : bool\n");
        children.forEach(child -> code.append("  ")
                .append(child.attribute)
                .append(" : __torch__.")
                .append(child.className)
                .append('\n'));
        return code.toString();
    }

    private String names(Predicate<ParameterSpec> which) {
        return tensors.stream()
                .filter(which)
                .map(t -> "\"" + t.name() + "\", ")
                .collect(Collectors.joining("", "[", "]"));
    }
}
