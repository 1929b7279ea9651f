package io.mlaas.neural.torchscript;

import io.mlaas.neural.network.Network;
import io.mlaas.neural.network.Node;
import io.mlaas.neural.network.ParameterSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The modules of a network: the root, and one below it for each layer that owns tensors, so that a tensor is found under
 * the same name as in PyTorch's {@code state_dict}, such as {@code conv1.weight}.
 */
record ModuleTree(String className, String attribute, String path, List<ParameterSpec> tensors, List<ModuleTree> children) {

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

    /** Class declarations, innermost first; the root's ends where its {@code forward} is to follow. */
    String declarations() {
        StringBuilder code = new StringBuilder();
        children.forEach(child -> code.append(child.declarations()));
        code.append("class ").append(className).append("(Module):\n");
        code.append("  __parameters__ = ").append(names(false)).append('\n');
        code.append("  __buffers__ = ").append(names(true)).append('\n');
        tensors.forEach(t -> code.append("  ").append(t.name()).append(" : Tensor\n"));
        code.append("  training : bool\n");
        children.forEach(child -> code.append("  ")
                .append(child.attribute)
                .append(" : __torch__.")
                .append(child.className)
                .append('\n'));
        return code.toString();
    }

    private String names(boolean buffers) {
        return tensors.stream()
                .filter(t -> t.buffer() == buffers)
                .map(t -> "\"" + t.name() + "\", ")
                .collect(Collectors.joining("", "[", "]"));
    }
}
