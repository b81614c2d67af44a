package dev.reverie.diffusion;

import static dev.reverie.testing.Layout.channelsFirst;
import static dev.reverie.testing.Layout.channelsLast;

import dev.reverie.diffusion.image.ClipProcessor;
import dev.reverie.diffusion.image.PipelineProcessor;
import dev.reverie.diffusion.image.PixelTensor;
import dev.reverie.diffusion.image.ResizeFilter;
import dev.reverie.diffusion.image.Resizing;
import dev.reverie.tensor.Tensor;
import dev.reverie.testing.GoldenCase;
import dev.reverie.testing.Goldens;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;

/** Pictures on their way to a model, against PIL, transformers and diffusers. */
final class ImageGoldens {
    private ImageGoldens() {}

    static Map<String, Goldens.Runner> runners() {
        return Map.of(
                "picture-resize", ImageGoldens::resize,
                "clip-preprocess", ImageGoldens::clip,
                "pipeline-preprocess", ImageGoldens::pipeline);
    }

    /** Outputs are called {@code out.FILTER.HEIGHTxWIDTH}. */
    private static void resize(GoldenCase golden) throws IOException {
        Image picture = picture(golden.input("picture"));
        for (String name : golden.names()) {
            String[] words = name.split("\\.", -1);
            if (words[0].equals("out")) {
                String[] size = words[2].split("x", -1);
                Image resized = Resizing.resize(
                        picture,
                        Integer.parseInt(size[1]),
                        Integer.parseInt(size[0]),
                        ResizeFilter.valueOf(words[1].toUpperCase(Locale.ROOT)));
                // a wrong last bit is 1/255, twice the tolerance
                golden.compare(words[1] + "." + words[2], channelsFirst(PixelTensor.unit(resized)));
            }
        }
    }

    private static void clip(GoldenCase golden) throws IOException {
        ClipProcessor processor = ClipProcessor.read(golden.config());
        for (int i = 0; golden.has("in." + i); i++) {
            Tensor pixels = processor.apply(picture(golden.input(Integer.toString(i))));
            golden.compare(Integer.toString(i), channelsFirst(pixels));
        }
    }

    private static void pipeline(GoldenCase golden) throws IOException {
        PipelineProcessor processor = new PipelineProcessor(golden.json().getInt("vae_scale_factor"));
        for (int i = 0; golden.has("in." + i); i++) {
            Image picture = picture(golden.input(Integer.toString(i)));
            golden.compare("image." + i, channelsFirst(PixelTensor.signed(processor.fitted(picture))));
            golden.compare("image_48x64." + i, channelsFirst(PipelineProcessor.picture(picture, 64, 48)));
            golden.compare("control_48x64." + i, channelsFirst(PipelineProcessor.control(picture, 64, 48)));
            golden.compare("mask_48x64." + i, channelsFirst(PipelineProcessor.mask(picture, 64, 48)));
        }
    }

    /** {@code [1, 3, H, W]} of k / 255. */
    private static Image picture(Tensor x) {
        Tensor last = channelsLast(x);
        byte[] pixels = new byte[last.elementCount()];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) Math.round(last.get(i) * 255);
        }
        return Image.of(last.dim(2), last.dim(1), 3, pixels);
    }
}
