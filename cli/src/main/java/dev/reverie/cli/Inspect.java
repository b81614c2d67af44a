package dev.reverie.cli;

import dev.reverie.diffusion.Image;
import dev.reverie.tensor.io.Checkpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Looks into a checkpoint or a picture. */
@Command(
        name = "inspect",
        header = "List the tensors of a checkpoint, or what a picture was drawn from; nothing in it is executed.%n",
        footer = {
            "%nExamples:",
            "  reverie inspect model.safetensors",
            "  reverie inspect kokoro-v1_0.pth",
            "  reverie inspect picture.png",
            "  reverie inspect --json Kokoro-82M | jq .bytes",
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class Inspect implements Callable<Integer> {
    @ParentCommand
    private Main main;

    @Parameters(
            paramLabel = "FILE",
            description = "A safetensors file, a .pth or .pt file of PyTorch, an *.index.json, a folder with one of"
                    + " these, or a PNG file.")
    private Path file;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        if (PictureListing.isPng(file)) {
            PictureListing listing = new PictureListing(Image.read(file));
            if (json) {
                listing.printJson(main.terminal().out());
            } else {
                listing.print(main.terminal().out());
            }
            return 0;
        }
        try (Checkpoint checkpoint = Checkpoint.open(file)) {
            Listing listing = Listing.of(checkpoint);
            if (json) {
                listing.printJson(main.terminal().out());
            } else {
                listing.print(main.terminal().out());
            }
        }
        return 0;
    }
}
