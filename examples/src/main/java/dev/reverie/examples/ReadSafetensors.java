package dev.reverie.examples;

import dev.reverie.tensor.io.Safetensors;
import dev.reverie.tensor.io.TensorEntry;
import java.io.IOException;
import java.nio.file.Path;

/** What is in a safetensors file, and how do I get at the numbers? {@code examples/run ReadSafetensors FILE} */
public final class ReadSafetensors {
    private ReadSafetensors() {}

    public static void main(String... args) throws IOException {
        if (args.length != 1) {
            System.err.println("usage: ReadSafetensors FILE");
            return;
        }
        // Opening reads the header only; files of many gigabytes open at once.
        try (Safetensors file = Safetensors.open(Path.of(args[0]))) {
            System.out.println(file.metadata());
            for (TensorEntry tensor : file.entries().values()) {
                System.out.printf("%s %s %s", tensor.name(), tensor.dtype(), tensor.shape());
                if (tensor.elementCount() > 0) {
                    // Whatever the type in the file, numbers come as float32.
                    float[] first = file.floats(tensor.name(), 0, 1);
                    System.out.printf(", first %s", first[0]);
                }
                System.out.println();
            }
        }
    }
}
