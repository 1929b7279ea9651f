package io.mlaas.onnx;

import tools.jackson.databind.json.JsonMapper;

/** JSON as it is, for whoever needs it: making a mapper takes longer than most translations, so it waits for the first. */
public final class PlainJson {
    public static final JsonMapper MAPPER = JsonMapper.builder().build();

    private PlainJson() {}
}
