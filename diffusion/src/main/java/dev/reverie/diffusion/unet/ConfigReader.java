package dev.reverie.diffusion.unet;

import dev.reverie.diffusion.unet.Stage.Attention;
import dev.reverie.tensor.io.CheckpointException;
import dev.reverie.tensor.io.Json;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads what the configurations of huggingface/diffusers' U-Nets have in common, stage by stage, with the default values
 * of its classes (models/unets/unet_2d_condition.py, unet_2d.py, models/controlnets/controlnet.py).
 */
final class ConfigReader {
    private static final String DEPTHS = "transformer_layers_per_block";
    private static final String UP_DEPTHS = "reverse_transformer_layers_per_block";
    private static final String HEADS = "attention_head_dim";
    private static final String ONLY_CROSS = "only_cross_attention";

    private final Json json;
    private final NetworkClass network;
    private final int[] channels;
    private final PerStage perStage;
    private final List<Integer> layers;

    private ConfigReader(Json json, NetworkClass network, int[] channels) throws CheckpointException {
        this.json = json;
        this.network = network;
        this.channels = channels;
        this.perStage = new PerStage(json, channels.length);
        this.layers = perStage.ints("layers_per_block", 2);
    }

    /** Checks the options of whichever network the file is of. */
    static ConfigReader of(Json json) throws CheckpointException {
        NetworkClass network = NetworkClass.of(json);
        Json channels = json.find("block_out_channels");
        return new ConfigReader(json, network, channels == null ? network.stageChannels() : channels.asInts());
    }

    /** Channels of samples and predictions where the file does not say. */
    int defaultChannels() {
        return network.sampleChannels();
    }

    EncoderConfig encoder() throws CheckpointException {
        if (json.has("norm_num_groups") && json.get("norm_num_groups").isNull()) {
            throw json.get("norm_num_groups").fault("must be a number; networks without norms are not supported");
        }
        List<Stage> down = down(); // first, for its faults are the plainest
        return new EncoderConfig(
                json.getInt("in_channels", defaultChannels()),
                json.getInt("conv_in_kernel", 3),
                TimeConfig.read(json, channels.length == 0 ? 0 : channels[0]),
                json.getInt("norm_num_groups", 32),
                json.getDouble("norm_eps", 1e-5),
                scaleAndShift(),
                padsAllEdges(),
                down,
                middle());
    }

    private boolean scaleAndShift() throws CheckpointException {
        return switch (json.getString("resnet_time_scale_shift", "default")) {
            case "default" -> false;
            case "scale_shift" -> true;
            default -> throw json.get("resnet_time_scale_shift").otherThan("default or scale_shift");
        };
    }

    private boolean padsAllEdges() throws CheckpointException {
        int padding = json.getInt("downsample_padding", 1);
        if (padding != 0 && padding != 1) {
            throw json.get("downsample_padding").otherThan("0 or 1");
        }
        return padding == 1;
    }

    private List<Stage> down() throws CheckpointException {
        List<Attention> attentions = attentions("down_block_types", "Down");
        List<Integer> heads = perStage.ints(HEADS, defaultHeads());
        List<List<Integer>> depths = perStage.depths(DEPTHS, layers);
        List<Stage> stages = new ArrayList<>();
        for (int i = 0; i < channels.length; i++) {
            stages.add(stage(
                    attentions.get(i), i, layers.get(i), heads.get(i), depths.get(i), perStage.flag(ONLY_CROSS, i)));
        }
        return stages;
    }

    /** Stages of the way up: those of the way down in reverse, with one layer more. */
    List<Stage> up() throws CheckpointException {
        List<Attention> attentions = attentions("up_block_types", "Up");
        List<Integer> heads = perStage.ints(HEADS, defaultHeads());
        List<Integer> oneMore = layers.reversed().stream().map(n -> n + 1).toList();
        boolean own = json.find(UP_DEPTHS) != null;
        List<List<Integer>> depths = own
                ? perStage.depths(UP_DEPTHS, oneMore)
                : perStage.depths(DEPTHS, oneMore.reversed()).reversed();
        List<Stage> stages = new ArrayList<>();
        for (int i = 0; i < channels.length; i++) {
            int down = channels.length - 1 - i;
            // the reference does not reverse the widths of heads, only their counts
            int headOption = heads.get(attentions.get(i) == Attention.SELF ? i : down);
            stages.add(stage(
                    attentions.get(i),
                    down,
                    oneMore.get(i),
                    headOption,
                    depths.get(i),
                    perStage.flag(ONLY_CROSS, down)));
        }
        return stages;
    }

    private @Nullable Stage middle() throws CheckpointException {
        if (json.has("mid_block_type") && json.get("mid_block_type").isNull()) {
            return null;
        }
        boolean plain = network == NetworkClass.UNCONDITIONAL;
        String type = json.getString("mid_block_type", plain ? "UNetMidBlock2D" : "UNetMidBlock2DCrossAttn");
        int last = channels.length - 1;
        int heads = perStage.ints(HEADS, defaultHeads()).get(last);
        if (!plain && type.equals("UNetMidBlock2DCrossAttn")) {
            List<Integer> depths = perStage.depths(DEPTHS, layers).get(last);
            return stage(Attention.TRANSFORMER, last, 1, heads, depths.subList(0, Math.min(1, depths.size())), false);
        }
        if (!type.equals("UNetMidBlock2D")) {
            throw json.get("mid_block_type")
                    .otherThan(plain ? "UNetMidBlock2D" : "UNetMidBlock2D or UNetMidBlock2DCrossAttn");
        }
        if (!plain) {
            return stage(Attention.NONE, last, 0, heads, List.of(), false);
        }
        boolean attends = json.getBoolean("add_attention", true);
        requireNormedAttention(attends);
        return stage(attends ? Attention.SELF : Attention.NONE, last, 1, heads, List.of(), false);
    }

    private void requireNormedAttention(boolean attends) throws CheckpointException {
        int groups = json.getInt("norm_num_groups", 32);
        int own = json.getInt("attn_norm_num_groups", scaleAndShift() ? 0 : groups);
        if (attends && own != groups) {
            throw json.fault(
                    "wants attention in the middle with attn_norm_num_groups of %d; only norm_num_groups, %d, is supported"
                            .formatted(own, groups));
        }
    }

    private Stage stage(
            Attention attention, int index, int count, int headOption, List<Integer> depths, boolean onlyCross)
            throws CheckpointException {
        boolean transformer = attention == Attention.TRANSFORMER;
        return new Stage(
                attention,
                channels[index],
                count,
                attention == Attention.SELF ? headCount(channels[index], headOption) : headOption,
                transformer ? depths : List.of(),
                transformer ? perStage.ints("cross_attention_dim", 1280).get(index) : 0,
                onlyCross);
    }

    /** In attention without a context the option is the width of a head; one head where it is null. */
    private static int headCount(int channels, int headWidth) {
        if (headWidth < 0 || (headWidth > 0 && channels % headWidth != 0)) {
            throw new IllegalArgumentException(
                    "attention_head_dim %d does not divide %d channels".formatted(headWidth, channels));
        }
        return headWidth == 0 ? 1 : channels / headWidth;
    }

    /** 0 stands for null, which only attention without a context may have. */
    private int defaultHeads() throws CheckpointException {
        return json.has(HEADS) ? 0 : 8;
    }

    private List<Attention> attentions(String option, String way) throws CheckpointException {
        Json types = json.find(option);
        if (types == null) {
            throw json.fault("has no %s; networks are read by their blocks".formatted(option));
        }
        List<Attention> attentions = new ArrayList<>();
        for (Json type : types.asList()) {
            String name = type.asString();
            if (name.equals(way + "Block2D")) {
                attentions.add(Attention.NONE);
            } else if (name.equals("Attn" + way + "Block2D")) {
                attentions.add(Attention.SELF);
            } else if (name.equals("CrossAttn" + way + "Block2D") && network != NetworkClass.UNCONDITIONAL) {
                attentions.add(Attention.TRANSFORMER);
            } else {
                String transformers = network == NetworkClass.UNCONDITIONAL ? "" : " or CrossAttn%1$sBlock2D";
                throw type.otherThan(("%1$sBlock2D or Attn%1$sBlock2D" + transformers).formatted(way));
            }
        }
        perStage.requireCount(types, attentions.size());
        return attentions;
    }
}
