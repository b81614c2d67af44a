package dev.reverie.tts.audio;

import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Ops;
import dev.reverie.tensor.Spectra;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.Workspace;
import dev.reverie.tensor.io.Json;
import dev.reverie.testing.GoldenCase;
import dev.reverie.testing.Goldens;
import dev.reverie.testing.MelFilters;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class GoldenTest {
    @TestFactory
    Stream<DynamicTest> goldens() {
        return Goldens.tests(List.of("audio"), Map.of("mel", GoldenTest::mel));
    }

    private static void mel(GoldenCase golden) throws IOException {
        Json json = golden.json();
        int size = json.getInt("n_fft");
        MelFilters filters = MelFilters.slaney(json.getInt("sr"), size, json.getInt("n_mels"));
        golden.compare("filters", filters.weights());
        try (Workspace workspace = Workspace.create();
                Frame frame = workspace.frame()) {
            Tensor x = golden.input("x");
            Spectra spectra = new Spectra(size, json.getInt("hop_length"));
            Tensor power = spectra.power(frame, x.reshape(1, x.elementCount()), Spectra.Padding.ZEROS);
            golden.compare("mel", Ops.transpose(frame, filters.apply(frame, power)));
        }
    }
}
