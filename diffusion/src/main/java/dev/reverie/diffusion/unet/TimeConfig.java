package dev.reverie.diffusion.unet;

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
        SIMPLE_PROJECTION
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
}
