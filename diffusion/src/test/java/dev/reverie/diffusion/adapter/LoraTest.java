package dev.reverie.diffusion.adapter;

import static dev.reverie.diffusion.adapter.FakeModel.BLOCK;
import static dev.reverie.diffusion.adapter.FakeModel.DOWN;
import static dev.reverie.diffusion.adapter.FakeModel.KOHYA;
import static dev.reverie.diffusion.adapter.FakeModel.QUERY;
import static dev.reverie.diffusion.adapter.FakeModel.UP;
import static dev.reverie.diffusion.adapter.FakeModel.kohya;
import static dev.reverie.diffusion.adapter.FakeModel.number;
import static dev.reverie.diffusion.adapter.FakeModel.random;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.io.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files of every dialect on a few tensors; W is [6, 4], R 2, s 0.5. */
class LoraTest {
    private static final double SCALE = 0.5;

    @TempDir
    private Path folder;

    private static void assertClose(double[] want, Tensor got) {
        assertEquals(want.length, got.elementCount());
        for (int i = 0; i < want.length; i++) {
            assertEquals(want[i], got.get(i), 2e-6 * (1 + Math.abs(want[i])), "element " + i);
        }
    }

    /** W + factor up down. */
    private double[] plusProduct(Tensor weight, double factor) {
        double[] want = new double[weight.elementCount()];
        for (int i = 0; i < want.length; i++) {
            int o = i / 4;
            int c = i % 4;
            double product = (double) UP.get(2 * o) * DOWN.get(c) + (double) UP.get(2 * o + 1) * DOWN.get(4 + c);
            want[i] = weight.get(i) + factor * product;
        }
        return want;
    }

    private FakeModel model(String part) {
        return switch (part) {
            case "unet" -> FakeModel.unet(folder);
            case "transformer" -> FakeModel.transformer(folder);
            default -> FakeModel.text(folder);
        };
    }

    @ParameterizedTest
    @CsvSource({
        "unet, lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn1_to_q.lora_down.weight",
        "unet, lora_unet_input_blocks_1_1_transformer_blocks_0_attn1_to_q.lora_down.weight",
        "unet, lycoris_down_blocks_0_attentions_0_transformer_blocks_0_attn1_to_q.lora_down.weight",
        "unet, unet.down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_q.lora_A.weight",
        "unet, base_model.model.down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_q.lora_A.weight",
        "unet, base_model.model.unet.down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_q.lora_A.default.weight",
        "unet, unet.down_blocks.0.attentions.0.transformer_blocks.0.attn1.processor.to_q_lora.down.weight",
        "unet, down_blocks.0.attentions.0.transformer_blocks.0.attn1.processor.to_q_lora.down.weight",
        "unet, unet.down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_q.lora.down.weight",
        "unet, diffusion_model.input_blocks.1.1.transformer_blocks.0.attn1.to_q.lora_A.weight",
        "text_encoder, lora_te_text_model_encoder_layers_0_self_attn_q_proj.lora_down.weight",
        "text_encoder, lora_te1_text_model_encoder_layers_0_self_attn_q_proj.lora_down.weight",
        "text_encoder_2, lora_te2_text_model_encoder_layers_0_self_attn_q_proj.lora_down.weight",
        "text_encoder, text_encoder.text_model.encoder.layers.0.self_attn.q_proj.lora_linear_layer.down.weight",
        "text_encoder, text_encoder.text_model.encoder.layers.0.self_attn.to_q_lora.down.weight",
        "text_encoder, text_encoder.encoder.layers.0.self_attn.q_proj.lora_A.weight",
        "text_encoder_2, text_encoder_2.text_model.encoder.layers.0.self_attn.q_proj.lora_A.weight",
        "text_encoder, base_model.model.text_model.encoder.layers.0.self_attn.q_proj.lora_A.weight",
        "transformer, transformer.transformer_blocks.0.attn.to_q.lora_A.weight",
        "transformer, lora_transformer_transformer_blocks_0_attn_to_q.lora_down.weight",
    })
    void dialects(String part, String downName) throws IOException {
        String target = switch (part) {
            case "unet" -> QUERY;
            case "transformer" -> "transformer_blocks.0.attn.to_q.weight";
            default -> "text_model.encoder.layers.0.self_attn.q_proj.weight";
        };
        FakeModel model = model(part);
        String upName = downName.replace("down.weight", "up.weight").replace("lora_A", "lora_B");
        Lora lora = model.lora(Map.of(downName, DOWN, upName, UP));
        Tensor got = model.patched(part, target, LoraSet.empty().with(lora, SCALE));
        assertClose(plusProduct(model.weight(target), SCALE), got);
    }

    @ParameterizedTest
    @CsvSource({
        "lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn1_to_out_0, .lora_down.weight, .lora_up.weight",
        "unet.down_blocks.0.attentions.0.transformer_blocks.0.attn1.processor.to_out_lora, .down.weight, .up.weight",
        "unet.down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_out.0, .lora_A.weight, .lora_B.weight",
    })
    void theOutputProjectionHasANumber(String module, String downEnd, String upEnd) throws IOException {
        FakeModel model = FakeModel.unet(folder);
        Lora lora = model.lora(Map.of(module + downEnd, DOWN, module + upEnd, UP));
        String target = BLOCK + "attn1.to_out.0.weight";
        Tensor got = model.patched("unet", target, LoraSet.empty().with(lora, SCALE));
        assertClose(plusProduct(model.weight(target), SCALE), got);
    }

    @Test
    void alphaCountsByTheRank() throws IOException {
        FakeModel model = FakeModel.unet(folder);
        for (String end : List.of(".alpha", ".lora_alpha")) {
            Map<String, Tensor> tensors = kohya(KOHYA);
            tensors.put(KOHYA + end, number(6));
            Tensor got = model.patched("unet", QUERY, LoraSet.empty().with(model.lora(tensors), SCALE));
            assertClose(plusProduct(model.weight(QUERY), SCALE * 6 / 2), got);
        }
    }

    @Test
    void severalAddUpWithScalesOfTheirOwn() throws IOException {
        FakeModel model = FakeModel.unet(folder);
        Lora lora = model.lora(kohya(KOHYA));
        LoraSet set = LoraSet.empty().with(lora, 1.25).with(lora, -0.5);
        assertClose(plusProduct(model.weight(QUERY), 0.75), model.patched("unet", QUERY, set));
        LoraSet nothing = LoraSet.empty().with(lora, 0);
        assertArrayEquals(
                model.weight(QUERY).toArray(),
                model.patched("unet", QUERY, nothing).toArray());
        LoraSet textOnly = LoraSet.empty().with(lora, 0, 1);
        assertArrayEquals(
                model.weight(QUERY).toArray(),
                model.patched("unet", QUERY, textOnly).toArray());
        LoraSet unetOnly = LoraSet.empty().with(lora, 1, 0);
        assertClose(plusProduct(model.weight(QUERY), 1), model.patched("unet", QUERY, unetOnly));
    }

    @Test
    void pointwiseConvolutionsMayBeMatrices() throws IOException {
        String module = "lora_unet_down_blocks_0_attentions_0_proj_in";
        FakeModel model = FakeModel.unet(folder);
        Tensor wide = random(3, 1, 6);
        Tensor tall = random(4, 6, 1);
        Lora lora = model.lora(Map.of(module + ".lora_down.weight", wide, module + ".lora_up.weight", tall));
        String target = "down_blocks.0.attentions.0.proj_in.weight";
        Tensor got = model.patched("unet", target, LoraSet.empty().with(lora, 1));
        double[] want = new double[36];
        for (int i = 0; i < 36; i++) {
            want[i] = model.weight(target).get(i) + (double) tall.get(i / 6) * wide.get(i % 6);
        }
        assertClose(want, got);
    }

    @Test
    void differencesOfWeightsAndBiases() throws IOException {
        FakeModel model = FakeModel.unet(folder);
        Tensor kernel = random(5, 6, 6, 3, 3);
        Tensor bias = random(6, 6);
        Tensor norm = random(7, 6);
        Lora lora = model.lora(Map.of(
                "lora_unet_down_blocks_0_resnets_0_conv1.diff", kernel,
                "lora_unet_down_blocks_0_resnets_0_conv1.diff_b", bias,
                "lora_unet_input_blocks_1_0_in_layers_0.w_norm", norm));
        LoraSet set = LoraSet.empty().with(lora, SCALE);
        Map<String, Tensor> wanted = Map.of(
                "down_blocks.0.resnets.0.conv1.weight", kernel,
                "down_blocks.0.resnets.0.conv1.bias", bias,
                "down_blocks.0.resnets.0.norm1.weight", norm);
        for (Map.Entry<String, Tensor> entry : wanted.entrySet()) {
            Tensor before = model.weight(entry.getKey());
            double[] want = new double[before.elementCount()];
            for (int i = 0; i < want.length; i++) {
                want[i] = before.get(i) + SCALE * entry.getValue().get(i);
            }
            assertClose(want, model.patched("unet", entry.getKey(), set));
        }
    }

    /** LoHa and LoKr under their names; what they compute is in {@link DeltaTest}. */
    @Test
    void namesOfLycoris() throws IOException {
        FakeModel model = FakeModel.unet(folder);
        Map<String, Tensor> hadamard = Map.of(
                KOHYA + ".hada_w1_a", UP,
                KOHYA + ".hada_w1_b", DOWN,
                KOHYA + ".hada_w2_a", ones(6, 1),
                KOHYA + ".hada_w2_b", ones(1, 4),
                KOHYA + ".alpha", number(4));
        // the second product is all ones, alpha / R is 2
        assertClose(
                plusProduct(model.weight(QUERY), 2 * SCALE),
                model.patched("unet", QUERY, LoraSet.empty().with(model.lora(hadamard), SCALE)));
        Map<String, Tensor> kronecker = Map.of(
                KOHYA + ".lokr_w1",
                ones(1, 1),
                KOHYA + ".lokr_w2_a",
                UP,
                KOHYA + ".lokr_w2_b",
                DOWN,
                KOHYA + ".alpha",
                number(4));
        assertClose(
                plusProduct(model.weight(QUERY), 2 * SCALE),
                model.patched("unet", QUERY, LoraSet.empty().with(model.lora(kronecker), SCALE)));
    }

    @Test
    void alphaCountsForNothingWhereBothKroneckerFactorsAreWhole() throws IOException {
        FakeModel model = FakeModel.unet(folder);
        Tensor large = random(8, 3, 2);
        Map<String, Tensor> tensors =
                Map.of(KOHYA + ".lokr_w1", ones(2, 2), KOHYA + ".lokr_w2", large, KOHYA + ".alpha", number(1e6f));
        double[] want = new double[24];
        for (int i = 0; i < want.length; i++) {
            want[i] = model.weight(QUERY).get(i) + (double) large.get(i / 4 % 3 * 2 + i % 4 % 2);
        }
        assertClose(want, model.patched("unet", QUERY, LoraSet.empty().with(model.lora(tensors), 1)));
    }

    private static Tensor ones(int... sizes) {
        Tensor ones = Tensor.zeros(Shape.of(sizes));
        java.util.Arrays.fill(ones.data(), 1);
        return ones;
    }

    /** W + s (m (W + d) / |W + d| - W), the norm over rows or columns. */
    private double[] decomposed(Tensor weight, Tensor lengths, boolean ofRows, double scale) {
        double[] moved = plusProduct(weight, 1);
        double[] squares = new double[6];
        for (int i = 0; i < moved.length; i++) {
            squares[ofRows ? i / 4 : i % 4] += moved[i] * moved[i];
        }
        double[] want = new double[moved.length];
        for (int i = 0; i < want.length; i++) {
            int group = ofRows ? i / 4 : i % 4;
            double turned = lengths.get(group) * moved[i] / Math.sqrt(squares[group]);
            want[i] = weight.get(i) + scale * (turned - weight.get(i));
        }
        return want;
    }

    @Test
    void doraGivesRowsOrColumnsTheirLengths() throws IOException {
        FakeModel model = FakeModel.unet(folder);
        Tensor rows = random(9, 6, 1);
        Tensor columns = random(10, 1, 4);
        for (double scale : new double[] {1, 0.5, -1}) {
            Map<String, Tensor> byRows = kohya(KOHYA);
            byRows.put(KOHYA + ".dora_scale", rows);
            assertClose(
                    decomposed(model.weight(QUERY), rows, true, scale),
                    model.patched("unet", QUERY, LoraSet.empty().with(model.lora(byRows), scale)));
            Map<String, Tensor> byColumns = kohya(KOHYA);
            byColumns.put(KOHYA + ".dora_scale", columns);
            assertClose(
                    decomposed(model.weight(QUERY), columns, false, scale),
                    model.patched("unet", QUERY, LoraSet.empty().with(model.lora(byColumns), scale)));
        }
        Map<String, Tensor> peft = Map.of(
                "unet." + BLOCK + "attn1.to_q.lora_A.weight", DOWN,
                "unet." + BLOCK + "attn1.to_q.lora_B.weight", UP,
                "unet." + BLOCK + "attn1.to_q.lora_magnitude_vector.weight", rows.reshape(6));
        assertClose(
                decomposed(model.weight(QUERY), rows, true, 1),
                model.patched("unet", QUERY, LoraSet.empty().with(model.lora(peft), 1)));
    }

    @Test
    void peftKeepsAlphaBesideTheTensors() throws IOException {
        FakeModel model = FakeModel.unet(folder);
        String module = BLOCK + "attn1.to_q";
        SafetensorsWriter writer = new SafetensorsWriter()
                .put("unet." + module + ".lora_A.weight", DOWN)
                .put("unet." + module + ".lora_B.weight", UP)
                .metadata("lora_adapter_metadata", "{\"unet.r\": 2, \"unet.lora_alpha\": 8}");
        Path withHeader = folder.resolve("header.safetensors");
        writer.write(withHeader);
        LoraSet set = LoraSet.empty().with(Lora.load(withHeader), 1);
        assertClose(plusProduct(model.weight(QUERY), 4), model.patched("unet", QUERY, set));

        Path peft = Files.createDirectory(folder.resolve("peft")).resolve("adapter_model.safetensors");
        new SafetensorsWriter()
                .put("base_model.model." + module + ".lora_A.weight", DOWN)
                .put("base_model.model." + module + ".lora_B.weight", UP)
                .write(peft);
        Files.writeString(
                peft.resolveSibling("adapter_config.json"),
                "{\"r\": 2, \"lora_alpha\": 5, \"use_rslora\": true, \"alpha_pattern\": {\"attn1.to_q\": 8}}");
        LoraSet stabilised = LoraSet.empty().with(Lora.load(peft), 1);
        assertClose(plusProduct(model.weight(QUERY), 8 / Math.sqrt(2)), model.patched("unet", QUERY, stabilised));
    }

    @Test
    void setsAreValues() throws IOException {
        FakeModel model = FakeModel.unet(folder);
        Path file = model.file(kohya(KOHYA));
        LoraSet set = LoraSet.empty().with(Lora.load(file), 0.5);
        assertEquals(set, LoraSet.empty().with(Lora.load(file), 0.5));
        assertEquals(set.hashCode(), LoraSet.empty().with(Lora.load(file), 0.5).hashCode());
        assertNotEquals(set, LoraSet.empty().with(Lora.load(file), 0.6));
        assertNotEquals(set, LoraSet.empty().with(model.lora(kohya(KOHYA)), 0.5));
        assertThrows(IllegalArgumentException.class, () -> set.with(Lora.load(file), Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> set.with(Lora.load(file), 1e9));
    }
}
