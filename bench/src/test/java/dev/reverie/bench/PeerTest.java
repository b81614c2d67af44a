package dev.reverie.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reverie.tensor.Workspace;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PeerTest {
    private static List<String> answers(String requests) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Peer.serve(new BufferedReader(new StringReader(requests)), new PrintStream(out, true, StandardCharsets.UTF_8));
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @Test
    void answersALineARequest() throws IOException {
        List<String> answers = answers("add n=1000\n\nlinear m=3 n=5 k=7\ndance n=3\n");
        assertEquals(3, answers.size());
        assertTrue(Double.parseDouble(answers.get(0)) >= 0);
        assertTrue(Double.parseDouble(answers.get(1)) >= 0);
        assertEquals("unsupported", answers.get(2));
    }

    @Test
    void refusesWhatItCannotRead() {
        assertThrows(IllegalArgumentException.class, () -> answers("add 1000"));
        assertThrows(IllegalArgumentException.class, () -> answers("add m=1000"));
    }

    /** Small forms of every operation, so that a change of a door's name or shape shows here. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "linear m=3 n=5 k=7",
                "matmul m=3 n=5 k=7",
                "conv1d c=3 o=5 t=9 k=3 dilation=2",
                "conv2d c=3 o=5 h=6 w=7 k=3 stride=2",
                "conv2d c=4 o=6 h=6 w=7 k=3 groups=2",
                "conv3d c=3 o=5 f=2 h=6 w=7 k=3",
                "conv_transpose1d c=4 o=3 t=5 k=4 stride=2",
                "attention heads=2 q=5 k=6 d=8",
                "group_norm_silu c=8 h=3 w=3 groups=2",
                "layer_norm m=3 n=5",
                "rms_norm m=3 n=5",
                "instance_norm1d c=3 t=9",
                "softmax m=3 n=5",
                "silu n=9",
                "gelu n=9",
                "gelu_tanh n=9",
                "sin n=9",
                "geglu m=3 n=5",
                "add n=9",
                "rope m=5 heads=2 d=8",
                "upsample_nearest c=3 h=4 w=5 scale=2",
                "lstm t=4 in=5 hidden=3",
                "convert n=9 from=f16",
                "convert n=9 from=bf16",
                "istft t=9 fft=20 hop=5",
            })
    void everyOperationRuns(String request) throws IOException {
        Call call = Objects.requireNonNull(Operations.prepare(Workload.parse(request)));
        try (Workspace workspace = Workspace.create();
                var frame = workspace.frame()) {
            call.run(frame);
        }
    }

    @Test
    void countsBytesAndOperations() throws IOException {
        assertEquals(new Cost(2 * 3 * 5 * 7, 4 * (3 * 7 + 7 * 5 + 5 + 3 * 5)), cost("linear m=3 n=5 k=7"));
        assertEquals(new Cost(9, 2 * 9 * 4), cost("add n=9"));
        double map = 6 * 7 * 3 + 5 * (9 * 3 + 1) + 3 * 4 * 5;
        assertEquals(new Cost(2 * 3 * 4 * 5 * 9 * 3, 4 * map), cost("conv2d c=3 o=5 h=6 w=7 k=3 stride=2"));
        double video = 4 * 6 * 7 * 3 + 5 * (27 * 3 + 1) + 2 * 6 * 7 * 5;
        assertEquals(4 * video, cost("conv3d c=3 o=5 f=2 h=6 w=7 k=3").bytes());
    }

    private static Cost cost(String request) throws IOException {
        Workload workload = Workload.parse(request);
        return Cost.of(workload, Objects.requireNonNull(Operations.prepare(workload)));
    }

    @Test
    void drawsPointsAndRoof() {
        Roofline.Point point = new Roofline.Point("a-point", new Cost(4e9, 1e9), 0.5, true);
        String svg = new RooflineChart(new Roofline.Peaks(1e11, 2e10, 1e11), List.of(point), "a machine").svg();
        assertTrue(svg.startsWith("<svg") && svg.endsWith("</svg>\n") && svg.contains(">a-point</text>"));
        assertTrue(svg.contains("memory, 20 GB/s") && !svg.contains("NaN") && !svg.contains("%"));
    }

    @Test
    void countsMultiplyAdds() throws IOException {
        Call call = Objects.requireNonNull(Operations.prepare(Workload.named("linear-clip")));
        assertEquals(77L * 3072 * 768, call.multiplyAdds());
    }
}
