package dev.reverie.diffusion;

import static dev.reverie.testing.Layout.channelsFirst;
import static dev.reverie.testing.Layout.channelsLast;

import dev.reverie.diffusion.unet.Conditions;
import dev.reverie.diffusion.unet.ControlNet;
import dev.reverie.diffusion.unet.ControlNetConfig;
import dev.reverie.diffusion.unet.Residuals;
import dev.reverie.diffusion.unet.Unet;
import dev.reverie.diffusion.unet.UnetConfig;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.Workspace;
import dev.reverie.tensor.io.Checkpoint;
import dev.reverie.tensor.io.Json;
import dev.reverie.testing.GoldenCase;
import dev.reverie.testing.Goldens;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;

/** Cases of U-Nets and ControlNets. */
final class UnetGoldens {
    private UnetGoldens() {}

    static Map<String, Goldens.Runner> runners() {
        return Map.of(
                "unet2d-condition", UnetGoldens::unet,
                "unet2d", UnetGoldens::unet,
                "controlnet", UnetGoldens::controlNet);
    }

    static Unet load(Path config, Path weights) throws IOException {
        try (Checkpoint checkpoint = Checkpoint.open(weights)) {
            Unet unet = Unet.load(checkpoint.root(), UnetConfig.read(Json.read(config)));
            checkpoint.finish();
            return unet;
        }
    }

    private static void unet(GoldenCase golden) throws IOException {
        Unet unet = load(golden.folder().resolve("config.json"), golden.folder().resolve("model.safetensors"));
        try (Workspace workspace = Workspace.create();
                Frame frame = workspace.frame()) {
            golden.compare("sample", predicted(frame, unet, golden, conditions(frame, unet, golden)));
        }
    }

    private static Conditions conditions(Frame frame, Unet unet, GoldenCase golden) throws IOException {
        Conditions conditions = Conditions.none();
        if (golden.has("in.encoder_hidden_states")) {
            conditions = Conditions.of(unet.context(frame, golden.input("encoder_hidden_states")));
        }
        if (golden.has("in.timestep_cond")) {
            conditions = conditions.withGuidance(golden.input("timestep_cond"));
        }
        if (golden.has("in.class_labels")) {
            conditions = conditions.withClasses(golden.input("class_labels"));
        }
        if (golden.has("in.text_embeds")) {
            conditions = conditions.withPooledText(golden.input("text_embeds"), golden.input("time_ids"));
        }
        return conditions;
    }

    private static Tensor predicted(Frame frame, Unet unet, GoldenCase golden, Conditions conditions)
            throws IOException {
        Tensor sample = channelsLast(golden.input("sample"));
        return channelsFirst(unet.apply(frame, sample, golden.input("timestep"), conditions, null, () -> {}));
    }

    private static void controlNet(GoldenCase golden) throws IOException {
        ControlNet net;
        try (Checkpoint weights = golden.weights()) {
            net = ControlNet.load(weights.root(), ControlNetConfig.read(golden.config()));
            weights.finish();
        }
        Unet unet = load(
                golden.folder().resolve("unet.config.json"), golden.folder().resolve("unet.safetensors"));
        Tensor text = golden.input("encoder_hidden_states");
        Tensor sample = channelsLast(golden.input("sample"));
        Tensor timestep = golden.input("timestep");
        ControlNet.Strength strength = new ControlNet.Strength(
                golden.json().getDouble("conditioning_scale"), golden.json().getBoolean("guess_mode", false));
        try (Workspace workspace = Workspace.create();
                Frame frame = workspace.frame()) {
            Tensor hint = net.hint(frame, channelsLast(golden.input("image")));
            Conditions own = Conditions.of(net.context(frame, text));
            Residuals residuals = net.apply(frame, sample, hint, timestep, own, strength, () -> {});
            for (int i = 0; i < residuals.skips().size(); i++) {
                golden.compare("down." + i, channelsFirst(residuals.skips().get(i)));
            }
            golden.compare("mid", channelsFirst(Objects.requireNonNull(residuals.middle())));
            Conditions conditions = Conditions.of(unet.context(frame, text));
            Tensor predicted = unet.apply(frame, sample, timestep, conditions, residuals, () -> {});
            golden.compare("unet_sample", channelsFirst(predicted));
        }
    }
}
