package dev.reverie.diffusion.adapter;

import static dev.reverie.diffusion.adapter.FakeModel.BLOCK;
import static dev.reverie.diffusion.adapter.FakeModel.random;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.io.CheckpointException;
import dev.reverie.tensor.io.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files of every dialect on a few tensors; W is [6, 4], R 2, s 0.5. */
class LoraTest {
    private static final String QUERY = BLOCK + "attn1.to_q.weight";
    private static final String KOHYA = "lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn1_to_q";
    private static final double SCALE = 0.5;

    @TempDir
    private Path folder;

    private final Tensor down = random(1, 2, 4);
    private final Tensor up = random(2, 6, 2);

    private static Tensor number(float value) {
        return Tensor.of(Shape.of(), new float[] {value});
    }

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
            double product = (double) up.get(2 * o) * down.get(c) + (double) up.get(2 * o + 1) * down.get(4 + c);
            want[i] = weight.get(i) + factor * product;
        }
        return want;
    }

    private Map<String, Tensor> kohya(String module) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put(module + ".lora_down.weight", down);
        tensors.put(module + ".lora_up.weight", up);
        return tensors;
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
        Lora lora = model.lora(Map.of(downName, down, upName, up));
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
        Lora lora = model.lora(Map.of(module + downEnd, down, module + upEnd, up));
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
                KOHYA + ".hada_w1_a", up,
                KOHYA + ".hada_w1_b", down,
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
                up,
                KOHYA + ".lokr_w2_b",
                down,
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
                "unet." + BLOCK + "attn1.to_q.lora_A.weight", down,
                "unet." + BLOCK + "attn1.to_q.lora_B.weight", up,
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
                .put("unet." + module + ".lora_A.weight", down)
                .put("unet." + module + ".lora_B.weight", up)
                .metadata("lora_adapter_metadata", "{\"unet.r\": 2, \"unet.lora_alpha\": 8}");
        Path withHeader = folder.resolve("header.safetensors");
        writer.write(withHeader);
        LoraSet set = LoraSet.empty().with(Lora.load(withHeader), 1);
        assertClose(plusProduct(model.weight(QUERY), 4), model.patched("unet", QUERY, set));

        Path peft = Files.createDirectory(folder.resolve("peft")).resolve("adapter_model.safetensors");
        new SafetensorsWriter()
                .put("base_model.model." + module + ".lora_A.weight", down)
                .put("base_model.model." + module + ".lora_B.weight", up)
                .write(peft);
        Files.writeString(
                peft.resolveSibling("adapter_config.json"),
                "{\"r\": 2, \"lora_alpha\": 5, \"use_rslora\": true, \"alpha_pattern\": {\"attn1.to_q\": 8}}");
        LoraSet stabilised = LoraSet.empty().with(Lora.load(peft), 1);
        assertClose(plusProduct(model.weight(QUERY), 8 / Math.sqrt(2)), model.patched("unet", QUERY, stabilised));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "peft_type": "LOHA"             | peft_type" must be "LORA", not "LOHA"
            "init_lora_weights": "pissa"    | init_lora_weights" must be true or false or
            "bias": "all"                   | bias" must be "none", not "all"
            "lora_bias": true               | lora_bias" must be false, not true
            "layer_replication": [[0, 4]]   | layer_replication" must be null
            """)
    void whatAConfigurationAsksForBesideLora(String option, String message) throws IOException {
        Path file = FakeModel.unet(folder).file(kohya(KOHYA));
        Path peft = Files.createDirectory(folder.resolve("peft")).resolve("adapter_model.safetensors");
        Path config = peft.resolveSibling("adapter_config.json");
        Files.copy(file, peft);
        Files.writeString(config, "{\"lora_alpha\": 4, \"peft_type\": \"LORA\", \"bias\": \"none\"}");
        Lora.load(peft);
        Files.writeString(config, "{\"lora_alpha\": 4, " + option + "}");
        String refused = String.valueOf(
                assertThrows(CheckpointException.class, () -> Lora.load(peft)).getMessage());
        assertTrue(refused.startsWith(config + ": ") && refused.contains(message), refused);
        Files.delete(config);
        new SafetensorsWriter()
                .put("unet." + QUERY.replace(".weight", "") + ".lora_A.weight", Tensor.zeros(Shape.of(1, 8)))
                .metadata("lora_adapter_metadata", "{" + option.replaceFirst("\"", "\"unet.") + "}")
                .write(peft);
        String ofHeader = String.valueOf(
                assertThrows(CheckpointException.class, () -> Lora.load(peft)).getMessage());
        assertTrue(ofHeader.startsWith(peft + ": ") && ofHeader.contains(message), ofHeader);
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

    private String refused(Map<String, Tensor> tensors) throws IOException {
        Path file = FakeModel.empty(folder).file(tensors);
        return String.valueOf(
                assertThrows(CheckpointException.class, () -> Lora.load(file)).getMessage());
    }

    @Test
    void namesThatNobodyKnows() throws IOException {
        Map<String, Tensor> tensors = kohya(KOHYA);
        for (int i = 0; i < 5; i++) {
            tensors.put(KOHYA + ".oft_blocks" + i, number(1));
        }
        String message = refused(tensors);
        assertTrue(message.contains(KOHYA + ".oft_blocks0") && message.contains("and 2 more"), message);
        assertTrue(refused(Map.of("conv_in.weight", random(1, 2, 2))).contains("is no LoRA"));
        assertTrue(refused(Map.of(".alpha", number(1))).contains("is no LoRA"));
    }

    @Test
    void halvesOfPairs() throws IOException {
        assertTrue(refused(Map.of(KOHYA + ".lora_down.weight", down)).contains("has no lora_up"));
        assertTrue(refused(Map.of(KOHYA + ".lora_up.weight", up)).contains("has no lora_down"));
        assertTrue(refused(Map.of(KOHYA + ".alpha", number(1))).contains("nothing that it scales"));
        assertTrue(refused(Map.of(KOHYA + ".hada_w1_a", up)).contains("has no hada_w1_b"));
        assertTrue(refused(Map.of(KOHYA + ".hada_w2_a", up)).contains("has hada_w2_a and not what belongs"));
        assertTrue(refused(Map.of(KOHYA + ".lokr_w1", up)).contains("has no lokr_w2_a"));
        assertTrue(refused(Map.of(KOHYA + ".dora_scale", up)).contains("has dora_scale and not what belongs"));
        Map<String, Tensor> twoKinds = kohya(KOHYA);
        twoKinds.put(KOHYA + ".diff", random(1, 6, 4));
        assertTrue(refused(twoKinds).contains("has diff and not what belongs"));
    }

    @Test
    void ranksThatDoNotMeet() throws IOException {
        Map<String, Tensor> tensors = kohya(KOHYA);
        tensors.put(KOHYA + ".lora_up.weight", random(3, 6, 3));
        String message = refused(tensors);
        assertTrue(message.contains(KOHYA) && message.contains("[6, 3] and [2, 4]"), message);
    }

    @Test
    void numbersThatAreNone() throws IOException {
        for (float value : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
            Map<String, Tensor> tensors = kohya(KOHYA);
            tensors.put(KOHYA + ".alpha", number(value));
            String message = refused(tensors);
            assertTrue(message.contains(".alpha\" has a number that is not finite"), message);
        }
        Map<String, Tensor> two = kohya(KOHYA);
        two.put(KOHYA + ".alpha", Tensor.of(1, 2));
        assertTrue(refused(two).contains("has an alpha of shape [2]"));
        assertTrue(refused(Map.of(KOHYA + ".lora_up.weight", Tensor.zeros(Shape.of(0, 2))))
                .contains("shape [0, 2]"));
    }

    @Test
    void oneModuleInTwoSpellings() throws IOException {
        Map<String, Tensor> tensors = kohya(KOHYA);
        tensors.putAll(kohya("unet." + BLOCK + "attn1.to_q"));
        assertTrue(refused(tensors).contains("is there twice"));
    }

    private static String refusedBy(FakeModel model, String part, String name, LoraSet set) {
        return String.valueOf(assertThrows(CheckpointException.class, () -> model.patched(part, name, set))
                .getMessage());
    }

    @Test
    void anotherModelsFiles() throws IOException {
        FakeModel model = FakeModel.unet(folder);
        LoraSet nowhere = LoraSet.empty().with(model.lora(kohya("lora_unet_down_blocks_9_attentions_0_proj_in")), 1);
        String missing = refusedBy(model, "unet", QUERY, nowhere);
        assertTrue(missing.contains("was made for another model") && missing.contains("down_blocks_9"), missing);

        Map<String, Tensor> wide = kohya(KOHYA);
        wide.put(KOHYA + ".lora_down.weight", random(1, 2, 8));
        String message = refusedBy(model, "unet", QUERY, LoraSet.empty().with(model.lora(wide), 1));
        assertTrue(message.contains("[6, 8]") && message.contains("[6, 4]"), message);

        Map<String, Tensor> longScale = kohya(KOHYA);
        longScale.put(KOHYA + ".dora_scale", random(1, 7, 1));
        refusedBy(model, "unet", QUERY, LoraSet.empty().with(model.lora(longScale), 1));

        Lora second = model.lora(kohya("lora_te2_text_model_encoder_layers_0_self_attn_q_proj"));
        LoraSet set = LoraSet.empty().with(second, 1);
        set.requireParts(List.of("unet", "text_encoder", "text_encoder_2"));
        assertTrue(String.valueOf(
                        assertThrows(CheckpointException.class, () -> set.requireParts(List.of("unet", "text_encoder")))
                                .getMessage())
                .contains("text_encoder_2"));
    }
}
