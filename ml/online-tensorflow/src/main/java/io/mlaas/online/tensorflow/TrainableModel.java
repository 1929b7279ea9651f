package io.mlaas.online.tensorflow;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operation;
import org.tensorflow.Output;
import org.tensorflow.Result;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/**
 * A SavedModel in TensorFlow, on one thread, so that the same rows give the same variables. Its variables, those of the
 * optimiser included, are read and set by operators of our own: the file's own saving is never run.
 */
final class TrainableModel implements AutoCloseable {
    static final String TAG = "serve";

    private final SavedModelBundle bundle;
    private final Session session;
    private final Signatures signatures;
    private final List<Variable> variables;

    /** Where one variable is read and set. */
    private record Variable(String name, Output<?> read, Output<?> given, Operation assign) {}

    private TrainableModel(SavedModelBundle bundle, Signatures signatures, List<NodeDef> holders) {
        this.bundle = bundle;
        this.session = bundle.session();
        this.signatures = signatures;
        this.variables = variables(bundle.graph(), holders);
    }

    /** @throws SavedModelRefused if TensorFlow does not load it */
    static TrainableModel load(SavedModelArchive archive, Signatures signatures) throws SavedModelRefused {
        List<NodeDef> holders = holders(archive);
        ConfigProto oneThread = ConfigProto.newBuilder()
                .setIntraOpParallelismThreads(1)
                .setInterOpParallelismThreads(1)
                .build();
        try {
            Path folder = archive.unpack();
            try {
                SavedModelBundle bundle = SavedModelBundle.loader(folder.toString())
                        .withTags(TAG)
                        .withConfigProto(oneThread)
                        .load();
                return new TrainableModel(bundle, signatures, holders);
            } finally {
                SavedModelArchive.remove(folder);
            }
        } catch (IOException e) {
            throw new SavedModelRefused("cannot be unpacked: " + e.getMessage(), e);
        } catch (TensorFlowException e) {
            throw new SavedModelRefused("TensorFlow does not load it: " + e.getMessage(), e);
        } catch (LinkageError e) {
            throw new SavedModelRefused("TensorFlow's library is not installed here (" + e.getMessage() + ")");
        }
    }

    /** The nodes that hold the variables, one for each variable. */
    private static List<NodeDef> holders(SavedModelArchive archive) throws SavedModelRefused {
        Set<String> names = new TreeSet<>();
        List<NodeDef> holders = archive.graph().getGraphDef().getNodeList().stream()
                .filter(node -> node.getOp().equals("VarHandleOp"))
                .filter(node -> names.add(shared(node)))
                .sorted(Comparator.comparing(TrainableModel::shared))
                .toList();
        for (NodeDef holder : holders) {
            DataType type = holder.getAttrOrThrow("dtype").getType();
            if (!Values.isKept(type)) {
                throw new SavedModelRefused("variable " + shared(holder) + ": " + type + " (expected: numbers)");
            }
        }
        return holders;
    }

    private static String shared(NodeDef holder) {
        String name = holder.getAttrOrThrow("shared_name").getS().toStringUtf8();
        return name.isEmpty() ? holder.getName() : name;
    }

    private List<Variable> variables(Graph graph, List<NodeDef> holders) {
        List<Variable> found = new ArrayList<>();
        for (int i = 0; i < holders.size(); i++) {
            DataType type = holders.get(i).getAttrOrThrow("dtype").getType();
            Output<?> holder = graph.outputOrThrow(holders.get(i).getName() + ":0");
            String name = "mlaas_variable_" + i;
            Output<?> there = builder(graph, "VarIsInitializedOp", name + "_is_there")
                    .addInput(holder)
                    .build()
                    .output(0);
            try (Result result = session.runner().fetch(there).run()) {
                if (Values.of(result.get(0)).bytes()[0] == 0) {
                    continue;
                }
            }
            Output<?> read = builder(graph, "ReadVariableOp", name + "_read")
                    .addInput(holder)
                    .setAttr("dtype", type)
                    .build()
                    .output(0);
            Output<?> given = builder(graph, "Placeholder", name + "_given")
                    .setAttr("dtype", type)
                    .build()
                    .output(0);
            GraphOperation assign = builder(graph, "AssignVariableOp", name + "_assign")
                    .addInput(holder)
                    .addInput(given)
                    .setAttr("dtype", type)
                    .build();
            found.add(new Variable(shared(holders.get(i)), read, given, assign));
        }
        return List.copyOf(found);
    }

    private static org.tensorflow.GraphOperationBuilder builder(Graph graph, String type, String name) {
        return graph.opBuilder(type, name, graph.baseScope());
    }

    /** Names of {@link #values()}, in their order. */
    List<String> names() {
        return variables.stream().map(Variable::name).toList();
    }

    /** What the variables hold now. */
    List<Values> values() {
        if (variables.isEmpty()) {
            return List.of();
        }
        Session.Runner runner = session.runner();
        variables.forEach(variable -> runner.fetch(variable.read()));
        List<Values> values = new ArrayList<>();
        try (Result result = runner.run()) {
            for (int i = 0; i < variables.size(); i++) {
                values.add(Values.of(result.get(i)));
            }
        }
        return List.copyOf(values);
    }

    /** Sets all of them; {@code values} as {@link #values()} gives them. */
    void set(List<Values> values) {
        List<Tensor> tensors = new ArrayList<>();
        try {
            Session.Runner runner = session.runner();
            for (int i = 0; i < variables.size(); i++) {
                Tensor tensor = values.get(i).tensor();
                tensors.add(tensor);
                runner.feed(variables.get(i).given().op().name(), 0, tensor)
                        .addTarget(variables.get(i).assign());
            }
            if (!tensors.isEmpty()) {
                runner.run().close();
            }
        } finally {
            tensors.forEach(Tensor::close);
        }
    }

    /** One step of the file's own optimiser. @return the loss before it */
    float train(Values inputs, Values targets) {
        try (Tensor x = inputs.tensor();
                Tensor y = targets.tensor();
                Result result = session.runner()
                        .feed(signatures.features(), x)
                        .feed(signatures.targets(), y)
                        .fetch(signatures.loss())
                        .run()) {
            return Values.of(result.get(0)).floats()[0];
        }
    }

    float[] predict(Values inputs) {
        try (Tensor x = inputs.tensor();
                Result result = session.runner()
                        .feed(signatures.asked(), x)
                        .fetch(signatures.answer())
                        .run()) {
            return Values.of(result.get(0)).floats();
        }
    }

    @Override
    public void close() {
        bundle.close();
    }
}
