package io.mlaas.translate;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;

/** Many runs of the command in one process, where only their results matter: arguments by lines with tabs, an answer each. */
public final class Batch {
    private Batch() {}

    public static void main(String[] args) throws IOException {
        BufferedReader tasks = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = tasks.readLine(); line != null; line = tasks.readLine()) {
            StringWriter said = new StringWriter();
            PrintWriter writer = new PrintWriter(said, true);
            int status = Translate.run(writer, writer, line.split("\t"));
            System.out.println(status + "\t" + said.toString().replace("\\", "\\\\").replace("\n", "\\n"));
        }
    }
}
