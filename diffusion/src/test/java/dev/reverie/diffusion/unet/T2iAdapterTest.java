package dev.reverie.diffusion.unet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reverie.diffusion.ControlImage;
import dev.reverie.diffusion.Image;
import dev.reverie.diffusion.ImageModel;
import dev.reverie.diffusion.ImageModelOptions;
import dev.reverie.diffusion.ImageRequest;
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
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the golden cases do not ask of T2I-Adapters: bad options, pictures and networks that do not fit. */
class T2iAdapterTest {
    private static final Path GOLDENS = Goldens.repository().resolve("goldens");

    private static T2iAdapter load(String name) throws IOException {
        Path folder = GOLDENS.resolve("adapter").resolve(name);
        try (Checkpoint weights = Checkpoint.open(folder.resolve("model.safetensors"))) {
            return T2iAdapter.load(weights.root(), T2iAdapterConfig.read(Json.read(folder.resolve("config.json"))));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "adapter_type": "fuller_adapter"   | full_adapter_xl or light_adapter, not "fuller_adapter"
            "in_channels": 4                   | in_channels 4 must be 1 or 3
            "channels": []                     | number of channels 0
            "channels": [8, 0]                 | channels 0
            "num_res_blocks": -1               | num_res_blocks -1
            "downscale_factor": 0              | downscale_factor 0
            "channels": [6], "adapter_type": "light_adapter" | must be multiples of 4
            "channels": [4, 8, 12, 16], "adapter_type": "full_adapter_xl" | must be the same from the third on
            "gates": 2                         | is an option that this library does not know
            """)
    void case26OptionsAreRefusedByName(String options, String sentence) {
        CheckpointException refused = assertThrows(
                CheckpointException.class, () -> T2iAdapterConfig.read(Json.parse("config.json", "{" + options + "}")));
        assertTrue(String.valueOf(refused.getMessage()).contains(sentence), refused::getMessage);
    }

    @Test
    void picturesComeInUnits() throws IOException {
        T2iAdapter adapter = load("t2i-full");
        try (Workspace workspace = Workspace.create();
                Frame frame = workspace.frame()) {
            Tensor odd = Tensor.zeros(Shape.of(1, 8, 10, 3));
            String message = String.valueOf(assertThrows(IllegalArgumentException.class, () -> adapter.maps(frame, odd))
                    .getMessage());
            assertEquals("10 x 8 pixels: this T2I-Adapter looks at pictures in units of 4", message);
            Tensor alpha = Tensor.zeros(Shape.of(1, 8, 8, 4));
            assertThrows(ShapeException.class, () -> adapter.maps(frame, alpha));
        }
    }

    /** A grey picture in three channels is the picture in one. */
    @Test
    void adaptersForSketchesSeeTheGrey() throws IOException {
        T2iAdapter adapter = load("t2i-light-grey");
        Tensor grey = Tensor.zeros(Shape.of(1, 8, 16, 1));
        Tensor colour = Tensor.zeros(Shape.of(1, 8, 16, 3));
        for (int pixel = 0; pixel < grey.elementCount(); pixel++) {
            grey.data()[pixel] = pixel / 127f;
            Arrays.fill(colour.data(), 3 * pixel, 3 * pixel + 3, pixel / 127f);
        }
        try (Workspace workspace = Workspace.create();
                Frame frame = workspace.frame()) {
            List<Tensor> want = adapter.maps(frame, grey);
            List<Tensor> got = adapter.maps(frame, colour);
            for (int i = 0; i < want.size(); i++) {
                for (int j = 0; j < want.get(i).elementCount(); j++) {
                    assertEquals(want.get(i).get(j), got.get(i).get(j), 1e-5);
                }
            }
        }
    }

    @Test
    void anAdapterOfAnotherModelIsRefused() throws IOException {
        ImageRequest request = ImageRequest.of("a red fox")
                .withSize(48, 32)
                .withSteps(1)
                .withControls(List.of(ControlImage.of(Image.of(8, 8, 3, new byte[8 * 8 * 3]))));
        Path model = GOLDENS.resolve("pipeline/sd21-v");
        ImageModelOptions own =
                ImageModelOptions.NONE.withControlNet(GOLDENS.resolve("pipeline/sd21-t2i-adapter/adapter"));
        try (ImageModel painter = ImageModel.load(model, own)) {
            assertEquals(48, painter.generate(request).width());
            ControlImage guessing = request.controls().getFirst().withGuessMode(true);
            assertThrows(IllegalArgumentException.class, () -> painter.plan(request.withControls(List.of(guessing))));
        }
        T2iAdapter unfit = load("t2i-full");
        try (Workspace workspace = Workspace.create();
                Frame frame = workspace.frame()) {
            Residuals one = unfit.residuals(frame, Tensor.zeros(Shape.of(1, 8, 8, 3)), 1);
            Residuals fewer = Residuals.ofStages(one.stages().subList(0, 1));
            assertThrows(IllegalArgumentException.class, () -> one.plus(frame, fewer));
        }
    }

    /** Nothing but the picture's place in time decides: outside of its steps it adds nothing. */
    @Test
    void countsInItsStepsOnly() throws IOException {
        byte[] pixels = new byte[8 * 8 * 3];
        Arrays.fill(pixels, (byte) 200);
        ControlImage control = ControlImage.of(Image.of(8, 8, 3, pixels));
        ImageRequest request = ImageRequest.of("a red fox").withSize(48, 32).withSteps(2);
        ImageModelOptions options =
                ImageModelOptions.NONE.withControlNet(GOLDENS.resolve("pipeline/sd21-t2i-adapter/adapter"));
        try (ImageModel painter = ImageModel.load(GOLDENS.resolve("pipeline/sd21-v"), options)) {
            byte[] none = painter.generate(request).pixels();
            byte[] never = painter.generate(request.withControls(List.of(control.withSteps(0, 0.4))))
                    .pixels();
            byte[] first = painter.generate(request.withControls(List.of(control.withSteps(0, 0.5))))
                    .pixels();
            byte[] always =
                    painter.generate(request.withControls(List.of(control))).pixels();
            assertTrue(Arrays.equals(none, never));
            assertTrue(!Arrays.equals(none, first) && !Arrays.equals(first, always));
        }
    }
}
