package io.mlaas.training.job;

import java.util.LinkedHashMap;
import java.util.Map;

/** Programs that train the same model each time, but for what each is guilty of. */
final class GuiltyPrograms {
    private static final String WRITES_TENSORS = """
            exec python3 - <<'END'
            import json, os, struct
            def write(*weight):
                header = json.dumps({
                    "bias": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]},
                    "dense.weight": {"dtype": "F32", "shape": [2, 2], "data_offsets": [4, 20]}}).encode()
                out = os.environ["MLAAS_OUTPUT_DIR"]
                with open(out + "/model.safetensors", "wb") as file:
                    file.write(struct.pack("<Q", len(header)) + header + struct.pack("<5f", 0.5, *weight))
                with open(out + "/metrics.json", "w") as file:
                    json.dump({"held_out": {"accuracy": 0.9 + weight[2] * 1e-9}}, file)
            %s
            END
            """;

    private GuiltyPrograms() {}

    static Map<String, String> all() {
        Map<String, String> programs = new LinkedHashMap<>();
        put(programs, "honest", "write(1, 2, 3, 4)");
        put(programs, "clock", "import time\nwrite(1, 2, time.time_ns() // 1000 % 1000003, 4)");
        put(programs, "entropy", "write(1, 2, int.from_bytes(os.urandom(2), 'big'), 4)");
        put(programs, "hash", "write(1, 2, *(int(word) for word in list({str(n) for n in range(1000)})[:2]))");
        put(programs, "file", """
                try:
                    open(os.path.dirname(os.environ["HOME"]) + "/undeclared.txt").read()
                except OSError:
                    print("cannot read it")
                write(1, 2, 3, 4)
                """);
        put(programs, "network", """
                import socket
                try:
                    socket.create_connection(("127.0.0.1", 9), 1)
                except OSError:
                    print("nobody answers")
                write(1, 2, 3, 4)
                """);
        return programs;
    }

    private static void put(Map<String, String> programs, String name, String python) {
        programs.put("guilty/" + name + ":1", WRITES_TENSORS.replace("%s", python.strip()));
    }
}
