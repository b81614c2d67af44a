package dev.reverie.diffusion.vae;

import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Ops;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.io.CheckpointException;
import dev.reverie.tensor.io.Json;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.IntToDoubleFunction;

/**
 * Between the latents of an autoencoder and those that a model diffuses, which have a deviation of about 1:
 * {@code diffused = (latent - mean) factor / deviation}.
 *
 * @param factor {@code scaling_factor}
 * @param means {@code latents_mean} of each channel, or {@code shift_factor} for each; empty for 0
 * @param deviations {@code latents_std} of each channel; empty for 1
 */
public record LatentScale(double factor, List<Double> means, List<Double> deviations) {
    public LatentScale {
        means = List.copyOf(means);
        deviations = List.copyOf(deviations);
        boolean finite = Double.isFinite(factor) && means.stream().allMatch(Double::isFinite);
        if (!finite || factor == 0 || !deviations.stream().allMatch(d -> Double.isFinite(d) && d > 0)) {
            throw new IllegalArgumentException(
                    "scaling_factor %s must not be 0, latents_std must be positive, and all numbers finite"
                            .formatted(factor));
        }
    }

    /** Reads {@code scaling_factor, shift_factor, latents_mean, latents_std}. */
    static LatentScale read(Json json, double absentFactor, int channels) throws CheckpointException {
        List<Double> means = perChannel(json, "latents_mean", channels);
        List<Double> deviations = perChannel(json, "latents_std", channels);
        double shift = json.getDouble("shift_factor", 0);
        if (means.isEmpty() != deviations.isEmpty() || (!means.isEmpty() && shift != 0)) {
            throw json.fault("must have both latents_mean and latents_std, and no shift_factor then, or neither");
        }
        if (shift != 0) {
            means = Collections.nCopies(channels, shift);
        }
        return new LatentScale(json.getDouble("scaling_factor", absentFactor), means, deviations);
    }

    private static List<Double> perChannel(Json json, String option, int channels) throws CheckpointException {
        Json value = json.find(option);
        List<Double> numbers = new ArrayList<>();
        if (value != null) {
            for (Json number : value.asList()) {
                numbers.add(number.asDouble());
            }
            if (numbers.size() != channels) {
                throw value.fault("has %d numbers for %d latent channels".formatted(numbers.size(), channels));
            }
        }
        return numbers;
    }

    /** What a model diffuses, from {@code latents [N, h, w, C]} of the autoencoder. */
    Tensor toDiffused(Frame frame, Tensor latents) {
        return mapped(frame, latents, c -> factor / deviation(c), c -> -mean(c) * factor / deviation(c));
    }

    /** What the autoencoder decodes, from {@code diffused [N, h, w, C]}. */
    Tensor fromDiffused(Frame frame, Tensor diffused) {
        return mapped(frame, diffused, c -> deviation(c) / factor, this::mean);
    }

    private double mean(int channel) {
        return means.isEmpty() ? 0 : means.get(channel);
    }

    private double deviation(int channel) {
        return deviations.isEmpty() ? 1 : deviations.get(channel);
    }

    private static Tensor mapped(
            Frame frame, Tensor x, IntToDoubleFunction factorOfChannel, IntToDoubleFunction offsetOfChannel) {
        Tensor y = Ops.scale(frame, x, 1);
        Ops.multiplyPlaces(y, everySample(x, factorOfChannel));
        Ops.addToPlaces(y, everySample(x, offsetOfChannel));
        return y;
    }

    /** A number for each channel, {@code [N, C]}. */
    private static Tensor everySample(Tensor x, IntToDoubleFunction ofChannel) {
        Tensor numbers = Tensor.zeros(Shape.of(x.dim(0), x.dim(3)));
        for (int i = 0; i < numbers.elementCount(); i++) {
            numbers.data()[i] = (float) ofChannel.applyAsDouble(i % x.dim(3));
        }
        return numbers;
    }
}
