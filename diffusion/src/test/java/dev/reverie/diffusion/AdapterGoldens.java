package dev.reverie.diffusion;

import static dev.reverie.testing.Layout.channelsFirst;
import static dev.reverie.testing.Layout.channelsLast;

import dev.reverie.diffusion.adapter.IpAdapter;
import dev.reverie.diffusion.adapter.Lora;
import dev.reverie.diffusion.adapter.LoraSet;
import dev.reverie.diffusion.unet.Conditions;
import dev.reverie.diffusion.unet.CrossContext;
import dev.reverie.diffusion.unet.Residuals;
import dev.reverie.diffusion.unet.T2iAdapter;
import dev.reverie.diffusion.unet.T2iAdapterConfig;
import dev.reverie.diffusion.unet.Unet;
import dev.reverie.diffusion.unet.UnetConfig;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Ops;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.Workspace;
import dev.reverie.tensor.io.Checkpoint;
import dev.reverie.testing.GoldenCase;
import dev.reverie.testing.Goldens;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Cases of adapters on a U-Net. */
final class AdapterGoldens {
    private AdapterGoldens() {}

    static Map<String, Goldens.Runner> runners() {
        return Map.of(
                "lora", AdapterGoldens::lora,
                "ip-adapter", AdapterGoldens::ipAdapter,
                "t2i-adapter", AdapterGoldens::t2iAdapter);
    }

    private static Unet unet(GoldenCase golden, LoraSet loras) throws IOException {
        try (Checkpoint weights = golden.weights()) {
            loras.patch("unet", weights);
            Unet unet = Unet.load(weights.root(), UnetConfig.read(golden.config()));
            weights.finish();
            return unet;
        }
    }

    private static void lora(GoldenCase golden) throws IOException {
        double scale = golden.json().getDouble("scale");
        golden.compare("before", predicted(unet(golden, LoraSet.empty()), golden, Map.of()));
        for (String file : new String[] {"lora-peft.safetensors", "lora-kohya.safetensors"}) {
            Lora lora = Lora.load(golden.folder().resolve(file));
            Unet unet = unet(golden, LoraSet.empty().with(lora, scale));
            golden.compare("after", predicted(unet, golden, Map.of()));
        }
    }

    private static Tensor predicted(Unet unet, GoldenCase golden, Map<String, CrossContext.Source> more)
            throws IOException {
        try (Workspace workspace = Workspace.create();
                Frame frame = workspace.frame()) {
            return predicted(frame, unet, golden, more);
        }
    }

    private static Tensor predicted(Frame frame, Unet unet, GoldenCase golden, Map<String, CrossContext.Source> more)
            throws IOException {
        CrossContext context =
                unet.context(frame, golden.input("encoder_hidden_states")).with(more);
        Tensor sample = channelsLast(golden.input("sample"));
        return channelsFirst(
                unet.apply(frame, sample, golden.input("timestep"), Conditions.of(context), null, () -> {}));
    }

    private static void ipAdapter(GoldenCase golden) throws IOException {
        Unet unet = unet(golden, LoraSet.empty());
        IpAdapter adapter = IpAdapter.load(golden.folder().resolve("ip-adapter.safetensors"), unet.crossSites());
        float scale = (float) golden.json().getDouble("scale");
        try (Workspace workspace = Workspace.create();
                Frame frame = workspace.frame()) {
            Tensor embeds = golden.input("image_embeds"); // [N, 1, D], one picture a sample
            Tensor tokens = adapter.tokens(frame, embeds.reshape(embeds.dim(0), embeds.dim(2)));
            golden.compare("sample", predicted(frame, unet, golden, adapter.sources(frame, tokens, scale, null)));
        }
    }

    /** Its maps, and a U-Net that adds them. */
    private static void t2iAdapter(GoldenCase golden) throws IOException {
        T2iAdapter adapter;
        try (Checkpoint weights = golden.weights()) {
            adapter = T2iAdapter.load(weights.root(), T2iAdapterConfig.read(golden.config()));
            weights.finish();
        }
        Unet unet = UnetGoldens.load(
                golden.folder().resolve("unet.config.json"), golden.folder().resolve("unet.safetensors"));
        Tensor sample = channelsLast(golden.input("sample"));
        Tensor image = channelsLast(golden.input("image"));
        float scale = (float) golden.json().getDouble("scale");
        try (Workspace workspace = Workspace.create();
                Frame frame = workspace.frame()) {
            List<Tensor> maps = adapter.maps(frame, image);
            for (int i = 0; i < maps.size(); i++) {
                golden.compare("map." + i, channelsFirst(maps.get(i)));
            }
            Conditions conditions = Conditions.of(unet.context(frame, golden.input("encoder_hidden_states")));
            Residuals added = twice(frame, adapter.residuals(frame, image, scale));
            Tensor predicted = unet.apply(frame, sample, golden.input("timestep"), conditions, added, () -> {});
            golden.compare("sample", channelsFirst(predicted));
        }
    }

    /** The same for both samples of the batch. */
    private static Residuals twice(Frame frame, Residuals residuals) {
        return Residuals.ofStages(residuals.stages().stream()
                .map(map -> Ops.rowsJoined(frame, map, map))
                .toList());
    }
}
