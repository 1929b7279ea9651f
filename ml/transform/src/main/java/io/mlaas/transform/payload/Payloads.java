package io.mlaas.transform.payload;

import io.mlaas.transform.document.Fields;

/** The payload formats that a document may name. */
public final class Payloads {
    private enum Format {
        JSON,
        SENML,
        SENML_CBOR,
        SPARKPLUG_B,
        NUMBERS,
        CSV
    }

    private Payloads() {}

    public static PayloadReader read(Fields fields, Limits limits) {
        PayloadReader reader =
                switch (fields.choice("format", Format.JSON)) {
                    case JSON -> JsonReader.read(fields, limits);
                    case SENML -> SenmlReader.read(fields, limits, false);
                    case SENML_CBOR -> SenmlReader.read(fields, limits, true);
                    case SPARKPLUG_B -> new SparkplugReader(limits);
                    case NUMBERS -> NumbersReader.read(fields, limits);
                    case CSV -> CsvReader.read(fields, limits);
                };
        fields.finish();
        return reader;
    }
}
