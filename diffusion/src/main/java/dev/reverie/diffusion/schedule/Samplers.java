package dev.reverie.diffusion.schedule;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The names by which people ask for samplers, such as {@code euler-a} or {@code dpm++2m-karras}. Labels are those of
 * AUTOMATIC1111/stable-diffusion-webui (modules/sd_samplers_kdiffusion.py), such as {@code DPM++ 2M Karras}, where it has
 * the method; they are the names but for capitals, spaces and hyphens, which are ignored in both.
 */
public final class Samplers {
    /** What a name stands for: a method, and options that it sets. */
    private record Sampler(String label, SchedulerType type, Map<String, Object> options) {
        static Sampler of(String label, SchedulerType type) {
            return new Sampler(label, type, Map.of());
        }

        static Sampler multistep(String label, int order, String algorithm) {
            return new Sampler(
                    label, SchedulerType.DPM_MULTISTEP, Map.of("solver_order", order, "algorithm_type", algorithm));
        }

        /** Whether these options are of this method, and set what it sets. */
        boolean is(SchedulerConfig config) {
            return type == config.type()
                    && options.entrySet().stream()
                            .allMatch(option -> config.value(option.getKey()).equals(option.getValue()));
        }
    }

    private static final Map<String, Sampler> BY_NAME = new TreeMap<>(Map.ofEntries(
            Map.entry("ddim", Sampler.of("DDIM", SchedulerType.DDIM)),
            Map.entry("ddpm", Sampler.of("DDPM", SchedulerType.DDPM)),
            Map.entry("pndm", Sampler.of("PNDM", SchedulerType.PNDM)),
            Map.entry("lms", Sampler.of("LMS", SchedulerType.LMS)),
            Map.entry("euler", Sampler.of("Euler", SchedulerType.EULER)),
            Map.entry("euler-a", Sampler.of("Euler a", SchedulerType.EULER_ANCESTRAL)),
            Map.entry("heun", Sampler.of("Heun", SchedulerType.HEUN)),
            Map.entry("dpm2", Sampler.of("DPM2", SchedulerType.DPM2)),
            Map.entry("dpm2-a", Sampler.of("DPM2 a", SchedulerType.DPM2_ANCESTRAL)),
            Map.entry("dpm++2m", Sampler.multistep("DPM++ 2M", 2, "dpmsolver++")),
            Map.entry("dpm++2m-sde", Sampler.multistep("DPM++ 2M SDE", 2, "sde-dpmsolver++")),
            Map.entry("dpm++3m", Sampler.multistep("DPM++ 3M", 3, "dpmsolver++")),
            Map.entry(
                    "dpm++2s",
                    new Sampler(
                            "DPM++ 2S",
                            SchedulerType.DPM_SINGLESTEP,
                            Map.of("solver_order", 2, "algorithm_type", "dpmsolver++"))),
            Map.entry("unipc", Sampler.of("UniPC", SchedulerType.UNIPC)),
            Map.entry("deis", Sampler.of("DEIS", SchedulerType.DEIS)),
            Map.entry("lcm", Sampler.of("LCM", SchedulerType.LCM)),
            Map.entry("tcd", Sampler.of("TCD", SchedulerType.TCD)),
            Map.entry("flow-euler", Sampler.of("Flow Euler", SchedulerType.FLOW_EULER)),
            Map.entry("flow-heun", Sampler.of("Flow Heun", SchedulerType.FLOW_HEUN))));

    private static final Map<String, Sampler> BY_LETTERS = BY_NAME.entrySet().stream()
            .collect(Collectors.toMap(named -> letters(named.getKey()), Map.Entry::getValue));

    private static final Map<String, String> SPACINGS =
            Map.of("karras", "use_karras_sigmas", "exponential", "use_exponential_sigmas", "beta", "use_beta_sigmas");

    private static final Set<SchedulerType> WITH_SPACING = Set.of(
            SchedulerType.LMS,
            SchedulerType.EULER,
            SchedulerType.HEUN,
            SchedulerType.DPM2,
            SchedulerType.DPM2_ANCESTRAL,
            SchedulerType.DPM_MULTISTEP,
            SchedulerType.DPM_SINGLESTEP,
            SchedulerType.UNIPC,
            SchedulerType.DEIS,
            SchedulerType.FLOW_EULER);

    private Samplers() {}

    /** All names, in the alphabet's order, without the endings {@code -karras}, {@code -exponential}, {@code -beta}. */
    public static List<String> names() {
        return List.copyOf(BY_NAME.keySet());
    }

    private static String letters(String name) {
        return name.toLowerCase(Locale.ROOT).replace(" ", "").replace("-", "");
    }

    /** What the method of these options is called, and their spacing; the name of its class where it has no other. */
    static String label(SchedulerConfig config) {
        String method = BY_NAME.values().stream()
                .filter(sampler -> sampler.is(config))
                .map(Sampler::label)
                .findFirst()
                .orElse(config.type().className());
        return SPACINGS.entrySet().stream()
                .filter(spacing -> WITH_SPACING.contains(config.type()) && config.flag(spacing.getValue()))
                .map(spacing -> method + " "
                        + NoiseLevels.Spacing.valueOf(spacing.getKey().toUpperCase(Locale.ROOT))
                                .label())
                .findFirst()
                .orElse(method);
    }

    /** The options of {@code model}'s scheduler under the method of that name or label. */
    static SchedulerConfig named(String name, SchedulerConfig model) {
        String asked = letters(name);
        String spacing =
                SPACINGS.keySet().stream().filter(asked::endsWith).findFirst().orElse("");
        Sampler sampler = BY_LETTERS.get(asked.substring(0, asked.length() - spacing.length()));
        if (sampler == null) {
            throw new IllegalArgumentException(
                    "no sampler is called \"%s\"; known are %s, with -karras, -exponential or -beta"
                            .formatted(
                                    name.length() > 60 ? name.substring(0, 60) + ".." : name,
                                    String.join(", ", names())));
        }
        SchedulerConfig config = under(sampler, model, name);
        String option = SPACINGS.get(spacing);
        return option == null ? config : spaced(config, option, "sampler " + name);
    }

    /** The same method with noise levels by another rule, one of its own: not {@code AYS}, which is a list. */
    static SchedulerConfig spaced(SchedulerConfig config, NoiseLevels.Spacing spacing) {
        String word = spacing.name().toLowerCase(Locale.ROOT);
        return spaced(config, Objects.requireNonNull(SPACINGS.get(word), word), word);
    }

    private static SchedulerConfig under(Sampler sampler, SchedulerConfig model, String name) {
        boolean flow = model.type().family() == SchedulerType.Family.FLOW || model.flag("use_flow_sigmas");
        SchedulerConfig config = flow ? ofFlow(sampler.type(), model, name) : ofNoise(sampler.type(), model, name);
        for (Map.Entry<String, Object> option : sampler.options().entrySet()) {
            config = config.with(option.getKey(), option.getValue());
        }
        return config;
    }

    private static SchedulerConfig ofNoise(SchedulerType type, SchedulerConfig model, String name) {
        if (type.family() == SchedulerType.Family.FLOW) {
            throw new IllegalArgumentException(
                    "sampler %s needs a flow model; this one predicts %s".formatted(name, model.prediction()));
        }
        return model.withType(type);
    }

    /** A flow model's shift has two names, by the family of methods. */
    private static SchedulerConfig ofFlow(SchedulerType type, SchedulerConfig model, String name) {
        String shift = model.type().family() == SchedulerType.Family.FLOW ? "shift" : "flow_shift";
        return switch (type) {
            case EULER, FLOW_EULER -> model.withType(SchedulerType.FLOW_EULER).with("shift", model.number(shift));
            case HEUN, FLOW_HEUN -> model.withType(SchedulerType.FLOW_HEUN).with("shift", model.number(shift));
            case DPM_MULTISTEP, DPM_SINGLESTEP, UNIPC, DEIS ->
                model.with("use_flow_sigmas", true)
                        .with("prediction_type", "flow_prediction")
                        .with("flow_shift", model.number(shift))
                        .withType(type);
            default ->
                throw new IllegalArgumentException("sampler %s does not go with a flow model; %s do"
                        .formatted(name, "euler, heun, dpm++2m, dpm++2m-sde, dpm++3m, dpm++2s, unipc and deis"));
        };
    }

    private static SchedulerConfig spaced(SchedulerConfig config, String spacing, String asked) {
        if (!WITH_SPACING.contains(config.type())) {
            throw new IllegalArgumentException("%s: %s chooses its noise levels by itself"
                    .formatted(asked, config.type().className()));
        }
        SchedulerConfig spaced = config;
        for (String option : SPACINGS.values()) {
            spaced = spaced.with(option, false);
        }
        return Objects.requireNonNull(spaced).with("use_lu_lambdas", false).with(spacing, true);
    }
}
