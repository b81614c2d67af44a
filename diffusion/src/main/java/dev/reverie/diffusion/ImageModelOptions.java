package dev.reverie.diffusion;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What stands beside a model: loaded with it, or changed later by {@link ImageModel#adapt}.
 *
 * @param loras added to the weights
 * @param controlNets folders of ControlNets and T2I-Adapters; a request's control images belong to them in this order
 * @param ipAdapters files; a request's reference pictures belong to them in this order
 * @param imageEncoder folder of the CLIP image encoder that IP-Adapters need; null where the model has one
 * @param textualInversions files of learned words
 * @param sparesMemory whether text encoders are let go of once a request's prompt is encoded, and U-Net and ControlNets
 *     before its last picture is decoded, all to be read again for the next request, when the files must be what they
 *     were; and whether the matrices of a float32 U-Net stay in their file, are read at each use, and nobody may write
 *     into it. Where the heap is short it is so in any case. It changes no bit of a picture
 */
public record ImageModelOptions(
        List<LoraFile> loras,
        List<Path> controlNets,
        List<Path> ipAdapters,
        @Nullable Path imageEncoder,
        List<Path> textualInversions,
        boolean sparesMemory) {
    /** The model alone. */
    public static final ImageModelOptions NONE =
            new ImageModelOptions(List.of(), List.of(), List.of(), null, List.of(), false);

    /**
     * A LoRA and how much of it is added.
     *
     * @param scale 1 as it was trained; negative takes away
     */
    public record LoraFile(Path file, double scale) {
        public LoraFile {
            if (!(Math.abs(scale) <= 1000)) {
                throw new IllegalArgumentException("the scale %s of %s: it must be a number".formatted(scale, file));
            }
        }
    }

    public ImageModelOptions {
        loras = List.copyOf(loras);
        controlNets = List.copyOf(controlNets);
        ipAdapters = List.copyOf(ipAdapters);
        textualInversions = List.copyOf(textualInversions);
    }

    public ImageModelOptions withLora(Path file, double scale) {
        return new ImageModelOptions(
                plus(loras, new LoraFile(file, scale)),
                controlNets,
                ipAdapters,
                imageEncoder,
                textualInversions,
                sparesMemory);
    }

    /** With these LoRAs alone: other scales, or none at all. */
    public ImageModelOptions withLoras(List<LoraFile> files) {
        return new ImageModelOptions(files, controlNets, ipAdapters, imageEncoder, textualInversions, sparesMemory);
    }

    public ImageModelOptions withControlNet(Path path) {
        return new ImageModelOptions(
                loras, plus(controlNets, path), ipAdapters, imageEncoder, textualInversions, sparesMemory);
    }

    /** With these ControlNets alone, or none at all. */
    public ImageModelOptions withControlNets(List<Path> paths) {
        return new ImageModelOptions(loras, paths, ipAdapters, imageEncoder, textualInversions, sparesMemory);
    }

    public ImageModelOptions withIpAdapter(Path file) {
        return new ImageModelOptions(
                loras, controlNets, plus(ipAdapters, file), imageEncoder, textualInversions, sparesMemory);
    }

    /** With these IP-Adapters alone, or none at all. */
    public ImageModelOptions withIpAdapters(List<Path> files) {
        return new ImageModelOptions(loras, controlNets, files, imageEncoder, textualInversions, sparesMemory);
    }

    public ImageModelOptions withImageEncoder(Path folder) {
        return new ImageModelOptions(loras, controlNets, ipAdapters, folder, textualInversions, sparesMemory);
    }

    public ImageModelOptions withTextualInversion(Path file) {
        return new ImageModelOptions(
                loras, controlNets, ipAdapters, imageEncoder, plus(textualInversions, file), sparesMemory);
    }

    /**
     * Less memory for a model that draws one picture, or seldom: each part stays as long as a request needs it and
     * is read again for the next, and the matrices of a float32 U-Net stay in their file.
     */
    public ImageModelOptions withSparedMemory() {
        return new ImageModelOptions(loras, controlNets, ipAdapters, imageEncoder, textualInversions, true);
    }

    private static <T> List<T> plus(List<T> list, T one) {
        List<T> longer = new ArrayList<>(list);
        longer.add(one);
        return longer;
    }
}
