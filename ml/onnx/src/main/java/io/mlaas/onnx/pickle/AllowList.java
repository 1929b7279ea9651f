package io.mlaas.onnx.pickle;

import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The names that a pickle may mention. A name is only ever text here; those outside the list are refused all the same,
 * since a file that mentions them is no model, or one whose meaning lies in code.
 */
final class AllowList {
    private static final Set<String> NAMES = Set.of(
            "builtins.object",
            "builtins.set",
            "builtins.frozenset",
            "builtins.list",
            "builtins.dict",
            "builtins.tuple",
            "builtins.int",
            "builtins.float",
            "builtins.bool",
            "builtins.str",
            "builtins.bytes",
            "builtins.bytearray",
            "builtins.complex",
            "builtins.slice",
            "builtins.range",
            "_codecs.encode",
            "copyreg._reconstructor",
            "copyreg.__newobj__",
            "collections.OrderedDict",
            "collections.defaultdict",
            "collections.Counter",
            "functools.partial",
            "joblib.numpy_pickle.NumpyArrayWrapper",
            "numpy.ndarray",
            "numpy.dtype",
            "numpy.ma.MaskedArray",
            "scipy.stats._distn_infrastructure.rv_continuous_frozen",
            "scipy.stats._distn_infrastructure.rv_discrete_frozen",
            "scipy.stats._distn_infrastructure.rv_frozen");

    /** Scalar types, and the functions that a FunctionTransformer may apply element by element. */
    private static final Set<String> OF_NUMPY = Set.of(
            "float16",
            "float32",
            "float64",
            "int8",
            "int16",
            "int32",
            "int64",
            "uint8",
            "uint16",
            "uint32",
            "uint64",
            "bool",
            "bool_",
            "object_",
            "str_",
            "bytes_",
            "intp",
            "longlong",
            "log",
            "log1p",
            "log2",
            "log10",
            "exp",
            "expm1",
            "sqrt",
            "square",
            "abs",
            "absolute",
            "sin",
            "cos",
            "tan",
            "tanh",
            "sign",
            "floor",
            "ceil",
            "mean",
            "median",
            "ravel",
            "nan_to_num",
            "cbrt",
            "reciprocal",
            "negative");

    /** Internals of NumPy that hold data; the package was renamed in NumPy 2. */
    private static final Pattern NUMPY_PARTS =
            Pattern.compile("numpy\\.(_core|core)\\.multiarray\\.(_reconstruct|scalar)"
                    + "|numpy\\.(_core|core)\\.numeric\\._frombuffer"
                    + "|numpy\\.(_core|core)\\._ufunc_reconstruct|numpy\\.(_core|core)\\._internal\\._convert_to_stringdtype_kwargs"
                    + "|numpy\\.ma\\.core\\.(MaskedArray|_mareconstruct)"
                    + "|numpy\\.random\\._pickle\\.__(randomstate|generator|bit_generator)_ctor"
                    + "|numpy\\.random\\._(mt19937|pcg64|philox|sfc64)\\.[A-Z][A-Za-z0-9]*"
                    + "|numpy\\.random\\._generator\\.Generator|numpy\\.random\\.mtrand\\.RandomState"
                    + "|numpy\\.random\\.bit_generator\\.(__pyx_unpickle_\\w+|SeedSequence)"
                    + "|numpy\\.dtypes\\.[A-Z][A-Za-z0-9]*"
                    + "|scipy\\.sparse\\.(_?[a-z]+\\.)?[a-z]+_(matrix|array)"
                    + "|scipy\\.stats\\._(continuous|discrete)_distns\\.[a-z0-9_]+_gen"
                    + "|scipy\\._(lib|external)\\.array_api_compat\\.numpy(\\._aliases)?\\.[a-z_]+"
                    + "|scipy\\.interpolate\\.(_?[a-z]+\\.)?[A-Za-z0-9]+");

    /** scikit-learn's own classes, and functions that its objects refer to without calling them. */
    private static final Pattern SKLEARN = Pattern.compile("sklearn(\\.[A-Za-z0-9_]+)*\\.[A-Za-z0-9_]+");

    /** Losses, in the module name that scikit-learn 1.4 to 1.6 give them. */
    private static final Pattern LOSSES = Pattern.compile("_loss\\.(__pyx_unpickle_)?Cy[A-Za-z]+");

    private AllowList() {}

    /** @throws TranslationRefused when the name is not on the list */
    static PickledGlobal resolve(String module, String name) {
        String home =
                switch (module) {
                    case "__builtin__" -> "builtins";
                    case "copy_reg" -> "copyreg";
                    case "numpy.core._multiarray_umath",
                            "numpy._core._multiarray_umath",
                            "numpy.core.umath",
                            "numpy._core.umath" -> "numpy";
                    default -> module;
                };
        PickledGlobal global = new PickledGlobal(home, name);
        String full = global.fullName();
        boolean allowed = full.length() <= 200
                && (NAMES.contains(full)
                        || (home.equals("numpy") && OF_NUMPY.contains(name))
                        || LOSSES.matcher(full).matches()
                        || NUMPY_PARTS.matcher(full).matches()
                        || (home.startsWith("sklearn") && SKLEARN.matcher(full).matches()));
        if (!allowed) {
            throw new TranslationRefused(
                    Reason.FORBIDDEN_GLOBAL,
                    "the pickle names " + (full.length() > 200 ? full.substring(0, 200) + "…" : full)
                            + " (expected: classes of scikit-learn and NumPy); nothing was executed");
        }
        return global;
    }
}
