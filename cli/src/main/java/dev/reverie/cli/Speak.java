package dev.reverie.cli;

import dev.reverie.models.kokoro.Kokoro;
import dev.reverie.tts.Speech;
import dev.reverie.tts.SpeechModel;
import dev.reverie.tts.SpeechPlan;
import dev.reverie.tts.SpeechRequest;
import dev.reverie.tts.g2p.WordList;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Text to speech. */
@Command(
        name = "speak",
        header = "Speak a text into a WAV file.%n",
        sortOptions = false,
        footer = {
            "%nExamples:",
            "  reverie speak \"Dreams are made in Java.\"",
            "  reverie speak --voice bf_emma --speed 0.9 --out story.wav - < story.txt",
            "  reverie speak --voice af_heart:0.7,am_michael:0.3 --play \"Two voices in one.\"",
            "  reverie speak -o - \"Into a pipe.\" | aplay",
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class Speak implements Callable<Integer> {
    @ParentCommand
    private Main main;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "TEXT", arity = "0..*", description = "What to say; - reads standard input, as UTF-8.")
    private List<String> text = List.of();

    @Option(
            names = {"-v", "--voice"},
            paramLabel = "NAME",
            defaultValue = "af_heart",
            description = "A voice, or a blend such as af_heart:0.7,am_michael:0.3 (default: ${DEFAULT-VALUE}).")
    private String voice;

    @Option(
            names = {"-s", "--speed"},
            paramLabel = "FACTOR",
            defaultValue = "1",
            description = "2 is twice as fast (default: ${DEFAULT-VALUE}).")
    private double speed;

    @Option(
            names = {"-o", "--out"},
            paramLabel = "FILE",
            description = "Where to write, over a file that is there; - is standard output"
                    + " (default: speech.wav, or speech-2.wav if that is there, and so on).")
    private @Nullable Path out;

    @Option(
            names = {"-f", "--format"},
            paramLabel = "FORMAT",
            description = "Form of the file: ${COMPLETION-CANDIDATES} (default: by the file's ending).")
    private @Nullable AudioFormat format;

    @Option(names = "--play", description = "Play the sound; a file is then written only with --out.")
    private boolean play;

    @Option(
            names = {"-m", "--model"},
            paramLabel = "DIR",
            description = "A Kokoro model on disk, as it was published (default: the one that comes along).")
    private @Nullable Path model;

    @Option(
            names = "--words",
            paramLabel = "FILE",
            description = "Pronunciations of your own: lines of a word, a TAB and its phonemes.")
    private @Nullable Path words;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "0",
            description =
                    "Seed of the noise in the voice; the same seed gives the same bytes (default: ${DEFAULT-VALUE}).")
    private long seed;

    @ArgGroup
    private Instead instead = new Instead();

    /** What can be asked for in place of sound. */
    private static final class Instead {
        @Option(names = "--voices", description = "List the voices and end.")
        boolean voices;

        @Option(names = "--phonemes", description = "Print the text's phonemes and end.")
        boolean phonemes;

        @Option(names = "--plan", description = "Print the memory and work that the sound will take, and end.")
        boolean plan;
    }

    @Override
    public Integer call() throws IOException {
        Terminal terminal = main.terminal();
        if (instead.voices) {
            try (SpeechModel speaker = open()) {
                speaker.voices().forEach(name -> terminal.out().println(VoiceName.describe(name)));
            }
            return 0;
        }
        SpeechRequest request = request();
        boolean writes = out != null || !play;
        AudioTarget target = writes ? AudioTarget.of(out, format) : null;
        try (SpeechModel speaker = open()) {
            if (instead.phonemes) {
                terminal.out().println(speaker.phonemes(request));
            } else if (instead.plan) {
                print(speaker.plan(request));
            } else {
                speak(speaker, request, target);
            }
        }
        return 0;
    }

    private void print(SpeechPlan planned) {
        PlanTable.print(main.terminal().out(), planned.stages(), planned.workspaceBytes());
        main.terminal()
                .out()
                .println(String.format(
                        Locale.ROOT,
                        "%.1f s of sound, passes of the network: %d; weights: %.1f MB besides",
                        planned.seconds(),
                        planned.passages(),
                        planned.weightBytes() / 1e6));
    }

    private SpeechModel open() throws IOException {
        return model == null ? Kokoro.embedded() : SpeechModel.load(model);
    }

    private SpeechRequest request() throws IOException {
        if (text.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "the text to say is missing");
        }
        boolean piped = text.equals(List.of("-"));
        String said = piped ? StandardInput.text(main.terminal().in()) : String.join(" ", text);
        SpeechRequest request =
                SpeechRequest.of(said).withVoice(voice).withSpeed(speed).withSeed(seed);
        return words == null ? request : request.withWords(WordList.read(words));
    }

    private void speak(SpeechModel speaker, SpeechRequest request, @Nullable AudioTarget target) throws IOException {
        Terminal terminal = main.terminal();
        try (Playback playback = play ? Playback.open(24_000) : null) {
            long start = System.nanoTime();
            Speech speech;
            try (ProgressBar bar = new ProgressBar(terminal)) {
                speech = speaker.speak(request, bar);
            }
            double work = (System.nanoTime() - start) / 1e9;
            if (target != null) {
                target.write(speech, terminal.out());
                String line = String.format(
                        Locale.ROOT, "%s: %.1f s, voice %s, %.1f s of work", target, speech.seconds(), voice, work);
                (target.isStandardOutput() ? terminal.err() : terminal.out()).println(line);
            }
            if (playback != null) {
                playback.play(speech.samples());
            }
        }
    }
}
