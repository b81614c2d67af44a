package dev.reverie.diffusion.family;

import static dev.reverie.diffusion.family.Folders.refusal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.io.Checkpoint;
import dev.reverie.tensor.io.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelFolderTest {
    private static final String UNET = "unet/diffusion_pytorch_model";

    @TempDir
    Path temp;

    private Path folder = Path.of("");

    @BeforeEach
    void write() throws IOException {
        folder = Folders.model(temp.resolve("fox"));
    }

    private Set<String> namesOf(String part) throws IOException {
        try (Checkpoint checkpoint = ModelFiles.open(folder).open(part)) {
            return checkpoint.names();
        }
    }

    private static void assertContains(String message, String... pieces) {
        for (String piece : pieces) {
            assertTrue(message.contains(piece), message);
        }
    }

    @Test
    void partsAreThoseOfTheIndex() throws IOException {
        ModelFiles files = ModelFiles.open(folder);
        assertEquals("StableDiffusionPipeline", files.pipelineClass());
        assertTrue(files.has("unet"));
        assertTrue(files.has("text_encoder"));
        assertFalse(files.has("image_encoder"));
        assertFalse(files.has("controlnet"));
        assertFalse(files.has("requires_safety_checker"));
        assertEquals("CLIPTextModel", files.className("text_encoder"));
        assertThrows(IOException.class, () -> files.className("image_encoder"));
    }

    @Test
    void aPartBesidesTheIndexIsKnownByItsConfiguration() throws IOException {
        Folders.text(folder.resolve("controlnet_1/config.json"), "{\"_class_name\": \"ControlNetModel\"}");
        ModelFiles files = ModelFiles.open(folder);
        assertTrue(files.has("controlnet_1"));
        assertEquals("ControlNetModel", files.className("controlnet_1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"FluxPipeline", "StableDiffusion3Pipeline", "WanPipeline"})
    void aModelOfAnotherKindIsNotTakenForADownloadThatIsCutShort(String pipeline) throws IOException {
        Folders.text(folder.resolve("model_index.json"), "{\"_class_name\": \"" + pipeline + "\"}");
        assertContains(refusal(() -> ModelFiles.open(folder)), pipeline, "does not draw here");
    }

    @Test
    void aFolderOfSpeechIsNamed() throws IOException {
        Path speech = temp.resolve("speech");
        Folders.text(speech.resolve("config.json"), "{}");
        Folders.tensors(speech.resolve("model.safetensors"), "a", 1);
        Files.createDirectories(speech.resolve("voices"));
        assertContains(refusal(() -> ModelFiles.open(speech)), "is a model of speech");
    }

    /** Each file is preferred to all that come after it. */
    @Test
    void weightsHaveAnOrder() throws IOException {
        Files.delete(folder.resolve(UNET + ".safetensors"));
        for (String form : new String[] {".non_ema.safetensors", ".fp16.safetensors", ".safetensors"}) {
            Folders.text(folder.resolve(UNET + ".bin"), "no tensors");
            Folders.tensors(folder.resolve(UNET + form), form, 1);
            assertEquals(Set.of(form), namesOf("unet"));
        }
    }

    @Test
    void severalOtherVariantsAreForTheUserToChoose() throws IOException {
        Files.delete(folder.resolve(UNET + ".safetensors"));
        Folders.tensors(folder.resolve(UNET + ".bf16.safetensors"), "a", 1);
        Folders.tensors(folder.resolve(UNET + ".non_ema.safetensors"), "b", 1);
        assertContains(refusal(() -> namesOf("unet")), "several checkpoints", ".bf16.", ".non_ema.");
    }

    @ParameterizedTest
    @CsvSource({
        "model.safetensors.index.json, model-00001-of-00001.safetensors",
        "model.safetensors.index.fp16.json, model.fp16-00001-of-00001.safetensors",
        "model.fp16.safetensors.index.json, model-00001-of-00001.fp16.safetensors"
    })
    void shardsAreFoundThroughTheirIndex(String index, String shard) throws IOException {
        Folders.text(folder.resolve("text_encoder").resolve(index), "{\"weight_map\": {\"a\": \"" + shard + "\"}}");
        Folders.tensors(folder.resolve("text_encoder").resolve(shard), "a", 1);
        assertEquals(Set.of("a"), namesOf("text_encoder"));
    }

    @Test // 23
    void missingShardsAreNamed() throws IOException {
        Folders.text(folder.resolve("text_encoder/model.safetensors.index.json"), """
                {"weight_map": {"a": "model-00001-of-00003.safetensors", "b": "model-00002-of-00003.safetensors",
                "c": "model-00003-of-00003.safetensors"}}""");
        Folders.tensors(folder.resolve("text_encoder/model-00002-of-00003.safetensors"), "b", 1);
        String message = refusal(() -> namesOf("text_encoder"));
        assertContains(message, "lists 2 shards that are not there", "model-00001-of-00003", "model-00003-of-00003");
        assertFalse(message.contains("model-00002"), message);
    }

    @Test // 23
    void shardsOutsideOfTheFolderAreRefused() throws IOException {
        Folders.tensors(folder.resolve("x.safetensors"), "a", 1);
        Folders.text(
                folder.resolve("text_encoder/model.safetensors.index.json"),
                "{\"weight_map\": {\"a\": \"../x.safetensors\"}}");
        assertContains(refusal(() -> namesOf("text_encoder")), "is not a file in the folder of the index");
    }

    @Test
    void shardsWithoutAnIndexAreNoCheckpoint() throws IOException {
        Folders.tensors(folder.resolve("vae/model-00001-of-00002.safetensors"), "a", 1);
        assertContains(refusal(() -> namesOf("vae")), "shards without their index", "*.index.json");
    }

    @Test
    void oldNamesBecomeTodays() throws IOException {
        String attention = "decoder.mid_block.attentions.0.";
        new SafetensorsWriter()
                .put(attention + "query.weight", Tensor.of(1))
                .put(attention + "key.bias", Tensor.of(2))
                .put(attention + "value.weight", Tensor.of(3))
                .put(attention + "proj_attn.weight", Tensor.of(4))
                .put(attention + "group_norm.weight", Tensor.of(5))
                .write(Folders.text(folder.resolve("vae/diffusion_pytorch_model.safetensors"), ""));
        assertEquals(
                Set.of(
                        attention + "to_q.weight",
                        attention + "to_k.bias",
                        attention + "to_v.weight",
                        attention + "to_out.0.weight",
                        attention + "group_norm.weight"),
                namesOf("vae"));
        new SafetensorsWriter()
                .put("text_model.embeddings.position_ids", Tensor.of(1))
                .put("text_model.final_layer_norm.bias", Tensor.of(2))
                .write(Folders.text(folder.resolve("text_encoder/model.safetensors"), ""));
        assertEquals(Set.of("final_layer_norm.bias"), namesOf("text_encoder"));
    }

    @Test // 24
    void whatIsNoCheckpointIsNamed() throws IOException {
        Path weights = folder.resolve(UNET + ".safetensors");
        Files.writeString(weights, "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n");
        assertContains(refusal(() -> namesOf("unet")), "diffusion_pytorch_model.safetensors", "git lfs pull");
        Files.writeString(weights, "<!DOCTYPE html><html><body>Not found</body></html>");
        assertContains(refusal(() -> namesOf("unet")), "HTML page", "download");
        Files.writeString(weights, "GGUF and so on");
        assertContains(refusal(() -> namesOf("unet")), "GGUF");
    }

    @Test // 1
    void anEmptyFileIsADownloadThatFailed() throws IOException {
        Files.writeString(folder.resolve(UNET + ".safetensors"), "");
        assertContains(refusal(() -> namesOf("unet")), "is empty", "fetch it again");
        Files.writeString(folder.resolve("unet/config.json"), "");
        assertContains(refusal(() -> ModelFiles.open(folder).config("unet")), "config.json: is empty");
    }

    @Test // 24
    void aConfigurationMayBeAPointerTheWrongPageOrNoObject() throws IOException {
        Path config = folder.resolve("unet/config.json");
        Files.writeString(config, "version https://git-lfs.github.com/spec/v1\n");
        assertContains(refusal(() -> ModelFiles.open(folder).config("unet")), "config.json", "git lfs pull");
        Files.writeString(config, "<html></html>");
        assertContains(refusal(() -> ModelFiles.open(folder).config("unet")), "HTML page");
        Files.writeString(config, "[]");
        assertContains(refusal(() -> ModelFiles.open(folder).config("unet")), "must be an object");
    }

    @Test // 26
    void aMissingConfigurationIsNamed() throws IOException {
        Files.delete(folder.resolve("unet/config.json"));
        assertContains(refusal(() -> ModelFiles.open(folder).config("unet")), "unet", "config.json", "fetch it");
        assertContains(refusal(() -> ModelFiles.open(folder).config("vae")), "no folder \"vae\"", "not complete");
    }

    @Test
    void anUnknownPipelineIsNamedWithTheKnownModels() throws IOException {
        Folders.text(folder.resolve("model_index.json"), "{\"_class_name\": \"FoxPipeline\"}");
        assertContains(refusal(() -> ModelFiles.open(folder)), "FoxPipeline", "Stable Diffusion 1, 2 and XL do");
        Folders.text(folder.resolve("model_index.json"), "{}");
        assertContains(refusal(() -> ModelFiles.open(folder)), "\"_class_name\" is missing");
    }

    @Test
    void aLevelTooHighOrTooDeepSaysWhereToGo() throws IOException {
        assertContains(
                refusal(() -> ModelFiles.open(temp)),
                "open that",
                temp.resolve("fox").toString());
        assertContains(
                refusal(() -> ModelFiles.open(folder.resolve("unet"))), "is a part of a model", folder.toString());
        Folders.model(temp.resolve("hare"));
        assertContains(refusal(() -> ModelFiles.open(temp)), "several models", "fox", "hare");
    }

    @Test
    void theCacheOfHuggingFaceIsLookedThrough(@TempDir Path cache) throws IOException {
        Path model = Folders.model(cache.resolve("models--a--fox/snapshots/0123"));
        assertContains(refusal(() -> ModelFiles.open(cache.resolve("models--a--fox"))), "open that", model.toString());
    }

    @Test
    void aPartAloneIsNoModel(@TempDir Path alone) throws IOException {
        Folders.tensors(alone.resolve("model.safetensors"), "a", 1);
        assertContains(refusal(() -> ModelFiles.open(alone)), "if model.safetensors is a whole model, open that file");
        Folders.text(alone.resolve("config.json"), "{}");
        assertContains(refusal(() -> ModelFiles.open(alone)), "it is a part of one");
    }

    @ParameterizedTest // 24
    @ValueSource(
            strings = {
                "model.onnx, ONNX",
                "model-q4.gguf, GGUF",
                "flax_model.msgpack, Flax",
                "openvino_model.xml, OpenVINO"
            })
    void foldersOfOtherFormatsSayWhich(String fileAndFormat) throws IOException {
        String[] words = fileAndFormat.split(", ", -1);
        Folders.text(folder.resolve("vae").resolve(words[0]), "x");
        Folders.text(folder.resolve("vae/openvino_model.bin"), "x");
        assertContains(refusal(() -> namesOf("vae")), words[0], words[1], "safetensors");
        Path whole = temp.resolve("other");
        Folders.text(whole.resolve(words[0]), "x");
        assertContains(refusal(() -> ModelFiles.open(whole)), "no model_index.json", words[1]);
    }

    @ParameterizedTest
    @ValueSource(strings = {"diffusion_pytorch_model.safetensors.incomplete", "model.safetensors.part"})
    void halfADownloadIsNoCheckpoint(String name) throws IOException {
        Folders.text(folder.resolve("vae").resolve(name), "x");
        assertContains(refusal(() -> namesOf("vae")), "left of a download", name, "fetch it again");
    }

    @Test // 25
    void aPathOfNothingIsNamed() {
        IOException fault = assertThrows(IOException.class, () -> ModelFiles.open(temp.resolve("nowhere")));
        assertContains(String.valueOf(fault.getMessage()), "nowhere");
    }
}
