package dev.reverie.diffusion.adapter;

import static dev.reverie.diffusion.adapter.FakeModel.BLOCK;
import static dev.reverie.diffusion.adapter.FakeModel.DOWN;
import static dev.reverie.diffusion.adapter.FakeModel.KOHYA;
import static dev.reverie.diffusion.adapter.FakeModel.QUERY;
import static dev.reverie.diffusion.adapter.FakeModel.UP;
import static dev.reverie.diffusion.adapter.FakeModel.kohya;
import static dev.reverie.diffusion.adapter.FakeModel.number;
import static dev.reverie.diffusion.adapter.FakeModel.random;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.io.CheckpointException;
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

/** Files that are no LoRA, or none for this model, are refused with a sentence that says why. */
class WrongLoraTest {

    @TempDir
    private Path folder;

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
        assertTrue(refused(Map.of(KOHYA + ".lora_down.weight", DOWN)).contains("has no lora_up"));
        assertTrue(refused(Map.of(KOHYA + ".lora_up.weight", UP)).contains("has no lora_down"));
        assertTrue(refused(Map.of(KOHYA + ".alpha", number(1))).contains("nothing that it scales"));
        assertTrue(refused(Map.of(KOHYA + ".hada_w1_a", UP)).contains("has no hada_w1_b"));
        assertTrue(refused(Map.of(KOHYA + ".hada_w2_a", UP)).contains("has hada_w2_a and not what belongs"));
        assertTrue(refused(Map.of(KOHYA + ".lokr_w1", UP)).contains("has no lokr_w2_a"));
        assertTrue(refused(Map.of(KOHYA + ".dora_scale", UP)).contains("has dora_scale and not what belongs"));
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
