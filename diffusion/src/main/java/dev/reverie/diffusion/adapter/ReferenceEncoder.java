package dev.reverie.diffusion.adapter;

import dev.reverie.diffusion.Image;
import dev.reverie.diffusion.image.ClipProcessor;
import dev.reverie.nn.encoder.ClipVision;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/** What an IP-Adapter sees pictures with: {@code image_encoder} and {@code feature_extractor} of a pipeline. */
public record ReferenceEncoder(ClipVision vision, ClipProcessor processor) {

    public ReferenceEncoder {
        int side = vision.config().imageSize();
        if (processor.cropWidth() != side || processor.cropHeight() != side) {
            throw new IllegalArgumentException("crop_size %d x %d: this image encoder sees %d x %d"
                    .formatted(processor.cropWidth(), processor.cropHeight(), side, side));
        }
    }

    /** Pictures in the space that texts and pictures share: {@code [n, projectionWidth]}. */
    public Tensor embeddings(Frame caller, List<Image> images) {
        try (Frame frame = caller.frame()) {
            return frame.keep(vision.imageEmbeds(frame, vision.hidden(frame, pixels(frame, images), 0)));
        }
    }

    /** States of the last but one layer, not normalised: {@code [n, 1 + patches, width]}. */
    public Tensor states(Frame caller, List<Image> images) {
        try (Frame frame = caller.frame()) {
            return frame.keep(vision.hidden(frame, pixels(frame, images), 1));
        }
    }

    /** The same of a picture whose normalised pixels are all zero: {@code [1, 1 + patches, width]}. */
    public Tensor statesOfNothing(Frame caller) {
        int side = vision.config().imageSize();
        try (Frame frame = caller.frame()) {
            return frame.keep(vision.hidden(frame, zeros(frame.tensor(1, side, side, 3)), 1));
        }
    }

    private Tensor pixels(Frame frame, List<Image> images) {
        int side = vision.config().imageSize();
        Tensor all = frame.tensor(images.size(), side, side, 3);
        for (int i = 0; i < images.size() && !frame.isMeasuring(); i++) {
            float[] one = processor.apply(images.get(i)).data();
            System.arraycopy(one, 0, all.data(), all.offset() + i * one.length, one.length);
        }
        return all;
    }

    static Tensor zeros(Tensor x) {
        if (!x.isMeasured()) {
            Arrays.fill(x.data(), x.offset(), x.offset() + x.elementCount(), 0);
        }
        return x;
    }
}
