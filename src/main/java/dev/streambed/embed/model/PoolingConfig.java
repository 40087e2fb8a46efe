package dev.streambed.embed.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** sentence-transformers' {@code 1_Pooling/config.json}. */
final class PoolingConfig {
    private static final String FLAG = "pooling_mode_";

    private PoolingConfig() {}

    /**
     * The one mode that is switched on.
     *
     * @throws ModelException where none, several or an unknown one is, or where the prompt is to be left out of the pooling
     */
    static Pooling read(JsonNode config, Path file) {
        if (!config.path("include_prompt").asBoolean(true)) {
            throw new ModelException(file + ": include_prompt false is not supported");
        }
        List<String> modes = new ArrayList<>();
        if (config.path("pooling_mode").isTextual()) {
            modes.add(config.path("pooling_mode").asText());
        }
        for (Map.Entry<String, JsonNode> property : config.properties()) {
            if (property.getKey().startsWith(FLAG) && property.getValue().asBoolean()) {
                modes.add(property.getKey().substring(FLAG.length()));
            }
        }
        if (modes.size() != 1) {
            throw new ModelException(file + " asks for " + modes + "; exactly one pooling mode is supported");
        }
        return switch (modes.get(0)) {
            case "mean", "mean_tokens" -> Pooling.MEAN;
            case "cls", "cls_token" -> Pooling.CLS;
            default -> throw new ModelException(file + " asks for " + modes.get(0) + "; mean and cls are supported");
        };
    }
}
