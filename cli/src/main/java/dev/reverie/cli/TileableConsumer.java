package dev.reverie.cli;

import dev.reverie.tensor.Wrap;
import java.util.Arrays;
import java.util.Stack;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IParameterConsumer;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

/** The axes of {@code --tileable}: both, if the next word names none and so belongs to something else. */
final class TileableConsumer implements IParameterConsumer {
    @Override
    @SuppressWarnings("JdkObsolete") // picocli's
    public void consumeParameters(Stack<String> args, ArgSpec option, CommandSpec command) {
        Wrap named = args.isEmpty() ? null : named(args.peek());
        if (named != null) {
            args.pop();
        }
        option.setValue(named == null ? Wrap.BOTH : named);
    }

    private static @Nullable Wrap named(String word) {
        return Arrays.stream(Wrap.values())
                .filter(wrap -> wrap != Wrap.NONE && wrap.name().equalsIgnoreCase(word))
                .findFirst()
                .orElse(null);
    }
}
