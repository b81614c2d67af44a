package dev.reverie.diffusion.unet;

import dev.reverie.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * What a prediction depends on beside the sample and the time; the same for all steps of a run. A network refuses what
 * it needs and does not get, and what it gets and cannot use.
 *
 * @param context what the cross attentions look at
 * @param guidance the embedded guidance scale of distilled models, {@code [N, width]}; or null
 * @param pooledText the text in one vector, {@code [N, P]} (SDXL); or null
 * @param sizes with it: original size, crop and target size of SDXL, {@code [N, 6]}, or of its refiner, {@code [N, 5]}
 * @param classes {@code [N]} numbers or {@code [N, D]} vectors; or null
 */
public record Conditions(
        CrossContext context,
        @Nullable Tensor guidance,
        @Nullable Tensor pooledText,
        @Nullable Tensor sizes,
        @Nullable Tensor classes) {

    /** Nothing but text. */
    public static Conditions of(CrossContext context) {
        return new Conditions(context, null, null, null, null);
    }

    /** Nothing at all: for networks without cross attention. */
    public static Conditions none() {
        return of(CrossContext.empty());
    }

    public Conditions withContext(CrossContext other) {
        return new Conditions(other, guidance, pooledText, sizes, classes);
    }

    public Conditions withGuidance(Tensor embedded) {
        return new Conditions(context, embedded, pooledText, sizes, classes);
    }

    public Conditions withPooledText(Tensor text, Tensor textSizes) {
        return new Conditions(context, guidance, text, textSizes, classes);
    }

    public Conditions withClasses(Tensor numbersOrVectors) {
        return new Conditions(context, guidance, pooledText, sizes, numbersOrVectors);
    }
}
