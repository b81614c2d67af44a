package dev.reverie.diffusion.family;

import static dev.reverie.testing.Layout.channelsLast;

import dev.reverie.diffusion.ControlImage;
import dev.reverie.diffusion.Image;
import dev.reverie.diffusion.ImageModelOptions;
import dev.reverie.diffusion.ImageRequest;
import dev.reverie.diffusion.PictureSizes;
import dev.reverie.diffusion.PictureSizes.Pair;
import dev.reverie.diffusion.ReferenceImages;
import dev.reverie.diffusion.StartImage;
import dev.reverie.diffusion.image.PixelTensor;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.io.Json;
import dev.reverie.tensor.io.Safetensors;
import dev.reverie.tensor.io.TensorEntry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What a case's call of a reference pipeline asks for, in this library's words. */
final class PipelineCall {
    /** Of a call, what is read below; anything else would be an option that nobody honours. */
    private static final Set<String> KNOWN = Set.of(
            "prompt",
            "negative_prompt",
            "prompt_2",
            "negative_prompt_2",
            "num_inference_steps",
            "guidance_scale",
            "guidance_rescale",
            "image_guidance_scale",
            "height",
            "width",
            "num_images_per_prompt",
            "clip_skip",
            "strength",
            "denoising_end",
            "denoising_start",
            "output_type",
            "original_size",
            "target_size",
            "crops_coords_top_left",
            "negative_original_size",
            "negative_crops_coords_top_left",
            "negative_target_size",
            "aesthetic_score",
            "negative_aesthetic_score",
            "controlnet_conditioning_scale",
            "control_guidance_start",
            "control_guidance_end",
            "guess_mode");

    private final Path folder;
    private final Json json;
    private final Json call;
    private final Safetensors io;

    /**
     * @param json the run, with its {@code call}
     * @param io inputs and outputs
     */
    PipelineCall(Path folder, Json json, Safetensors io) throws IOException {
        this.folder = folder;
        this.json = json;
        this.call = json.get("call");
        this.io = io;
        Set<String> unknown = new TreeSet<>(call.keys());
        unknown.removeAll(KNOWN);
        if (!unknown.isEmpty()) {
            throw new AssertionError("nothing here honours " + unknown);
        }
    }

    /** What the model is loaded with. */
    ImageModelOptions options() throws IOException {
        ImageModelOptions options = ImageModelOptions.NONE;
        for (String net : nets()) {
            options = options.withControlNet(folder.resolve(net));
        }
        for (Json embedding : list("embeddings")) {
            options = options.withTextualInversion(folder.resolve(embedding.getString("file")));
        }
        for (Json lora : list("loras")) {
            options = options.withLora(folder.resolve(lora.getString("file")), lora.getDouble("scale"));
        }
        for (Json adapter : list("ip_adapters")) {
            options = options.withIpAdapter(folder.resolve(adapter.getString("file")));
        }
        return options;
    }

    private List<Json> list(String key) throws IOException {
        Json found = json.find(key);
        return found == null ? List.of() : found.asList();
    }

    private List<String> strings(String key) throws IOException {
        Json found = json.find(key);
        return found == null ? List.of() : found.asStrings();
    }

    /** A pipeline with one of its own does not name it. */
    private List<String> nets() throws IOException {
        boolean own = json.getString("pipeline").contains("ControlNet") && !json.has("controlnets");
        return own ? List.of("controlnet") : strings("controlnets");
    }

    ImageRequest request() throws IOException {
        ImageRequest request = ImageRequest.of(call.getString("prompt"))
                .withWeightedPrompt(false)
                .withGuidanceRescale(call.getDouble("guidance_rescale", 0))
                .withClipSkip(call.getInt("clip_skip", 0))
                .withGuidanceScale(call.getDouble("guidance_scale"))
                .withSteps(call.getInt("num_inference_steps"));
        Json negative = call.find("negative_prompt");
        if (negative != null) {
            request = request.withNegativePrompt(negative.asString());
        }
        if (call.has("prompt_2")) {
            request = request.withSecondPrompt(call.getString("prompt_2"))
                    .withSecondNegativePrompt(call.getString("negative_prompt_2"));
        }
        if (has("in.image") && !onlyControls() && !call.has("denoising_start")) {
            request = request.withStart(new StartImage(
                    blank(),
                    call.getDouble("strength", defaultStrength()),
                    null,
                    call.getDouble("image_guidance_scale", 1.5)));
        }
        return request.withControls(controls()).withReferences(references()).withSizes(sizes());
    }

    private double defaultStrength() throws IOException {
        return json.getString("pipeline").contains("Inpaint")
                ? json.getString("pipeline").contains("XL") ? 0.9999 : 1.0
                : json.getString("pipeline").contains("XL") ? 0.3 : 0.8;
    }

    private double defaultControlScale() throws IOException {
        String pipeline = json.getString("pipeline");
        return pipeline.contains("Img2Img") ? 0.8 : pipeline.contains("Inpaint") ? 0.5 : 1;
    }

    /** A ControlNet's picture is called {@code image} where no other is asked for. */
    private boolean onlyControls() throws IOException {
        return !nets().isEmpty() && !has("in.control_image") && !has("in.control_image.0");
    }

    private static Image blank() {
        return Image.of(8, 8, 3, new byte[8 * 8 * 3]);
    }

    private List<ControlImage> controls() throws IOException {
        List<ControlImage> controls = new ArrayList<>();
        for (int i = 0; i < nets().size(); i++) {
            controls.add(new ControlImage(
                    blank(),
                    each("controlnet_conditioning_scale", i, defaultControlScale()),
                    each("control_guidance_start", i, 0),
                    each("control_guidance_end", i, 1),
                    call.getBoolean("guess_mode", false)));
        }
        return controls;
    }

    private List<ReferenceImages> references() throws IOException {
        List<ReferenceImages> references = new ArrayList<>();
        List<Json> adapters = list("ip_adapters");
        for (int i = 0; i < adapters.size(); i++) {
            String name = "in.ip_adapter_image";
            Tensor picture = tensor(has(name + "." + i) ? name + "." + i : name);
            references.add(ReferenceImages.of(PixelTensor.image(signed(channelsLast(picture))))
                    .withScale(adapters.get(i).getDouble("scale")));
        }
        return references;
    }

    private double each(String key, int index, double absent) throws IOException {
        Json value = call.find(key);
        return value == null
                ? absent
                : value.isList() ? value.asList().get(index).asDouble() : value.asDouble();
    }

    private PictureSizes sizes() throws IOException {
        Pair none = new Pair(0, 0);
        return new PictureSizes(
                pair("original_size", null),
                Objects.requireNonNull(pair("crops_coords_top_left", none)),
                pair("target_size", null),
                pair("negative_original_size", null),
                Objects.requireNonNull(pair("negative_crops_coords_top_left", none)),
                pair("negative_target_size", null),
                call.getDouble("aesthetic_score", 6),
                call.getDouble("negative_aesthetic_score", 2.5));
    }

    private @Nullable Pair pair(String key, @Nullable Pair absent) throws IOException {
        if (!call.has(key)) {
            return absent;
        }
        int[] values = call.getInts(key);
        return new Pair(values[0], values[1]);
    }

    RunInputs inputs(StableDiffusionParts parts) throws IOException {
        boolean takesUp = call.has("denoising_start");
        Tensor picture = has("in.image") && !onlyControls() && !takesUp ? channelsLast(tensor("in.image")) : null;
        Tensor sized =
                picture != null ? picture : has("in.control_image") ? channelsLast(tensor("in.control_image")) : null;
        int unit = parts.autoencoder().spatialFactor();
        Tensor handedOver = takesUp ? channelsLast(tensor("in.image")) : null;
        int height =
                handedOver != null ? handedOver.dim(1) * unit : sized == null ? call.getInt("height") : sized.dim(1);
        int width = handedOver != null ? handedOver.dim(2) * unit : sized == null ? call.getInt("width") : sized.dim(2);
        return new RunInputs(
                new LatentNoise(json.get("seed").asLong()),
                call.getInt("num_images_per_prompt", 1),
                height,
                width,
                picture == null ? null : signed(picture),
                has("in.mask_image") ? binary(channelsLast(tensor("in.mask_image"))) : null,
                controlPictures(),
                handedOver,
                call.getDouble("denoising_start", 0),
                call.getDouble("denoising_end", 1));
    }

    private List<Tensor> controlPictures() throws IOException {
        List<Tensor> pictures = new ArrayList<>();
        String name = onlyControls() ? "in.image" : "in.control_image";
        for (int i = 0; i < nets().size(); i++) {
            pictures.add(channelsLast(tensor(has(name + "." + i) ? name + "." + i : name)));
        }
        return pictures;
    }

    /** Some cases have pictures from -1 to 1 already. */
    private static Tensor signed(Tensor unit) {
        float[] values = unit.toArray();
        for (float value : values) {
            if (value < 0) {
                return unit;
            }
        }
        for (int i = 0; i < values.length; i++) {
            values[i] = 2 * values[i] - 1;
        }
        return Tensor.of(unit.shape(), values);
    }

    private static Tensor binary(Tensor mask) {
        float[] values = mask.toArray();
        for (int i = 0; i < values.length; i++) {
            values[i] = values[i] >= 0.5f ? 1 : 0;
        }
        return Tensor.of(mask.shape(), values);
    }

    boolean has(String name) {
        return io.entries().containsKey(name);
    }

    Tensor tensor(String name) throws IOException {
        TensorEntry entry = Objects.requireNonNull(io.entries().get(name), name);
        Shape shape = Objects.requireNonNull(entry.tensorShape());
        return Tensor.of(shape, io.floats(name, 0, shape.elementCount()));
    }
}
