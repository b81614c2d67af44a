package dev.reverie.diffusion.adapter;

import static dev.reverie.diffusion.adapter.FakeModel.random;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reverie.diffusion.Image;
import dev.reverie.diffusion.image.ClipProcessor;
import dev.reverie.diffusion.unet.CrossContext;
import dev.reverie.diffusion.unet.CrossContext.Site;
import dev.reverie.nn.encoder.ClipVision;
import dev.reverie.nn.encoder.ClipVisionConfig;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.ShapeException;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.Workspace;
import dev.reverie.tensor.io.Checkpoint;
import dev.reverie.tensor.io.CheckpointException;
import dev.reverie.tensor.io.Json;
import dev.reverie.testing.Goldens;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Adapters of two attentions, of widths 4 and 6, with tokens of width 3. */
class IpAdapterTest {
    private static final List<Site> SITES = List.of(new Site("down.attn2", 4), new Site("mid.attn2", 6));

    @TempDir
    private Path folder;

    private static Map<String, Tensor> attentions() {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("ip_adapter.1.to_k_ip.weight", random(1, 4, 3));
        tensors.put("ip_adapter.1.to_v_ip.weight", random(2, 4, 3));
        tensors.put("ip_adapter.3.to_k_ip.weight", random(3, 6, 3));
        tensors.put("ip_adapter.3.to_v_ip.weight", random(4, 6, 3));
        return tensors;
    }

    /** Two tokens of an embedding of width D. */
    private static Map<String, Tensor> base(int width) {
        Map<String, Tensor> tensors = attentions();
        tensors.put("image_proj.proj.weight", random(5, 6, width));
        tensors.put("image_proj.proj.bias", random(6, 6));
        tensors.put("image_proj.norm.weight", random(7, 3));
        tensors.put("image_proj.norm.bias", random(8, 3));
        return tensors;
    }

    private static Map<String, Tensor> face() {
        Map<String, Tensor> tensors = attentions();
        tensors.put("image_proj.proj.0.weight", Tensor.of(0.75f, 0.25f, 0, 0.5f).reshape(2, 2));
        tensors.put("image_proj.proj.0.bias", Tensor.of(-0.5f, -0.25f));
        tensors.put(
                "image_proj.proj.2.weight",
                Tensor.of(-1.5f, 0.5f, -1, -0.5f, -1, 0).reshape(3, 2));
        tensors.put("image_proj.proj.2.bias", Tensor.of(-0.25f, -1, 0.5f));
        tensors.put("image_proj.proj.3.weight", Tensor.of(0.25f, -0.5f, -0.5f));
        tensors.put("image_proj.proj.3.bias", Tensor.of(-1.5f, 0, 3.5f));
        return tensors;
    }

    /** Three queries of width 5, one layer with one head, states of width D. */
    private static Map<String, Tensor> plus(int width, int heads) {
        Map<String, Tensor> tensors = attentions();
        String proj = "image_proj.";
        tensors.put(proj + "latents", random(10, 1, 3, 5));
        tensors.put(proj + "proj_in.weight", random(11, 5, width));
        tensors.put(proj + "proj_in.bias", random(12, 5));
        tensors.put(proj + "proj_out.weight", random(13, 3, 5));
        tensors.put(proj + "proj_out.bias", random(14, 3));
        tensors.put(proj + "norm_out.weight", random(15, 3));
        tensors.put(proj + "norm_out.bias", random(16, 3));
        for (String norm : List.of("0.norm1", "0.norm2", "1.0")) {
            tensors.put(proj + "layers.0." + norm + ".weight", random(17, 5));
            tensors.put(proj + "layers.0." + norm + ".bias", random(18, 5));
        }
        tensors.put(proj + "layers.0.0.to_q.weight", random(19, heads, 5));
        tensors.put(proj + "layers.0.0.to_kv.weight", random(20, 2 * heads, 5));
        tensors.put(proj + "layers.0.0.to_out.weight", random(21, 5, heads));
        tensors.put(proj + "layers.0.1.1.weight", random(22, 20, 5));
        tensors.put(proj + "layers.0.1.3.weight", random(23, 5, 20));
        return tensors;
    }

    private IpAdapter load(Map<String, Tensor> tensors) throws IOException {
        return IpAdapter.load(FakeModel.empty(folder).file(tensors), SITES);
    }

    private String refused(Map<String, Tensor> tensors) throws IOException {
        Path file = FakeModel.empty(folder).file(tensors);
        return String.valueOf(assertThrows(CheckpointException.class, () -> IpAdapter.load(file, SITES))
                .getMessage());
    }

    /** Numbers of diffusers 0.39, IPAdapterFullImageProjection. */
    @Test
    void fullFaceMakesATokenOfEachState() throws IOException {
        IpAdapter adapter = load(face());
        assertFalse(adapter.takesEmbeddings());
        float[] want = {-1.4252447f, 0.67327625f, 2.9762344f, -1.4955828f, 0.6167333f, 2.8921013f};
        try (Workspace workspace = Workspace.create();
                Frame frame = workspace.frame()) {
            Tensor states = Tensor.of(-1.75f, 1.5f, -1.25f, 0.25f).reshape(1, 2, 2);
            assertArrayEquals(want, adapter.tokens(frame, states).toArray(), 2e-5f);
        }
    }

    @Test
    void eachAttentionHasKeysAndValuesOfItsOwn() throws IOException {
        IpAdapter adapter = load(base(7));
        try (Workspace workspace = Workspace.create();
                Frame frame = workspace.frame()) {
            Tensor tokens = adapter.tokens(frame, random(9, 5, 7));
            assertEquals(Shape.of(5, 2, 3), tokens.shape());
            Map<String, CrossContext.Source> sources = adapter.sources(frame, tokens, 0.5f, null);
            assertEquals(2, sources.size());
            CrossContext.Source middle = sources.getOrDefault("mid.attn2", CrossContext.Source.of(tokens, tokens));
            assertEquals(Shape.of(5, 2, 6), middle.keys().shape());
            assertEquals(0.5f, middle.scale());
            Tensor weight = random(4, 6, 3);
            double want = 0;
            for (int i = 0; i < 3; i++) {
                want += (double) weight.get(3 + i) * tokens.get(3 + i);
            }
            assertEquals(want, middle.values().get(7), 1e-5); // second token, row 1
        }
    }

    private static ReferenceEncoder encoder() throws IOException {
        Path path = Goldens.repository().resolve("goldens/encoder/clip-vision");
        ClipVisionConfig config = ClipVisionConfig.read(Json.read(path.resolve("config.json")));
        ClipProcessor standard = ClipProcessor.STANDARD;
        int side = config.imageSize();
        try (Checkpoint checkpoint = Checkpoint.open(path.resolve("model.safetensors"))) {
            ClipVision vision = ClipVision.load(checkpoint.root(), config);
            checkpoint.finish();
            return new ReferenceEncoder(
                    vision,
                    new ClipProcessor(side, side, side, standard.filter(), standard.mean(), standard.deviation()));
        }
    }

    private static Image picture(int seed) {
        byte[] pixels = new byte[31 * 40 * 3];
        new java.util.Random(seed).nextBytes(pixels);
        return Image.of(31, 40, 3, pixels);
    }

    @Test
    void severalPicturesStandSideBySide() throws IOException {
        ReferenceEncoder encoder = encoder();
        int width = encoder.vision().config().width();
        int projected = encoder.vision().config().projectionWidth();
        for (Map<String, Tensor> tensors : List.of(base(projected), plus(width, 64))) {
            IpAdapter adapter = load(tensors);
            try (Workspace workspace = Workspace.create();
                    Frame frame = workspace.frame()) {
                Tensor first = adapter.tokens(frame, encoder, List.of(picture(1)));
                Tensor second = adapter.tokens(frame, encoder, List.of(picture(2)));
                Tensor both = adapter.tokens(frame, encoder, List.of(picture(1), picture(2)));
                assertEquals(Shape.of(1, 2 * first.dim(1), 3), both.shape());
                float[] joined = new float[both.elementCount()];
                System.arraycopy(first.toArray(), 0, joined, 0, joined.length / 2);
                System.arraycopy(second.toArray(), 0, joined, joined.length / 2, joined.length / 2);
                assertArrayEquals(joined, both.toArray());
                assertEquals(
                        both.shape(), adapter.emptyTokens(frame, encoder, 2).shape());
            }
        }
    }

    @Test
    void plansTakeNoMoreThanRuns() throws IOException {
        ReferenceEncoder encoder = encoder();
        IpAdapter adapter = load(plus(encoder.vision().config().width(), 64));
        long[] peaks = new long[2];
        for (int i = 0; i < 2; i++) {
            try (Workspace workspace = i == 0 ? Workspace.create() : Workspace.measuring();
                    Frame frame = workspace.frame()) {
                Tensor tokens = adapter.tokens(frame, encoder, List.of(picture(1)));
                adapter.emptyTokens(frame, encoder, 1);
                adapter.sources(frame, tokens, 1, null);
                peaks[i] = workspace.peakBytes();
            }
        }
        assertEquals(peaks[0], peaks[1]);
    }

    @Test
    void emptyEmbeddingsAreZeros() throws IOException {
        ReferenceEncoder encoder = encoder();
        int width = encoder.vision().config().projectionWidth();
        IpAdapter adapter = load(base(width));
        try (Workspace workspace = Workspace.create();
                Frame frame = workspace.frame()) {
            Tensor zeros = adapter.tokens(frame, Tensor.zeros(Shape.of(1, width)));
            assertArrayEquals(
                    zeros.toArray(), adapter.emptyTokens(frame, encoder, 1).toArray());
        }
    }

    @Test
    void anotherEncodersFeatures() throws IOException {
        IpAdapter adapter = load(base(7));
        try (Workspace workspace = Workspace.create();
                Frame frame = workspace.frame()) {
            assertThrows(ShapeException.class, () -> adapter.tokens(frame, random(1, 1, 8)));
            assertThrows(ShapeException.class, () -> adapter.tokens(frame, random(1, 1, 2, 7)));
        }
        ReferenceEncoder encoder = encoder();
        assertThrows(
                IllegalArgumentException.class, () -> new ReferenceEncoder(encoder.vision(), ClipProcessor.STANDARD));
    }

    @Test
    void anotherModelsAdapters() throws IOException {
        Map<String, Tensor> one = base(7);
        one.remove("ip_adapter.3.to_k_ip.weight");
        one.remove("ip_adapter.3.to_v_ip.weight");
        assertTrue(refused(one).contains("made for another model: it has 1 attentions, the U-Net 2"));
        Map<String, Tensor> wide = base(7);
        wide.put("ip_adapter.3.to_k_ip.weight", random(1, 8, 3));
        assertTrue(refused(wide).contains("has 8 rows, and the width of the U-Net's mid.attn2 is 6"));
        Map<String, Tensor> context = base(7);
        context.put("ip_adapter.1.to_v_ip.weight", random(1, 4, 5));
        assertTrue(refused(context).contains("ip_adapter.1.to_v_ip.weight"));
        assertTrue(refused(Map.of("conv_in.weight", random(1, 2, 2))).contains("is no IP-Adapter"));
    }

    @Test
    void damagedAdapters() throws IOException {
        for (String name : base(7).keySet()) {
            Map<String, Tensor> tensors = base(7);
            tensors.remove(name);
            refused(tensors);
            tensors.put(name, random(1, 2, 2, 2));
            refused(tensors);
        }
        for (String name : plus(7, 64).keySet()) {
            Map<String, Tensor> tensors = plus(7, 64);
            tensors.remove(name);
            refused(tensors);
            tensors.put(name, random(1, 2, 2, 2, 2));
            refused(tensors);
        }
        assertTrue(refused(plus(7, 65)).contains("no heads of 64"));
        Map<String, Tensor> uneven = base(7);
        uneven.put("image_proj.proj.weight", random(1, 7, 7));
        assertTrue(refused(uneven).contains("no tokens of 3 numbers"));
        Map<String, Tensor> more = base(7);
        more.put("image_proj.extra", random(1, 2));
        assertTrue(refused(more).contains("image_proj.extra"));
    }

    @Test
    void faceRecognisersAreNotThere() throws IOException {
        Map<String, Tensor> tensors = base(7);
        tensors.put("image_proj.proj.0.weight", random(1, 4, 4));
        assertTrue(refused(tensors).contains("Face ID"));
    }

    /** Written by torch.save as a dictionary of dictionaries; each tensor counts 0, 1/8, 2/8 .. */
    @Test
    void nestedDictionaries() throws IOException {
        Path bin = folder.resolve("ip-adapter.bin");
        try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream("ip-adapter.bin"))) {
            Files.copy(in, bin);
        }
        Map<String, Tensor> same = base(7);
        same.replaceAll((name, tensor) -> counting(tensor.shape()));
        try (Workspace workspace = Workspace.create();
                Frame frame = workspace.frame()) {
            Tensor embedding = random(1, 1, 7);
            assertArrayEquals(
                    load(same).tokens(frame, embedding).toArray(),
                    IpAdapter.load(bin, SITES).tokens(frame, embedding).toArray());
        }
    }

    private static Tensor counting(Shape shape) {
        Tensor x = Tensor.zeros(shape);
        for (int i = 0; i < x.elementCount(); i++) {
            x.data()[i] = i / 8f;
        }
        return x;
    }
}
