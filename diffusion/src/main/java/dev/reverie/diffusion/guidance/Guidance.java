package dev.reverie.diffusion.guidance;

import dev.reverie.tensor.Frame;
import dev.reverie.tensor.ShapeException;
import dev.reverie.tensor.Tensor;

/** What is made of the model's predictions for the same sample under several conditions. */
public sealed interface Guidance {
    /** Predictions of a sample: their conditions lie one after the other along the batch. */
    int conditions();

    /** {@code predictions [conditions N, ..] -> [N, ..]}. */
    Tensor combine(Frame frame, Tensor predictions);

    /** The prediction as it is. */
    record None() implements Guidance {
        @Override
        public int conditions() {
            return 1;
        }

        @Override
        public Tensor combine(Frame frame, Tensor predictions) {
            return predictions;
        }
    }

    /**
     * Away from the prediction for the negative prompt, which comes first (Ho and Salimans, arXiv 2207.12598).
     *
     * @param scale 1 is the prompt's own prediction
     * @param rescale 0 .. 1: how far the contrast of the prompt's own prediction is restored (Lin et al., arXiv
     *     2305.08891, section 3.4)
     */
    record ClassifierFree(double scale, double rescale) implements Guidance {
        @Override
        public int conditions() {
            return 2;
        }

        @Override
        public Tensor combine(Frame frame, Tensor predictions) {
            Tensor negative = Guidance.part(predictions, 0, 2);
            Tensor prompt = Guidance.part(predictions, 1, 2);
            Tensor guided = frame.tensor(prompt.shape());
            if (!frame.isMeasuring()) {
                for (int i = 0; i < guided.elementCount(); i++) {
                    float base = negative.get(i);
                    guided.data()[guided.offset() + i] = base + (float) scale * (prompt.get(i) - base);
                }
                for (int n = 0; rescale > 0 && n < guided.dim(0); n++) {
                    rescale(prompt.rows(n, n + 1), guided.rows(n, n + 1));
                }
            }
            return guided;
        }

        private void rescale(Tensor prompt, Tensor guided) {
            double ratio = Guidance.deviation(prompt) / Guidance.deviation(guided);
            float factor = (float) (rescale * ratio + 1 - rescale);
            for (int i = 0; i < guided.elementCount(); i++) {
                guided.data()[guided.offset() + i] *= factor;
            }
        }
    }

    /**
     * Editing by instruction: predictions for text and picture, the picture alone, and neither (Brooks et al., arXiv
     * 2211.09800, equation 3).
     */
    record Edit(double textScale, double imageScale) implements Guidance {
        @Override
        public int conditions() {
            return 3;
        }

        @Override
        public Tensor combine(Frame frame, Tensor predictions) {
            Tensor text = Guidance.part(predictions, 0, 3);
            Tensor image = Guidance.part(predictions, 1, 3);
            Tensor neither = Guidance.part(predictions, 2, 3);
            Tensor guided = frame.tensor(text.shape());
            for (int i = 0; i < guided.elementCount() && !frame.isMeasuring(); i++) {
                float base = neither.get(i);
                float seen = image.get(i);
                guided.data()[guided.offset() + i] =
                        base + (float) textScale * (text.get(i) - seen) + (float) imageScale * (seen - base);
            }
            return guided;
        }
    }

    private static Tensor part(Tensor predictions, int index, int count) {
        int each = predictions.dim(0) / count;
        if (each * count != predictions.dim(0)) {
            throw new ShapeException("guidance: %s are not %d predictions a sample".formatted(predictions, count));
        }
        return predictions.rows(index * each, (index + 1) * each);
    }

    /** With n - 1, as torch's std. */
    private static double deviation(Tensor x) {
        double sum = 0;
        for (int i = 0; i < x.elementCount(); i++) {
            sum += x.get(i);
        }
        double mean = sum / x.elementCount();
        double squares = 0;
        for (int i = 0; i < x.elementCount(); i++) {
            squares += (x.get(i) - mean) * (x.get(i) - mean);
        }
        return Math.sqrt(squares / (x.elementCount() - 1));
    }
}
