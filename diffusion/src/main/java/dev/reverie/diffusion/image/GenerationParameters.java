package dev.reverie.diffusion.image;

import java.math.BigDecimal;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a picture was generated from, in the text that pictures carry under the key {@value #KEY} since
 * AUTOMATIC1111/stable-diffusion-webui (modules/infotext_utils.py):
 *
 * <pre>
 * a red fox in the snow
 * Negative prompt: blurry
 * Steps: 20, Sampler: Euler a, CFG scale: 7, Seed: 7, Size: 512x512, Model: fox
 * </pre>
 *
 * <p>The form has no escapes for prompts: a line of the prompt that begins with {@code Negative prompt:} begins the
 * negative prompt for whoever reads it.
 *
 * @param prompt may have several lines
 * @param negativePrompt the same; empty for none
 * @param settings in their order, such as {@code Steps} to {@code 20}; keys are of letters, digits, spaces, {@code _},
 *     {@code -} and {@code /}
 */
public record GenerationParameters(String prompt, String negativePrompt, Map<String, String> settings) {
    /** The key of the text in PNG files. */
    public static final String KEY = "parameters";

    private static final String NEGATIVE = "Negative prompt:";
    /** A last line with fewer settings is part of the prompt. */
    private static final int FEWEST = 3;

    public GenerationParameters {
        settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
        for (String key : settings.keySet()) {
            if (!InfoLine.isKey(key)) {
                throw new IllegalArgumentException("\"%s\" cannot be a setting's name".formatted(key));
            }
        }
    }

    /** The settings that every picture has. */
    public static GenerationParameters of(
            String prompt,
            String negativePrompt,
            int steps,
            String sampler,
            double guidanceScale,
            long seed,
            int width,
            int height,
            String model) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("Steps", Integer.toString(steps));
        settings.put("Sampler", sampler);
        settings.put("CFG scale", plain(guidanceScale));
        settings.put("Seed", Long.toString(seed));
        settings.put("Size", width + "x" + height);
        settings.put("Model", model);
        return new GenerationParameters(prompt, negativePrompt, settings);
    }

    /** The same with one more setting, or another value of one. */
    public GenerationParameters with(String key, String value) {
        Map<String, String> more = new LinkedHashMap<>(settings);
        more.put(key, value);
        return new GenerationParameters(prompt, negativePrompt, more);
    }

    /** The text; values with commas, colons, quotes or line ends are JSON strings. */
    public String format() {
        String negative = negativePrompt.isEmpty() ? "" : "\n" + NEGATIVE + " " + negativePrompt;
        String line = settings.entrySet().stream()
                .map(setting -> setting.getKey() + ": " + InfoLine.quoted(setting.getValue()))
                .collect(Collectors.joining(", "));
        String text = prompt + negative + (line.isEmpty() ? "" : "\n" + line);
        return prompt.isEmpty() && text.startsWith("\n") ? text.substring(1) : text;
    }

    /** Reads any text: what is no setting is prompt. */
    public static GenerationParameters parse(String text) {
        int lastLine = text.lastIndexOf('\n') + 1;
        Map<String, String> settings = InfoLine.parse(text.substring(lastLine));
        boolean hasSettings = settings.size() >= FEWEST;
        String prompts = hasSettings ? text.substring(0, Math.max(0, lastLine - 1)) : text;
        int negative = prompts.startsWith(NEGATIVE) ? 0 : prompts.indexOf("\n" + NEGATIVE) + 1;
        boolean hasNegative = prompts.startsWith(NEGATIVE, negative);
        String after = hasNegative ? prompts.substring(negative + NEGATIVE.length()) : "";
        return new GenerationParameters(
                hasNegative ? prompts.substring(0, Math.max(0, negative - 1)) : prompts,
                after.startsWith(" ") ? after.substring(1) : after,
                hasSettings ? settings : Map.of());
    }

    /** A number without an exponent and without zeros at its end. */
    public static String plain(double number) {
        return Double.isFinite(number)
                ? new BigDecimal(Double.toString(number)).stripTrailingZeros().toPlainString()
                : Double.toString(number);
    }
}
