package dev.reverie.diffusion.image;

import dev.reverie.diffusion.Image;
import dev.reverie.nn.FixedOptions;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.io.CheckpointException;
import dev.reverie.tensor.io.Json;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Pictures as CLIP sees them (huggingface/transformers, models/clip/image_processing_clip.py): the short side resized
 * by {@code filter}, the middle cut out, colours normalised.
 *
 * @param shortSide to which the short side is resized
 * @param cropWidth of the part that is cut out of the middle
 * @param cropHeight of the same
 * @param filter of the resizing
 * @param mean of red, green and blue, 0 .. 1
 * @param deviation of the same
 */
public record ClipProcessor(
        int shortSide, int cropWidth, int cropHeight, ResizeFilter filter, List<Double> mean, List<Double> deviation) {
    /** What CLIP was trained with, at 224 pixels. */
    public static final ClipProcessor STANDARD = new ClipProcessor(
            224,
            224,
            224,
            ResizeFilter.BICUBIC,
            List.of(0.48145466, 0.4578275, 0.40821073),
            List.of(0.26862954, 0.26130258, 0.27577711));

    /** PIL's numbers of the filters. */
    private static final List<ResizeFilter> RESAMPLE = List.of(
            ResizeFilter.NEAREST,
            ResizeFilter.LANCZOS,
            ResizeFilter.BILINEAR,
            ResizeFilter.BICUBIC,
            ResizeFilter.BOX,
            ResizeFilter.HAMMING);

    private static final FixedOptions FIXED = new FixedOptions(Map.of(
            "do_resize", List.of(true),
            "do_center_crop", List.of(true),
            "do_rescale", List.of(true),
            "rescale_factor", List.of(1 / 255.0),
            "do_normalize", List.of(true),
            "do_pad", List.of(false),
            "use_square_size", List.of(false)));

    public ClipProcessor {
        mean = List.copyOf(mean);
        deviation = List.copyOf(deviation);
        if (!Image.fits(shortSide, shortSide) || !Image.fits(cropWidth, cropHeight)) {
            throw new IllegalArgumentException("shortest_edge %d and crop_size %d x %d are no sizes of pictures"
                    .formatted(shortSide, cropWidth, cropHeight));
        }
        if (mean.size() != 3 || deviation.size() != 3 || deviation.stream().anyMatch(d -> !(d > 0))) {
            throw new IllegalArgumentException(
                    "image_mean %s and image_std %s must have three numbers, the latter positive"
                            .formatted(mean, deviation));
        }
    }

    /**
     * Reads {@code preprocessor_config.json}; sizes may be numbers or objects. A file that leaves out one of the steps, or
     * adds one, is refused.
     */
    public static ClipProcessor read(Json json) throws CheckpointException {
        FIXED.check(json);
        return json.as(it -> {
            Json size = it.get("size");
            Json crop = it.get("crop_size");
            int filter = it.getInt("resample", 3);
            if (filter < 0 || filter >= RESAMPLE.size()) {
                throw new IllegalArgumentException("resample %d is not between 0 and 5".formatted(filter));
            }
            return new ClipProcessor(
                    size.isObject() ? size.getInt("shortest_edge") : size.asInt(),
                    crop.isObject() ? crop.getInt("width") : crop.asInt(),
                    crop.isObject() ? crop.getInt("height") : crop.asInt(),
                    RESAMPLE.get(filter),
                    numbers(it.get("image_mean")),
                    numbers(it.get("image_std")));
        });
    }

    private static List<Double> numbers(Json list) throws CheckpointException {
        Double[] numbers = new Double[list.asList().size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = list.asList().get(i).asDouble();
        }
        return Arrays.asList(numbers);
    }

    /** {@code [1, cropHeight, cropWidth, 3]}; alpha is laid on white. */
    public Tensor apply(Image image) {
        int shortest = Math.min(image.width(), image.height());
        int width = (int) ((long) shortSide * image.width() / shortest); // the long side is cut down
        int height = (int) ((long) shortSide * image.height() / shortest);
        Image resized = Resizing.resize(image.opaque(), width, height, filter);
        return normalised(resized, middle(width, cropWidth), middle(height, cropHeight));
    }

    private static int middle(int side, int part) {
        return Math.floorDiv(side - part, 2);
    }

    /** What lies outside of the picture is black before it is normalised. */
    private Tensor normalised(Image image, int left, int top) {
        Tensor y = Tensor.zeros(Shape.of(1, cropHeight, cropWidth, 3));
        for (int i = 0; i < y.elementCount(); i++) {
            int c = i % 3;
            int column = left + i / 3 % cropWidth;
            int row = top + i / 3 / cropWidth;
            boolean isInside = column >= 0 && column < image.width() && row >= 0 && row < image.height();
            double unit = isInside ? image.get(column, row, c) / 255.0 : 0;
            y.data()[i] = (float) ((unit - mean.get(c)) / deviation.get(c));
        }
        return y;
    }
}
