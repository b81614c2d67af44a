package dev.reverie.diffusion.unet;

import dev.reverie.tensor.io.CheckpointException;
import dev.reverie.tensor.io.Json;
import org.jspecify.annotations.Nullable;

/**
 * How the time and what is added to it are embedded.
 *
 * @param sinusoid the waves that the time is turned into
 * @param width of the embedding
 * @param guidanceWidth of the embedded guidance scale that distilled models take; 0 where there is none
 * @param classes how a class is embedded; null where there is none
 * @param classInput rows of the table of classes, or width of a projected one
 * @param sizes the waves that sizes are turned into, beside pooled text; null where a network has none
 * @param addedInput width of pooled text and the waves of all sizes together
 */
public record TimeConfig(
        Sinusoid sinusoid,
        int width,
        int guidanceWidth,
        @Nullable ClassInput classes,
        int classInput,
        @Nullable Sinusoid sizes,
        int addedInput) {

    private static final int MOST = 1 << 15;

    /** How a class is embedded ({@code class_embed_type}). */
    public enum ClassInput {
        /** By a table, {@code num_class_embeds}. */
        TABLE,
        /** As a time is. */
        TIMESTEP,
        /** As it is. */
        IDENTITY,
        /** A vector by two layers. */
        PROJECTION,
        /** A vector by one layer. */
        SIMPLE_PROJECTION;

        /** Null where there are no classes. */
        static @Nullable ClassInput read(Json json) throws CheckpointException {
            Json type = json.find("class_embed_type");
            if (type == null) {
                return json.find("num_class_embeds") == null ? null : TABLE;
            }
            return switch (type.asString()) {
                case "timestep" -> TIMESTEP;
                case "identity" -> IDENTITY;
                case "projection" -> PROJECTION;
                case "simple_projection" -> SIMPLE_PROJECTION;
                default -> throw type.otherThan("timestep, identity, projection or simple_projection");
            };
        }
    }

    public TimeConfig {
        Stage.requireBetween("time_embedding_dim", width, 1, MOST);
        Stage.requireBetween("time_cond_proj_dim", guidanceWidth, 0, MOST);
        if (classes == ClassInput.TABLE) {
            Stage.requireBetween("num_class_embeds", classInput, 1, MOST);
        }
        if (classes == ClassInput.PROJECTION || classes == ClassInput.SIMPLE_PROJECTION) {
            Stage.requireBetween("projection_class_embeddings_input_dim", classInput, 1, MOST);
        }
        if (sizes != null) {
            Stage.requireBetween("projection_class_embeddings_input_dim", addedInput, sizes.width() + 1, MOST);
        }
    }

    /**
     * Reads what a U-Net's {@code config.json} says of it.
     *
     * @param channels of the largest map, from which the width is taken where the file does not say it
     */
    static TimeConfig read(Json json, int channels) throws CheckpointException {
        String added = json.getString("addition_embed_type", "");
        if (!added.isEmpty() && !added.equals("text_time")) {
            throw json.get("addition_embed_type").otherThan("text_time");
        }
        ClassInput classes = ClassInput.read(json);
        String projected = "projection_class_embeddings_input_dim";
        return new TimeConfig(
                sinusoid(json, channels),
                json.getInt("time_embedding_dim", 4 * channels),
                json.getInt("time_cond_proj_dim", 0),
                classes,
                classes == ClassInput.TABLE ? json.getInt("num_class_embeds") : json.getInt(projected, 0),
                added.isEmpty() ? null : sinusoid(json, json.getInt("addition_time_embed_dim")),
                added.isEmpty() ? 0 : json.getInt(projected));
    }

    private static Sinusoid sinusoid(Json json, int width) throws CheckpointException {
        return new Sinusoid(width, json.getBoolean("flip_sin_to_cos", true), json.getDouble("freq_shift", 0));
    }
}
