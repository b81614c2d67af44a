package dev.reverie.diffusion.unet;

import dev.reverie.nn.Embedding;
import dev.reverie.nn.Linear;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.io.WeightScope;
import org.jspecify.annotations.Nullable;

/** What is added to the time for a class: {@code [N]} numbers or {@code [N, in]} vectors {@code -> [N, out]}. */
sealed interface ClassEmbedding {
    Tensor apply(Frame frame, Tensor classes);

    /** Reads {@code class_embedding}, or nothing where the configuration has none. */
    static @Nullable ClassEmbedding load(WeightScope network, TimeConfig config) {
        WeightScope scope = network.at("class_embedding");
        int in = config.classInput();
        TimeConfig.ClassInput kind = config.classes();
        if (kind == null) {
            return null;
        }
        return switch (kind) {
            case TABLE -> new Table(Embedding.load(scope, in, config.width()));
            case TIMESTEP ->
                new OfTimestep(
                        config.sinusoid(),
                        TimestepEmbedding.load(scope, config.sinusoid().width(), config.width()));
            case IDENTITY -> new Identity();
            case PROJECTION -> new Projection(TimestepEmbedding.load(scope, in, config.width()));
            case SIMPLE_PROJECTION -> new SimpleProjection(Linear.load(scope, in, config.width()));
        };
    }

    /** A row a class. */
    record Table(Embedding rows) implements ClassEmbedding {
        @Override
        public Tensor apply(Frame frame, Tensor classes) {
            int[] ids = new int[classes.elementCount()];
            for (int i = 0; i < ids.length && !classes.isMeasured(); i++) {
                ids[i] = (int) classes.get(i);
            }
            return rows.apply(frame, ids);
        }
    }

    /** A class that is a number like a time, such as the level of noise in a low-resolution picture. */
    record OfTimestep(Sinusoid sinusoid, TimestepEmbedding layers) implements ClassEmbedding {
        @Override
        public Tensor apply(Frame frame, Tensor classes) {
            return layers.apply(frame, sinusoid.apply(frame, classes));
        }
    }

    /** A vector that is an embedding already. */
    record Identity() implements ClassEmbedding {
        @Override
        public Tensor apply(Frame frame, Tensor classes) {
            return classes;
        }
    }

    /** A vector, such as an embedded picture. */
    record Projection(TimestepEmbedding layers) implements ClassEmbedding {
        @Override
        public Tensor apply(Frame frame, Tensor classes) {
            return layers.apply(frame, classes);
        }
    }

    /** A vector through one layer. */
    record SimpleProjection(Linear layer) implements ClassEmbedding {
        @Override
        public Tensor apply(Frame frame, Tensor classes) {
            return layer.apply(frame, classes);
        }
    }
}
