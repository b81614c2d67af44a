package dev.reverie.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.reverie.nn.WarmUp;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;

/** Entry of the command line; see {@code reverie --help}. */
@Command(
        name = "reverie",
        header = "Generative media in pure Java.%n",
        synopsisSubcommandLabel = "COMMAND",
        versionProvider = Main.Version.class,
        footer = {
            "%nExamples:",
            "  reverie speak \"Dreams are made in Java.\"",
            "  reverie imagine \"a rocket\"",
            "  reverie inspect model.safetensors",
            "  reverie speak --help",
            "%nExit codes: 0 done, 1 failed, 2 wrong use.",
        })
public final class Main implements Runnable {
    /** Commands that run networks. */
    private static final Set<String> NETWORKS = Set.of("speak", "imagine");

    private final Terminal terminal;

    @SuppressWarnings("UnusedVariable") // picocli's
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show this help.")
    private boolean help;

    @SuppressWarnings("UnusedVariable") // picocli's
    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Show the version.")
    private boolean version;

    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Print the stack trace of an error.")
    private boolean debug;

    private Main(Terminal terminal) {
        this.terminal = terminal;
    }

    /** Runs a command and ends the JVM with its exit code. */
    public static void main(String[] args) {
        if (NETWORKS.contains(first(args))) {
            WarmUp.begin(); // while options are read
        }
        StandardOutput output = StandardOutput.ofProcess();
        Terminal terminal = Terminal.ofProcess(output);
        int code = run(terminal, args);
        terminal.out().flush();
        if (output.complaint() != null) {
            terminal.err().println("reverie: " + output.complaint());
        }
        terminal.err().flush();
        System.exit(code == ExitCode.OK && output.failed() ? ExitCode.SOFTWARE : code);
    }

    /** Runs a command; returns its exit code. */
    static int run(Terminal terminal, String... args) {
        Main main = new Main(terminal);
        CommandLine line = new CommandLine(main);
        commands(args).forEach(line::addSubcommand);
        line.setCaseInsensitiveEnumValuesAllowed(true)
                .setOut(new PrintWriter(terminal.out(), true, UTF_8))
                .setErr(new PrintWriter(terminal.err(), true, UTF_8))
                .setParameterExceptionHandler((e, arguments) -> main.wrongUse(e))
                .setExecutionExceptionHandler((e, command, result) -> main.failed(e));
        try {
            return line.execute(args);
        } catch (OutOfMemoryError e) {
            return main.failed(e);
        }
    }

    /** Those that the arguments may mean: picocli reads the options of each that it is given. */
    private static List<Class<?>> commands(String[] args) {
        return switch (first(args)) {
            case "speak" -> List.of(Speak.class);
            case "imagine" -> List.of(Imagine.class);
            default -> List.of(Speak.class, Imagine.class, Inspect.class);
        };
    }

    private static String first(String[] args) {
        return args.length == 0 ? "" : args[0];
    }

    Terminal terminal() {
        return terminal;
    }

    @Override
    public void run() {
        throw new ParameterException(new CommandLine(this), "a command is missing, speak, imagine or inspect");
    }

    private int wrongUse(ParameterException e) {
        report(e);
        terminal.err().println("Try: " + e.getCommandLine().getCommandSpec().qualifiedName() + " --help");
        return ExitCode.USAGE;
    }

    private int failed(Throwable e) {
        report(e);
        return Faults.isWrongUse(e) ? ExitCode.USAGE : ExitCode.SOFTWARE;
    }

    private void report(Throwable e) {
        terminal.err().println("reverie: " + Faults.sentence(e));
        if (debug) {
            e.printStackTrace(terminal.err());
        }
    }

    /** The version that the build wrote into a resource. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            try (InputStream in = Main.class.getResourceAsStream("version.properties")) {
                Properties properties = new Properties();
                properties.load(in);
                return new String[] {
                    "reverie %s (Java %s)".formatted(properties.getProperty("version"), Runtime.version())
                };
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
