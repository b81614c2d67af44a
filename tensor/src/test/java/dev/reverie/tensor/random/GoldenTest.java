package dev.reverie.tensor.random;

import dev.reverie.testing.GoldenCase;
import dev.reverie.testing.Goldens;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class GoldenTest {
    private static final String OUT = "out.";

    @TestFactory
    Stream<DynamicTest> goldens() {
        return Goldens.tests(List.of("random"), Map.of("torch-random", GoldenTest::draws));
    }

    /** Outputs are named {@code FUNCTION.SEED.LENGTH}; {@code randn_then_randn} is the next 20 of the same generator. */
    private static void draws(GoldenCase golden) throws IOException {
        for (String name : golden.names()) {
            if (!name.startsWith(OUT)) {
                continue;
            }
            String output = name.substring(OUT.length());
            String[] parts = output.split("\\.", -1);
            TorchRandom random = new TorchRandom(Long.parseLong(parts[1]));
            int length = Integer.parseInt(parts[2]);
            switch (parts[0]) {
                case "rand" -> golden.compare(output, random.rand(length));
                case "randn" -> golden.compare(output, random.randn(length));
                case "randn_then_randn" -> {
                    random.randn(length);
                    golden.compare(output, random.randn(20));
                }
                default -> throw new AssertionError("nothing here knows " + output);
            }
        }
    }
}
