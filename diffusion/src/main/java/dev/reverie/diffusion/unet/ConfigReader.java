package dev.reverie.diffusion.unet;

import dev.reverie.diffusion.block.Options;
import dev.reverie.diffusion.unet.Stage.Attention;
import dev.reverie.diffusion.unet.TimeConfig.ClassInput;
import dev.reverie.tensor.io.CheckpointException;
import dev.reverie.tensor.io.Json;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads what the configurations of huggingface/diffusers' U-Nets have in common: options that are one number for all
 * stages or a list with one for each, and their default values (models/unets/unet_2d_condition.py, unet_2d.py,
 * models/controlnets/controlnet.py).
 */
final class ConfigReader {
    private static final String DEPTHS = "transformer_layers_per_block";
    private static final String UP_DEPTHS = "reverse_transformer_layers_per_block";
    private static final String HEADS = "attention_head_dim";

    private static final Options COMMON = new Options(
            Set.of(
                    "in_channels",
                    "flip_sin_to_cos",
                    "freq_shift",
                    "down_block_types",
                    "mid_block_type",
                    "block_out_channels",
                    "layers_per_block",
                    "downsample_padding",
                    "norm_num_groups",
                    "norm_eps",
                    HEADS,
                    "class_embed_type",
                    "num_class_embeds",
                    "resnet_time_scale_shift"),
            Map.ofEntries(
                    Map.entry("act_fn", List.of("silu")),
                    Map.entry("mid_block_scale_factor", List.of(1.0)),
                    Map.entry("center_input_sample", List.of(false)),
                    Map.entry("time_embedding_type", List.of("positional")),
                    Map.entry("downsample_type", List.of("conv")),
                    Map.entry("upsample_type", List.of("conv")),
                    Map.entry("num_attention_heads", List.of()),
                    Map.entry("encoder_hid_dim", List.of()),
                    Map.entry("encoder_hid_dim_type", List.of()),
                    Map.entry("dual_cross_attention", List.of(false)),
                    Map.entry("resnet_skip_time_act", List.of(false)),
                    Map.entry("resnet_out_scale_factor", List.of(1.0)),
                    Map.entry("time_embedding_act_fn", List.of()),
                    Map.entry("timestep_post_act", List.of()),
                    Map.entry("attention_type", List.of("default")),
                    Map.entry("class_embeddings_concat", List.of(false)),
                    Map.entry("cross_attention_norm", List.of())));

    private static final Options CONDITIONAL = COMMON.with(
            "only_cross_attention",
            "mid_block_only_cross_attention", // of a kind of middle that is refused
            "cross_attention_dim",
            DEPTHS,
            UP_DEPTHS,
            "use_linear_projection", // the file's shapes say it
            "addition_embed_type",
            "addition_embed_type_num_heads", // of a kind of embedding that is refused
            "addition_time_embed_dim",
            "projection_class_embeddings_input_dim",
            "upcast_attention"); // everything is computed in float32

    private static final String[] OF_WAY_UP = {
        "out_channels",
        "up_block_types",
        "conv_in_kernel",
        "conv_out_kernel",
        "time_embedding_dim",
        "time_cond_proj_dim"
    };

    private enum Kind {
        CONDITIONAL("UNet2DConditionModel"),
        UNCONDITIONAL("UNet2DModel"),
        CONTROL("ControlNetModel");

        final String className;

        Kind(String className) {
            this.className = className;
        }

        Options options() {
            return switch (this) {
                case CONDITIONAL -> ConfigReader.CONDITIONAL.with(OF_WAY_UP);
                case UNCONDITIONAL ->
                    COMMON.with("out_channels", "up_block_types", "time_embedding_dim", "add_attention")
                            .with("attn_norm_num_groups", "num_train_timesteps");
                case CONTROL ->
                    ConfigReader.CONDITIONAL.with(
                            "conditioning_channels",
                            "controlnet_conditioning_channel_order",
                            "conditioning_embedding_out_channels",
                            "global_pool_conditions");
            };
        }
    }

    private final Json json;
    private final Kind kind;
    private final int[] channels;
    private final List<Integer> layers;

    private ConfigReader(Json json, Kind kind, int[] channels) throws CheckpointException {
        this.json = json;
        this.kind = kind;
        this.channels = channels;
        this.layers = perStage("layers_per_block", 2);
    }

    /** Checks the options of whichever network the file is of. */
    static ConfigReader of(Json json) throws CheckpointException {
        String name = json.getString("_class_name", Kind.CONDITIONAL.className);
        Kind kind = Arrays.stream(Kind.values())
                .filter(k -> k.className.equals(name))
                .findFirst()
                .orElse(null);
        if (kind == null) {
            throw json.get("_class_name").otherThan("UNet2DConditionModel, UNet2DModel or ControlNetModel");
        }
        kind.options().check(json);
        Json channels = json.find("block_out_channels");
        int[] absent = kind == Kind.UNCONDITIONAL ? new int[] {224, 448, 672, 896} : new int[] {320, 640, 1280, 1280};
        return new ConfigReader(json, kind, channels == null ? absent : channels.asInts());
    }

    /** Channels of samples and predictions where the file does not say. */
    int defaultChannels() {
        return kind == Kind.UNCONDITIONAL ? 3 : 4;
    }

    EncoderConfig encoder() throws CheckpointException {
        if (json.has("norm_num_groups") && json.get("norm_num_groups").isNull()) {
            throw json.get("norm_num_groups").fault("must be a number; networks without norms are not supported");
        }
        List<Stage> down = down(); // first, for its faults are the plainest
        return new EncoderConfig(
                json.getInt("in_channels", defaultChannels()),
                json.getInt("conv_in_kernel", 3),
                time(),
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
        List<Integer> heads = perStage(HEADS, defaultHeads());
        List<List<Integer>> depths = depths(DEPTHS, layers);
        List<Stage> stages = new ArrayList<>();
        for (int i = 0; i < channels.length; i++) {
            stages.add(stage(attentions.get(i), i, layers.get(i), heads.get(i), depths.get(i), onlyCross(i)));
        }
        return stages;
    }

    /** Stages of the way up: those of the way down in reverse, with one layer more. */
    List<Stage> up() throws CheckpointException {
        List<Attention> attentions = attentions("up_block_types", "Up");
        List<Integer> heads = perStage(HEADS, defaultHeads());
        List<Integer> oneMore = layers.reversed().stream().map(n -> n + 1).toList();
        boolean own = json.find(UP_DEPTHS) != null;
        List<List<Integer>> depths = own
                ? depths(UP_DEPTHS, oneMore)
                : depths(DEPTHS, oneMore.reversed()).reversed();
        List<Stage> stages = new ArrayList<>();
        for (int i = 0; i < channels.length; i++) {
            int down = channels.length - 1 - i;
            // the reference does not reverse the widths of heads, only their counts
            int headOption = heads.get(attentions.get(i) == Attention.SELF ? i : down);
            stages.add(stage(attentions.get(i), down, oneMore.get(i), headOption, depths.get(i), onlyCross(down)));
        }
        return stages;
    }

    private @Nullable Stage middle() throws CheckpointException {
        if (json.has("mid_block_type") && json.get("mid_block_type").isNull()) {
            return null;
        }
        boolean plain = kind == Kind.UNCONDITIONAL;
        String type = json.getString("mid_block_type", plain ? "UNetMidBlock2D" : "UNetMidBlock2DCrossAttn");
        int last = channels.length - 1;
        int heads = perStage(HEADS, defaultHeads()).get(last);
        if (!plain && type.equals("UNetMidBlock2DCrossAttn")) {
            List<Integer> depths = depths(DEPTHS, layers).get(last);
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
                transformer ? perStage("cross_attention_dim", 1280).get(index) : 0,
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
            } else if (name.equals("CrossAttn" + way + "Block2D") && kind != Kind.UNCONDITIONAL) {
                attentions.add(Attention.TRANSFORMER);
            } else {
                String transformers = kind == Kind.UNCONDITIONAL ? "" : " or CrossAttn%1$sBlock2D";
                throw type.otherThan(("%1$sBlock2D or Attn%1$sBlock2D" + transformers).formatted(way));
            }
        }
        requireCount(types, attentions.size());
        return attentions;
    }

    private boolean onlyCross(int stage) throws CheckpointException {
        Json option = json.find("only_cross_attention");
        if (option == null || !option.isList()) {
            return option != null && option.asBoolean();
        }
        List<Json> each = option.asList();
        requireCount(option, each.size());
        return each.get(stage).asBoolean();
    }

    /** One number a stage, from one for all or from a list. */
    private List<Integer> perStage(String option, int absent) throws CheckpointException {
        Json value = json.find(option);
        if (value == null || !value.isList()) {
            return Collections.nCopies(channels.length, value == null ? absent : value.asInt());
        }
        int[] each = value.asInts();
        requireCount(value, each.length);
        return Arrays.stream(each).boxed().toList();
    }

    /** Depths after each layer of each stage, from a number, a number a stage, or a list a stage. */
    private List<List<Integer>> depths(String option, List<Integer> counts) throws CheckpointException {
        Json value = json.find(option);
        if (value == null || !value.isList()) {
            int depth = value == null ? 1 : value.asInt();
            return counts.stream()
                    .map(n -> Collections.nCopies(Math.max(0, n), depth))
                    .toList();
        }
        List<Json> each = value.asList();
        requireCount(value, each.size());
        List<List<Integer>> depths = new ArrayList<>();
        for (int i = 0; i < each.size(); i++) {
            Json stage = each.get(i);
            depths.add(
                    stage.isList()
                            ? Arrays.stream(stage.asInts()).boxed().toList()
                            : Collections.nCopies(Math.max(0, counts.get(i)), stage.asInt()));
        }
        return depths;
    }

    private void requireCount(Json list, int size) throws CheckpointException {
        if (size != channels.length || size == 0) {
            throw list.fault("has %d entries; block_out_channels has %d".formatted(size, channels.length));
        }
    }

    private TimeConfig time() throws CheckpointException {
        int first = channels.length == 0 ? 0 : channels[0];
        String added = json.getString("addition_embed_type", "");
        if (!added.isEmpty() && !added.equals("text_time")) {
            throw json.get("addition_embed_type").otherThan("text_time");
        }
        ClassInput classes = classInput();
        String projected = "projection_class_embeddings_input_dim";
        return new TimeConfig(
                sinusoid(first),
                json.getInt("time_embedding_dim", 4 * first),
                json.getInt("time_cond_proj_dim", 0),
                classes,
                classes == ClassInput.TABLE ? json.getInt("num_class_embeds") : json.getInt(projected, 0),
                added.isEmpty() ? null : sinusoid(json.getInt("addition_time_embed_dim")),
                added.isEmpty() ? 0 : json.getInt(projected));
    }

    private Sinusoid sinusoid(int width) throws CheckpointException {
        return new Sinusoid(width, json.getBoolean("flip_sin_to_cos", true), json.getDouble("freq_shift", 0));
    }

    private @Nullable ClassInput classInput() throws CheckpointException {
        Json type = json.find("class_embed_type");
        if (type == null) {
            return json.find("num_class_embeds") == null ? null : ClassInput.TABLE;
        }
        return switch (type.asString()) {
            case "timestep" -> ClassInput.TIMESTEP;
            case "identity" -> ClassInput.IDENTITY;
            case "projection" -> ClassInput.PROJECTION;
            case "simple_projection" -> ClassInput.SIMPLE_PROJECTION;
            default -> throw type.otherThan("timestep, identity, projection or simple_projection");
        };
    }
}
